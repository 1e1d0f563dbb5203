"""What is asked to set up a fund and to book a gift."""

import re
from datetime import date
from typing import Any
from zoneinfo import available_timezones

from flask_babel import lazy_gettext as _l
from schwifty import IBAN
from schwifty.exceptions import SchwiftyException
from wtforms import BooleanField, DateField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from fundapp.core.forms import MoneyField, OnceForm, filled, options
from fundapp.funds.models import PublicationRule, Regime

FILL = _l("Fill this in.")
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
GIVERS = (("public", _l("Public body")), ("private", _l("Private organisation")), ("person", _l("Person")))
REGIMES = ((Regime.PRIVATE, _l("Private law")), (Regime.AWB, _l("Dutch administrative law (Awb)")))
NAMES = (
    (PublicationRule.PUBLIC_NAME, _l("The name the applicant chose")),
    (PublicationRule.LEGAL_NAME, _l("The legal name")),
)
ZONES = [*sorted(zone for zone in available_timezones() if zone.startswith("Europe/")), "UTC"]


def _short(size: int = 200) -> list[Any]:
    return [DataRequired(FILL), Length(max=size), filled]


def iban(form: Any, field: Any) -> None:
    """Refuse what is no IBAN; keeps it without spaces."""
    try:
        field.data = str(IBAN(field.data or ""))
    except SchwiftyException as fault:
        raise ValidationError(_l("This is not a valid IBAN. Check it digit by digit.")) from fault


def slug(form: Any, field: Any) -> None:
    """Refuse an address part that would not read well."""
    if not SLUG.fullmatch(field.data or ""):
        raise ValidationError(_l("Use small letters, digits and hyphens, such as digital-commons."))


class FundForm(OnceForm):
    """Set up a fund."""

    name_en = StringField(_l("Name in English"), _short())
    name_nl = StringField(_l("Name in Dutch"), _short())
    slug = StringField(_l("Short name in addresses"), [DataRequired(FILL), Length(max=40), slug])
    summary_en = TextAreaField(_l("What it is for, in English"), [Length(max=600)])
    summary_nl = TextAreaField(_l("What it is for, in Dutch"), [Length(max=600)])
    zone = SelectField(
        _l("Time zone"), choices=options((zone, zone) for zone in ZONES), default="Europe/Amsterdam"
    )
    legal_regime = SelectField(_l("Law it gives under"), choices=options(REGIMES))
    publication_rule = SelectField(_l("Name under which grants are published"), choices=options(NAMES))
    holder = StringField(_l("Holder of the fund's bank account"), _short(70))
    iban = StringField(
        _l("IBAN the fund pays from"), [DataRequired(FILL), iban], render_kw={"autocomplete": "off"}
    )


class GiftForm(OnceForm):
    """Book money that came in."""

    giver = StringField(_l("Giver"), _short())
    giver_kind = SelectField(_l("Kind of giver"), choices=options(GIVERS))
    amount = MoneyField(_l("Amount"), [InputRequired(FILL)])
    received_on = DateField(_l("Received on"), [InputRequired(FILL)])
    theme = SelectField(_l("Earmarked for"), [Optional()], choices=[])
    is_anonymous = BooleanField(_l("Do not name the giver in public"))

    def validate_amount(self, field: Any) -> None:
        """Refuse nothing and less."""
        if field.data is None or field.data <= 0:
            raise ValidationError(_l("Fill in an amount above zero."))

    def validate_received_on(self, field: Any) -> None:
        """Refuse money that has not come in yet."""
        if field.data and field.data > date.today():  # noqa: DTZ011 a day of the bank, no instant
            raise ValidationError(_l("This day has not come yet. Book money once it is in the bank."))
