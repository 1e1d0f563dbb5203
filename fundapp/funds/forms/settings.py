"""What a manager fills in about the settings of a fund."""

import re
from collections.abc import Mapping
from typing import Any

import wtforms
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    FieldList,
    FormField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, Email, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import ColorInput

from fundapp.core.forms import Form, MoneyField, filled, options
from fundapp.funds.forms.funds import FILL, NAMES, REGIMES, ZONES
from fundapp.funds.models import Fund, PaymentScheme

SCHEMES = (
    (PaymentScheme.MILESTONES, _l("By milestone, when the work is published")),
    (PaymentScheme.ADVANCE, _l("An advance first, the rest at the settlement")),
)
CURRENCIES = ("EUR", "CHF", "CZK", "DKK", "GBP", "HUF", "NOK", "PLN", "RON", "SEK", "USD")
CONTACT = ("email", "website", "phone", "city", "register", "address")
PLAIN = (
    "legal_regime", "publication_rule", "approvals_needed", "payment_scheme", "advance_percent",
    "receipt_days", "agreement_days", "payment_days", "zone",
    "evaluation_due_on",
)  # fmt: skip
"""Settings that stand in the form as they stand in the row."""
SPARE = 2
"""Empty lines for new themes, beside those there are."""


class ThemeForm(wtforms.Form):
    """One theme in both languages; empty lines are left out."""

    key = StringField(_l("Key"), [Length(max=40)])
    en = StringField(_l("In English"), [Length(max=80)])
    nl = StringField(_l("In Dutch"), [Length(max=80)])

    def validate_nl(self, field: Any) -> None:
        """A theme has its name in both languages."""
        if bool((self.en.data or "").strip()) != bool((field.data or "").strip()):
            raise ValidationError(_l("A theme needs its name in both languages."))


class SettingsForm(Form):
    """The settings of a fund; amounts in its currency."""

    name_en = StringField(_l("Name in English"), [DataRequired(FILL), Length(max=200), filled])
    name_nl = StringField(_l("Name in Dutch"), [DataRequired(FILL), Length(max=200), filled])
    summary_en = TextAreaField(_l("What it is for, in English"), [Length(max=600)])
    summary_nl = TextAreaField(_l("What it is for, in Dutch"), [Length(max=600)])
    legal_regime = SelectField(_l("Law it gives under"), choices=options(REGIMES))
    publication_rule = SelectField(_l("Name under which grants are published"), choices=options(NAMES))
    approvals_needed = IntegerField(
        _l("People who have to approve a decision"), [InputRequired(FILL), NumberRange(1, 9)],
        description=_l("Beside the one who proposes it."),
    )  # fmt: skip
    cap_proposal = MoneyField(
        _l("Most that one proposal can get"), [Optional()], description=_l("Empty: what each round allows.")
    )
    cap_party = MoneyField(
        _l("Most that one applicant can get from all funds together"), [Optional()],
        description=_l("Counted over the register of applicants, all rounds and all funds in this currency."),
    )  # fmt: skip
    payment_scheme = SelectField(_l("How grants are paid"), choices=options(SCHEMES))
    advance_percent = IntegerField(
        _l("Part paid in advance, in percent"), [InputRequired(FILL), NumberRange(1, 100)],
        description=_l("Only for an advance with a settlement; 80 leaves 20 for the settlement."),
    )  # fmt: skip
    receipt_days = IntegerField(
        _l("Days within which we confirm an application"), [InputRequired(FILL), NumberRange(0, 60)],
        description=_l("0 is the same day."),
    )  # fmt: skip
    agreement_days = IntegerField(
        _l("Days from the decision to a signed agreement"), [InputRequired(FILL), NumberRange(1, 365)]
    )
    payment_days = IntegerField(
        _l("Days from a request for payment to the money"), [InputRequired(FILL), NumberRange(1, 365)],
        description=_l("European law knows thirty days as the rule (Directive 2011/7/EU)."),
    )  # fmt: skip
    evaluation_due_on = DateField(
        _l("The fund is evaluated by"), [Optional()],
        description=_l("Its managers hear of it in time. Once the evaluation is out, choose the next day."),
    )  # fmt: skip
    zone = SelectField(_l("Time zone"), choices=options((zone, zone) for zone in ZONES))
    currency = SelectField(_l("Currency"), choices=options((code, code) for code in CURRENCIES))
    in_en = BooleanField(_l("English"))
    in_nl = BooleanField(_l("Dutch"))
    themes = FieldList(FormField(ThemeForm))
    email = EmailField(_l("E-mail address"), [Optional(), Email(), Length(max=320)])
    website = StringField(_l("Website"), [Length(max=300)])
    phone = StringField(_l("Telephone"), [Length(max=40)])
    city = StringField(_l("Town"), [Length(max=80)])
    register = StringField(_l("Number in the trade register"), [Length(max=60)])
    address = TextAreaField(_l("Address"), [Length(max=400)])
    brand = StringField(_l("Colour"), [DataRequired(FILL)], widget=ColorInput())
    logo = FileField(_l("Logo"))
    takes_logo_away = BooleanField(_l("Take the logo away"))
    version = IntegerField(_l("Version"), [InputRequired()])

    def for_fund(self, fund: Fund, *, fresh: bool, has_money: bool) -> "SettingsForm":
        """Take amounts in the fund's currency; a fresh form shows the fund as it is."""
        for field in (self.cap_proposal, self.cap_party):
            field.currency = fund.currency
        if fund.zone not in ZONES:
            self.zone.choices = [*options([(fund.zone, fund.zone)]), *self.zone.choices]
        if fresh:
            self._show(fund)
        if has_money:
            del self.currency
        return self

    def _show(self, fund: Fund) -> None:
        shown = shown_of(fund)
        for name, value in shown.items():
            if name != "themes":
                self[name].data = value
        for theme in [*fund.themes, *({} for _spare in range(SPARE))]:
            self.themes.append_entry({name: theme.get(name, "") for name in ("key", "en", "nl")})

    def validate_website(self, field: Any) -> None:
        """A website is an address that a browser can open."""
        if field.data and not re.fullmatch(r"https?://[^\s<>\"]+", field.data.strip()):
            raise ValidationError(_l("Write the whole address, beginning with https://."))

    def validate_in_nl(self, field: Any) -> None:
        """A fund speaks at least one language."""
        if not (field.data or self.in_en.data):
            raise ValidationError(_l("Choose at least one language."))

    def values(self, fund: Fund) -> dict[str, Any]:
        """Give what was filled in as funds.settings takes it."""
        given: dict[str, Any] = {
            "name": _pair(self, "name"),
            "summary": _pair(self, "summary"),
            "cap_proposal_cents": self.cap_proposal.data,
            "cap_party_cents": self.cap_party.data,
            "languages": [code for code in ("en", "nl") if self[f"in_{code}"].data],
            "themes": self._themes(fund),
            "contact": self._contact(fund),
            "brand": (self.brand.data or "").strip().lower(),
        }
        names = (*PLAIN, *(("currency",) if "currency" in self else ()))
        return given | {name: self[name].data for name in names}

    def _themes(self, fund: Fund) -> list[dict[str, Any]]:
        """Give the themes that have a name, with whatever else was known of them."""
        known: Mapping[str, dict[str, Any]] = {theme["key"]: theme for theme in fund.themes}
        found = []
        for row in self.themes.data:
            english, dutch = (row["en"] or "").strip(), (row["nl"] or "").strip()
            if english and dutch:
                key = (row["key"] or "").strip() or _key(english)
                found.append(dict(known.get(key, {"key": key})) | {"en": english, "nl": dutch})
        return found

    def _contact(self, fund: Fund) -> dict[str, Any]:
        given = {name: _lined(self[name].data) for name in CONTACT}
        kept = {name: value for name, value in (fund.contact or {}).items() if name not in CONTACT}
        before = fund.contact or {}
        return kept | {
            name: before[name] if value == _written(before.get(name)) else value
            for name, value in given.items()
            if value
        }


def shown_of(fund: Fund) -> dict[str, Any]:
    """Give what the form shows of a fund, by field."""
    texts = {
        f"{name}_{code}": (getattr(fund, name) or {}).get(code, "")
        for name in ("name", "summary")
        for code in ("en", "nl")
    }
    contact = {name: _written((fund.contact or {}).get(name)) for name in CONTACT}
    money = {"cap_proposal": fund.cap_proposal_cents, "cap_party": fund.cap_party_cents}
    languages = {f"in_{code}": code in fund.languages for code in ("en", "nl")}
    rest = {"version": fund.row_version, "themes": fund.themes}
    return (
        {name: getattr(fund, name) for name in (*PLAIN, "currency", "brand")}
        | texts
        | contact
        | money
        | languages
        | rest
    )


def _written(value: Any) -> str:
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value or "")


def _lined(text: Any) -> str:
    return str(text or "").replace("\r\n", "\n").strip()


def _pair(form: Any, name: str) -> dict[str, str]:
    return {code: _lined(form[f"{name}_{code}"].data) for code in ("en", "nl")}


def _key(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:40] or "theme"
