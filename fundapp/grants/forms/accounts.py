"""What is filled in about bank accounts and who they belong to."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import HiddenInput

from fundapp.core import vat
from fundapp.core.forms import Form, options
from fundapp.grants.account_checks import CHECK_WORDS, LONGEST_WHY
from fundapp.grants.forms import PartyForm

FILL = _l("Fill this in.")


class GranteeForm(PartyForm):
    """Who the grantee is on paper, with what banks and the tax office want."""

    vat_number = StringField(_l("VAT number"), [Length(max=20)])

    def validate_vat_number(self, field: Any) -> None:
        """Refuse what cannot be a VAT number."""
        try:
            vat.read(field.data or "")
        except vat.UnusableVat as refused:
            raise ValidationError(refused.message) from refused

    def validate_town(self, field: Any) -> None:
        """Banks refuse an address without its town."""
        if not (field.data or "").strip():
            raise ValidationError(_l("Banks do not pay without a town in the address."))

    def validate_country(self, field: Any) -> None:
        """Banks refuse an address without its country."""
        if not field.data:
            raise ValidationError(_l("Banks do not pay without a country in the address."))


class NameCheckForm(Form):
    """What the bank answered about a name."""

    account = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
    answer = SelectField(
        _l("What the bank answered"),
        choices=options((key.value, words) for key, (_shape, words) in CHECK_WORDS.items()),
    )
    on = DateField(_l("On"), [DataRequired(FILL)])
    said = StringField(_l("Name that the bank gave"), [Length(max=140)], render_kw={"autocomplete": "off"})


class WaiveForm(Form):
    """Why a changed account may be used at once."""

    account = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
    why = TextAreaField(
        _l("Reason"), [DataRequired(_l("Give a reason for this step.")), Length(max=LONGEST_WHY)]
    )
