"""What an application from elsewhere asks for: read, converted at a rate, or reported; never guessed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Any

from babel.numbers import format_decimal
from flask_babel import get_locale
from flask_babel import gettext as _

from fundapp.core import money
from fundapp.core.refusals import Refusal

UNANSWERED = frozenset({"empty", "no_number", "prose"})
"""Texts that hold no one amount to be wrong about; the application comes in without an amount, marked."""
UNNAMED = ""
"""The currency of an amount that names none."""
PARTIAL = frozenset({"each", "range", "limit"})
"""Texts that contradict a single figure beside them."""


def rate_of(text: str) -> tuple[str, Decimal] | None:
    """Read a rate into the fund's currency, such as USD=0.92; None when it is none."""
    code, _equals, number = text.partition("=")
    try:
        rate = Decimal(number)
    except InvalidOperation:
        return None
    is_rate = code.isascii() and code.isalpha() and code.isupper() and rate.is_finite() and rate > 0
    return (code, rate) if is_rate else None


class CannotTake(Refusal):
    """A line that cannot be taken in as it is."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An amount as it was asked. value and currency: None when there is no amount. note: for the reader."""

    value: Decimal | None = None
    currency: str | None = None
    note: str = ""


class Exchange:
    """Turns amounts into cents of the fund's currency at the rates that a person gave."""

    def __init__(self, currency: str, rates: Mapping[str, Decimal]) -> None:
        if any(rate <= 0 for rate in rates.values()):
            raise ValueError("a rate is more than zero")
        self.currency = currency
        self.rates = {code.upper(): rate for code, rate in rates.items()} | {currency: Decimal(1)}

    def cents(self, value: Decimal, currency: str) -> int:
        """Convert and round half to even. Raises CannotTake when there is no rate."""
        rate = self.rates.get(currency)
        if rate is None:
            raise CannotTake(
                _(
                    "It asks for %(amount)s. Give a rate for %(currency)s and import again.",
                    amount=shown(value, currency),
                    currency=currency,
                )
            )
        return int((value * rate * 100).to_integral_value(ROUND_HALF_EVEN))

    def asked_cents(self, asked: Asked) -> tuple[int | None, str]:
        """Give cents and a note for the whole amount asked."""
        if asked.value is None or asked.currency is None:
            return None, asked.note
        cents = self.cents(asked.value, asked.currency)
        if asked.currency == self.currency:
            return cents, asked.note
        converted = _(
            "Converted from %(amount)s at %(rate)s.",
            amount=shown(asked.value, asked.currency),
            rate=self.rates[asked.currency],
        )
        return cents, " ".join(part for part in (asked.note, converted) if part)

    def part_cents(self, parts: Sequence[Asked], whole: Asked, whole_cents: int | None) -> list[int | None]:
        """Give cents for the parts of an amount; parts without an amount or a rate stay open.

        Parts that add up to the whole before they are converted add up to it afterwards too.
        """
        shares = [part.value for part in parts if part.value is not None and part.currency == whole.currency]
        if (
            whole_cents is not None
            and len(shares) == len(parts)
            and shares
            and sum(shares) == whole.value != 0
        ):
            return list(money.split(whole_cents, [_whole_number(share) for share in shares]))
        return [self._part(part) for part in parts]

    def _part(self, part: Asked) -> int | None:
        if part.value is None or part.currency not in self.rates:
            return None
        return self.cents(part.value, part.currency)


def from_text(text: str, unnamed: str) -> Asked:
    """Read an amount as somebody wrote it; unnamed is its currency when the text names none.

    Raises CannotTake for what looks like an amount and leaves a doubt ("5kEUR each").
    """
    try:
        written = money.read_exact(text)
    except money.UnreadableAmount as refused:
        if refused.reason not in UNANSWERED:
            raise CannotTake(refused.message) from refused
        return Asked(note=refused.message if text.strip() else _("No amount was written."))
    return Asked(written.value, written.currency or unnamed)


def from_value(value: Any, currency: str) -> Asked:
    """Take an amount that stands in the data as a figure, or as words. Raises CannotTake."""
    if value is None:
        return Asked()
    if isinstance(value, str):
        return from_text(value, currency)
    if isinstance(value, int | float) and not isinstance(value, bool):
        number = Decimal(str(value))
        if number.is_finite() and 0 <= number < money.TOO_LARGE:
            return Asked(number, currency)
    raise CannotTake(_("“%(text)s” is not an amount.", text=_short(str(value))))


def beside_text(asked: Asked, text: str) -> Asked:
    """Hold a number against the text it was taken from. Raises CannotTake when the two disagree."""
    if not text.strip():
        return asked
    try:
        written = money.read_exact(text)
    except money.UnreadableAmount as refused:
        if refused.reason in PARTIAL:
            raise CannotTake(refused.message) from refused
        return Asked(asked.value, asked.currency, _("Written as “%(text)s”.", text=_short(text)))
    if written.value != asked.value or written.currency not in (None, asked.currency):
        raise CannotTake(
            _(
                "Two amounts disagree: %(number)s and “%(text)s”.",
                number=shown(asked.value, asked.currency),
                text=_short(text),
            )
        )
    return asked


def no_currency(text: str) -> str:
    """Say that an amount names no currency."""
    words: str = _("“%(text)s” names no currency.", text=_short(text))
    return words


def only_parts(parts: Sequence[Asked]) -> str:
    """Say that no total was written, and what the parts come to where they can be added."""
    words: str = _("No amount was written.")
    named = {part.currency for part in parts}
    if len(named) == 1 and all(part.value is not None for part in parts):
        total = sum(part.value or 0 for part in parts)
        amount = shown(Decimal(total), named.pop())
        words = _("No total was written; the milestones add up to %(amount)s.", amount=amount)
    return words


def currency_of_parts(text: str) -> str:
    """Say where the currency came from."""
    words: str = _("“%(text)s” names no currency; its milestones do.", text=_short(text))
    return words


def shown(value: Decimal | None, currency: str | None) -> str:
    """Write an amount of any currency or token with its code: 12,000 DAI."""
    language = str(get_locale() or "en")[:2]
    return f"{format_decimal(value or 0, locale=language, decimal_quantization=False)} {currency}"


def _whole_number(share: Decimal) -> int:
    """Scale a share to a whole number; nothing here has more than eight decimals."""
    return int(share.scaleb(8))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 80 else line[:79] + "…"
