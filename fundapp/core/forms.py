"""What every form shares: the reader's number style, money fields, times in the fund's zone."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask import g
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, Field, HiddenField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation

from fundapp.core import clock, money, once


class Form(FlaskForm):
    """The base of all forms: CSRF, and messages in the reader's language."""

    class Meta(FlaskForm.Meta):
        @property
        def locales(self) -> list[str]:
            """Tell WTForms whose number and message style to use."""
            return [str(get_locale() or "en")]


class OnceForm(Form):
    """A form that makes something: sent twice, it works once."""

    once = HiddenField(default=once.fresh)


class EmptyForm(Form):
    """A form that is only a button."""


class MoneyField(StringField):
    """An amount as people write it; data is integer cents of `currency`, or None.

    currency: unless given, that of the fund whose page it is (`g.currency`).
    """

    def __init__(
        self, label: Any = None, validators: Any = None, currency: str | None = None, **options: Any
    ) -> None:
        super().__init__(label, validators, **options)
        self.own_currency = currency

    @property
    def currency(self) -> str:
        """The ISO code of the amount."""
        return self.own_currency or str(g.get("currency", "EUR"))

    @currency.setter
    def currency(self, code: str) -> None:
        self.own_currency = code

    @property
    def symbol(self) -> str:
        """What stands before the field: € or the code."""
        return "€" if self.currency == "EUR" else self.currency

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data / 100:.2f}".removesuffix(".00")

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was typed. Raises ValueError, shown beside the field, when it is no one amount."""
        self.data = None
        if not valuelist or not str(valuelist[0]).strip():
            return
        if money.is_doubtful(str(valuelist[0]).strip(), str(get_locale() or "en")):
            raise ValueError(
                _("This can be read in two ways. Write 12345 for a whole amount, or two decimals at most.")
            )
        try:
            amount = money.read(str(valuelist[0]))
        except money.UnreadableAmount as fault:
            raise ValueError(str(fault)) from fault
        if amount.currency not in (None, self.currency):
            raise ValueError(
                self.gettext("This is an amount in another currency than %(ours)s.") % {"ours": self.currency}
            )
        self.data = amount.cents


class ZonedField(DateTimeLocalField):
    """A wall-clock time in the fund's zone; `instant` is the aware UTC time after validation."""

    def __init__(
        self, label: Any = None, validators: Any = None, *, closing: bool = False, **options: Any
    ) -> None:
        super().__init__(label, validators, format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], **options)
        self.closing = closing
        self.zone = "UTC"
        self.instant: datetime | None = None

    def show(self, at: datetime | None, zone: str) -> None:
        """Fill the field with an instant, on the wall clock of `zone`."""
        self.zone = zone
        self.data = clock.local(at, zone).replace(tzinfo=None) if at else None
        if at and at.second:
            self.format = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"]  # 23:59:59 comes back as it was

    def pre_validate(self, form: Any) -> None:
        """Turn the wall clock into an instant; refuse an hour that the change of summer time skips."""
        if self.data is None:
            return
        self.instant = clock.instant(self.data, self.zone, closing=self.closing)
        if self.instant is None:
            raise StopValidation(_l("The clock skips this hour on that day. Choose another time."))


def options(pairs: Iterable[tuple[Any, Any]]) -> list[SelectChoice]:
    """Turn pairs (value, label) into the choices of a select or radio field."""
    return [SelectChoice(str(value), label) for value, label in pairs]


def filled(form: Any, field: Field) -> None:
    """Refuse a field that holds only white space."""
    if not (field.data or "").strip():
        raise ValidationError(_l("Fill this in."))
