"""What a fund sets about the safety of its payments."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField, StringField, ValidationError
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from fundapp.core import countries
from fundapp.core.forms import Form, MoneyField, options
from fundapp.funds.models import FileFormat, Fund, FundAccount

FORMATS = (
    (FileFormat.PAIN_09.value, _l("pain.001.001.09, what most banks take now")),
    (FileFormat.PAIN_03.value, _l("pain.001.001.03, for banks that are not there yet")),
)


class SafetyForm(Form):
    """Second releaser, cooling-off, countries to look at twice, and the format of the bank."""

    version = IntegerField(_l("Version"), [InputRequired()])
    second_release_from = MoneyField(
        _l("Batches from this total take two people to release"), [Optional()],
        description=_l("Empty: one person releases, whatever the sum."),
    )  # fmt: skip
    cooling_off_days = IntegerField(
        _l("Days of waiting after a changed account"),
        [InputRequired(_l("Fill this in.")), NumberRange(0, 60)],
        description=_l("Everybody who stood for the grantee before gets mail at the change."),
    )  # fmt: skip
    watched_countries = StringField(
        _l("Countries to look at twice"), [Length(max=400)],
        description=_l("Codes of two letters, such as BY RU; beside the list that comes with the program."),
    )  # fmt: skip
    file_format = SelectField(_l("Format of the file for the bank"), choices=options(FORMATS))

    def codes(self) -> list[str]:
        """Give the countries, each once."""
        typed = (self.watched_countries.data or "").replace(",", " ").upper().split()
        return list(dict.fromkeys(typed))

    def validate_watched_countries(self, field: Any) -> None:
        """Want codes that countries have."""
        known = countries.names("en")
        for code in self.codes():
            if code not in known:
                raise ValidationError(_("“%(code)s” is not the code of a country.", code=code[:20]))

    def validate_second_release_from(self, field: Any) -> None:
        """Want an amount above zero, or none."""
        if field.data is not None and field.data <= 0:
            raise ValidationError(_("Fill in an amount above zero."))

    def values(self) -> dict[str, Any]:
        """Give what was filled in as funds.settings takes it."""
        return {
            "second_release_from_cents": self.second_release_from.data,
            "cooling_off_days": self.cooling_off_days.data,
            "watched_countries": self.codes(),
        }


def safety_form(fund: Fund, account: FundAccount | None) -> SafetyForm:
    """Fill the form with what a fund has set."""
    return SafetyForm(
        formdata=None,
        version=fund.row_version,
        second_release_from=fund.second_release_from_cents,
        cooling_off_days=fund.cooling_off_days,
        watched_countries=" ".join(fund.watched_countries),
        file_format=account.file_format.value if account else FileFormat.PAIN_09.value,
    )
