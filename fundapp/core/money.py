"""Money: whole cents inside, shown and read the way people write it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import cache

from babel import Locale
from babel.numbers import format_currency, get_decimal_symbol

from fundapp.core.amount_text import UnreadableAmount, Written, refusal, understand

__all__ = [
    "MOST_CENTS",
    "Amount",
    "UnreadableAmount",
    "Written",
    "is_doubtful",
    "read",
    "read_exact",
    "show",
    "split",
]

TOO_LARGE = Decimal(10) ** 10
MOST_CENTS = int(TOO_LARGE * 100) - 1
"""The largest amount that anybody can ask, give or pay: what can be read."""
COINS = frozenset({"BTC", "DAI", "DOT", "ETH", "KSM", "USDC", "USDT"})
"""Tokens people write as if they were currencies: understood, but no fund can pay in them."""


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount of money; currency is an ISO 4217 code, or None when the text named none."""

    cents: int
    currency: str | None


def show(cents: int, currency: str, lang: str, *, always_cents: bool = False) -> str:
    """Write an amount as the language writes it, with cents only when there are some.

    English €12,400 and €12,400.50; Dutch € 12.400 with a no-break space after the sign.
    """
    with_cents, without_cents = _patterns(lang)
    pattern = with_cents if always_cents or cents % 100 else without_cents
    with localcontext() as context:  # a sum nobody can pay is shown too, beside what is wrong with it
        context.prec = max(context.prec, len(str(cents)) + 4)
        return format_currency(
            Decimal(cents).scaleb(-2), currency, format=pattern, locale=lang, currency_digits=False
        )


def read(text: str) -> Amount:
    """Read the one amount that somebody typed in a field.

    Raises UnreadableAmount, with a reason, for everything that leaves a doubt: ranges, two
    currencies, "each", rough figures, more than two decimals. Nothing is ever guessed.
    """
    written = read_exact(text)
    if written.currency in COINS:
        raise refusal("not_money", text)
    cents = written.value.scaleb(2)
    if cents != cents.to_integral_value():
        raise refusal("too_fine", text)
    return Amount(int(cents), written.currency)


def is_doubtful(text: str, lang: str) -> bool:
    """Tell whether the one sign in an amount is the language's decimal sign with three digits behind it.

    10.005 in English is ten and a bit, or ten thousand and five by somebody who writes as the Dutch do;
    with 10,005 it is the other way round. Where one can ask, one asks. Round ones, such as 17.500, are
    thousands: nobody writes three decimals to end in a nought.
    """
    sign = get_decimal_symbol(lang)
    return re.fullmatch(rf"\D*\d{{1,3}}{re.escape(sign)}\d\d[1-9]\D*", text) is not None


def read_exact(text: str) -> Written:
    """Read an amount with all its decimals, tokens such as BTC and DAI included.

    For conversion at a rate that a person gives. Raises UnreadableAmount.
    """
    written = understand(text)
    if written.value >= TOO_LARGE:
        raise refusal("too_large", text)
    return written


def split(cents: int, shares: Sequence[int | Fraction]) -> list[int]:
    """Divide an amount by shares so that the parts add up to it exactly.

    Largest remainder; of equal remainders the earlier one gets the cent. Raises ValueError for
    a negative amount or share, or when all shares are zero.
    """
    whole = sum(Fraction(share) for share in shares)
    if cents < 0 or not whole or any(share < 0 for share in shares):
        raise ValueError("an amount is split by shares of zero or more, not all of them zero")
    exact = [cents * Fraction(share) / whole for share in shares]
    parts = [part.numerator // part.denominator for part in exact]
    by_remainder = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for i in by_remainder[: cents - sum(parts)]:
        parts[i] += 1
    return parts


@cache
def _patterns(lang: str) -> tuple[str, str]:
    """Give the language's own currency pattern with and without decimals."""
    pattern = Locale.parse(lang).currency_formats["standard"].pattern
    return pattern, pattern.replace("0.00", "0")
