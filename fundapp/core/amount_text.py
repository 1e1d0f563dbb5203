"""Understanding an amount as people write it: "EUR 50,000.", "€49.729", "8000eur", "€25k"."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from fundapp.core.refusals import Refusal

LONGEST = 80
"""Longer than this is a story, not an amount."""
FURTHEST = 4000
"""Longer than this is not searched at all."""

REASONS: dict[str, LazyString] = {
    "empty": _l("Write an amount."),
    "no_number": _l("There is no amount in “%(text)s”."),
    "prose": _l("“%(text)s” holds more than an amount. Write the amount alone."),
    "several": _l("“%(text)s” holds more than one number. Write one amount."),
    "range": _l("“%(text)s” is a range. Write one amount."),
    "limit": _l("“%(text)s” is a limit, not an amount. Write the amount itself."),
    "approximate": _l("“%(text)s” is a rough figure. Write the exact amount."),
    "each": _l("“%(text)s” is an amount for each piece or period. Write the whole amount."),
    "two_currencies": _l("“%(text)s” names more than one currency. Write one."),
    "negative": _l("“%(text)s” can be read as less than zero. Write the amount without a sign."),
    "ambiguous": _l("The number in “%(text)s” can be read in more than one way. Write it like 12400.50."),
    "too_fine": _l("“%(text)s” has more than two decimals."),
    "too_large": _l("“%(text)s” is larger than any amount we can keep."),
    "not_money": _l("“%(text)s” is not in a currency that a bank can pay."),
}


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SIGNS = {
    "€": "EUR", "£": "GBP", "$": "USD", "us$": "USD", "u$d": "USD", "ca$": "CAD", "zł": "PLN", "kč": "CZK",
}  # fmt: skip
NAMES = {
    "euro": "EUR", "euros": "EUR", "euro's": "EUR", "dollar": "USD", "dollars": "USD", "pound": "GBP",
    "pounds": "GBP", "pond": "GBP", "zloty": "PLN",
}  # fmt: skip
COMMON = _words("EUR USD GBP CHF SEK NOK DKK PLN CZK HUF RON BGN DAI USDC USDT BTC ETH")
"""Codes read in any case; those below only in capitals, since "try" and "dot" are words too."""
CAPITALS = _words("AUD BRL CAD CNY DOT HKD ILS INR ISK JPY KES KRW KSM MXN NGN NZD RSD SGD TRY UAH ZAR")
UNDIVIDED = frozenset({"BTC", "DOT", "ETH", "KSM"})
"""Written with many decimals, so that 1.465 may be a whole number or a fraction."""

CURRENCIES = SIGNS | NAMES | {code.lower(): code for code in COMMON}
_WORDS = sorted((word for word in CURRENCIES if word not in SIGNS), key=len, reverse=True)
_SIGNS = sorted(SIGNS, key=len, reverse=True)
CURRENCY = re.compile(
    rf"(?<![^\W\d_])(?:(?i:{'|'.join(_WORDS)})|{'|'.join(CAPITALS)})(?![^\W\d_])"
    rf"|(?i:{'|'.join(map(re.escape, _SIGNS))})"
)
SPACE = re.compile(r"[^\S\r\n]")
NUMBER = re.compile(
    r"(?P<digits>[0-9](?:[0-9.,' ]*[0-9])?)"
    rf"(?:\s*(?P<thousand>(?i:k|duizend|thousand))(?=\W|$|{CURRENCY.pattern}|(?i:{'|'.join(_WORDS)})))?"
    r"(?:[.,](?:-{1,2}|[–—])(?![0-9]))?"
)
GROUPED = re.compile(r"([1-9][0-9]{0,2}(?:([.,' ])[0-9]{3})(?:\2[0-9]{3})*)(?:(?!\2)[.,]([0-9]{1,2}))?")
BETWEEN = re.compile(r"\s*(?:[-–—~]|\.{2,3}|to|tot|bis|or|of|en|and)\s*", re.IGNORECASE)

WORDS = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?|[~≈±<>≤≥+%=&/-]")
EACH = _words(
    "a/d day daily each elk elke every hour hourly hr ieder iedere jaar maand month monthly months p/m per"
    " uur week weekly year yearly x"
)
LIMIT = _words(
    "above at below between beyond from hooguit hoogste least less max maximaal maximum min minimaal minimum"
    " minstens more most onder over than to tot tussen under until up vanaf < > ≤ ≥"
)
APPROXIMATE = _words(
    "~ ≈ ± about approx approximately around bijna ca circa estimate estimated geschat nearly ongeveer"
    " roughly ruim"
)
FILLER = _words(
    "aangevraagd aangevraagde amount ask asked bedrag begroting budget budgeted de entire for funding"
    " gevraagd gevraagde grant het hele in is of project request requested requesting sum support the total"
    " totaal totale van voor whole"
)
"""Words that may stand around an amount without changing it: "Requested amount: 8000 euro"."""


class UnreadableAmount(Refusal):
    """A text that cannot be read as one amount without guessing. reason: a key of REASONS."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Written:
    """An amount with all its decimals; currency is a code, or None when the text named none."""

    value: Decimal
    currency: str | None


def refusal(reason: str, text: str) -> UnreadableAmount:
    """Word a reason for the person who typed the text."""
    shown = " ".join(text.split())
    shown = shown if len(shown) <= LONGEST else shown[: LONGEST - 1] + "…"
    return UnreadableAmount(reason, str(REASONS[reason]) % {"text": shown})


def understand(text: str) -> Written:
    """Find the one number and the one currency in a text. Raises UnreadableAmount."""
    plain = SPACE.sub(" ", text).replace("’", "'").strip()
    number = _one_number(plain, text)
    around = plain[: number.start()], plain[number.end() :]
    if _looks_negative(*around):
        raise refusal("negative", text)
    currency = _one_currency(" ".join(around), text)
    _refuse_words(CURRENCY.sub(" ", " ".join(around)), text)
    value = _value(number["digits"], number["thousand"] is not None, currency)
    if value is None or around[0].endswith((".", ",", "'")):
        raise refusal("ambiguous", text)
    return Written(value, currency)


def _one_number(plain: str, text: str) -> re.Match[str]:
    if not plain:
        raise refusal("empty", text)
    if len(plain) > FURTHEST:
        raise refusal("prose", text)
    if any(_is_deceptive(letter) for letter in plain):
        raise refusal("ambiguous", text)
    numbers = list(NUMBER.finditer(plain))
    if not numbers:
        raise refusal("no_number", text)
    if len(plain) > LONGEST:
        raise refusal("prose", text)
    if len(numbers) > 1:
        between = CURRENCY.sub("", plain[numbers[0].end() : numbers[1].start()])
        is_range = len(numbers) == 2 and BETWEEN.fullmatch(between)
        raise refusal("range" if is_range else "several", text)
    return numbers[0]


def _one_currency(around: str, text: str) -> str | None:
    found = {CURRENCIES.get(word.lower(), word) for word in CURRENCY.findall(around)}
    if len(found) > 1:
        raise refusal("two_currencies", text)
    return found.pop() if found else None


def _is_deceptive(letter: str) -> bool:
    """Tell other digits (², ½, ٣) and invisible marks: they show another number than they hold."""
    if letter in "\r\n":
        return False
    return unicodedata.category(letter) in {"Cc", "Cf"} or (letter.isnumeric() and not letter.isascii())


def _looks_negative(before: str, after: str) -> bool:
    sign = CURRENCY.sub("", before).strip()
    return sign.endswith(("-", "−", "–", "—")) or (sign.endswith("(") and after.lstrip().startswith(")"))


def _refuse_words(around: str, text: str) -> None:
    """Refuse what would change the amount, and words we do not know."""
    words = {word.lower() for word in WORDS.findall(around)}
    for reason, telling in (("each", EACH), ("approximate", APPROXIMATE)):
        if words & telling:
            raise refusal(reason, text)
    if words - FILLER - LIMIT:
        raise refusal("prose", text)
    if words & LIMIT:
        raise refusal("limit", text)


def _value(digits: str, is_thousand: bool, currency: str | None) -> Decimal | None:
    """Read the digits, or give None when they can be read in more than one way.

    A separator before exactly three digits groups; before one or two it is the decimal sign.
    """
    whole, mark, part = r"(?:0|[1-9][0-9]*)", r"[.,]", r"[0-9]{1,2}"
    if re.fullmatch(rf"{whole}(?:{mark}{part})?", digits):
        return Decimal(digits.replace(",", ".")) * (1000 if is_thousand else 1)
    if is_thousand:
        return None
    if re.fullmatch(r"0[.,][0-9]{3,8}|[1-9][0-9]*\.[0-9]{4,8}", digits):
        return Decimal(digits.replace(",", "."))
    grouped = GROUPED.fullmatch(digits)
    if not grouped or (currency in UNDIVIDED and re.fullmatch(r"[0-9]+[.,][0-9]{3}", digits)):
        return None
    return Decimal(re.sub(r"[^0-9]", "", grouped[1]) + "." + (grouped[3] or "0"))
