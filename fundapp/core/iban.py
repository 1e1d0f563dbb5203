"""Bank account numbers: read, refused with the reason, and shown masked."""

from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from schwifty import IBAN
from schwifty.exceptions import InvalidChecksumDigits, InvalidCountryCode, InvalidLength, SchwiftyException

from fundapp.core.refusals import Refusal

JOINED_LATELY = frozenset({"AL", "MD", "ME", "MK", "RS"})
"""Countries that entered SEPA in 2024 and 2025, which the registry we use does not know yet."""

REASONS: dict[str, LazyString] = {
    "empty": _l("Write an IBAN."),
    "characters": _l("An IBAN holds only the letters A to Z and digits."),
    "structure": _l("This is not how an IBAN is built. Is there a letter O where a zero belongs?"),
    "country": _l("Accounts in this country have no IBAN. Check the first two letters."),
    "length": _l("This IBAN is too long or too short for its country."),
    "checksum": _l("The check digits do not fit. A character is wrong, or two are swapped."),
    "not_sepa": _l("We can pay only to accounts in the SEPA area."),
}


class UnusableIban(Refusal):
    """An account number we cannot pay to. reason: a key of REASONS."""

    def __init__(self, reason: str) -> None:
        super().__init__(str(REASONS[reason]))
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Account:
    """A checked account. iban: without spaces. bic: None when the number does not tell which bank it is."""

    iban: str
    country: str
    bic: str | None


def read(text: str) -> Account:
    """Read an account number as people write it, with or without spaces. Raises UnusableIban.

    The check digits catch slips, not fraud: whether the account is the payee's own is another question.
    """
    plain = "".join(text.split()).upper()
    if not plain:
        raise UnusableIban("empty")
    if not (plain.isascii() and plain.isalnum()):
        raise UnusableIban("characters")
    try:
        iban = IBAN(plain)
    except SchwiftyException as refused:
        raise UnusableIban(_reason(refused)) from refused
    if not (iban.in_sepa_zone or iban.country_code in JOINED_LATELY):
        raise UnusableIban("not_sepa")
    return Account(str(iban), iban.country_code, str(iban.bic) if iban.bic else None)


def masked(iban: str) -> str:
    """Show an account so that its owner knows it and others cannot use it: NL•• •••• •••• ••43 00."""
    return grouped(iban[:2] + "•" * (len(iban) - 6) + iban[-4:])


def grouped(iban: str) -> str:
    """Write an account number in groups of four."""
    return " ".join(iban[start : start + 4] for start in range(0, len(iban), 4))


def _reason(refused: SchwiftyException) -> str:
    known: dict[type[SchwiftyException], str] = {
        InvalidCountryCode: "country",
        InvalidLength: "length",
        InvalidChecksumDigits: "checksum",
    }
    return next((reason for kind, reason in known.items() if isinstance(refused, kind)), "structure")
