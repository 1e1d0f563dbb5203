"""Codes by which applications, claims and payments are known, here and at the bank."""

import re
from datetime import date
from string import ascii_uppercase, digits

LONGEST = 35
"""The most characters a bank keeps of a reference."""

PREFIX = re.compile(r"[A-Z][A-Z0-9]{0,7}")
FOR_BANKS = re.compile(r"[A-Z0-9]+(?:-[A-Z0-9]+)*")
CREDITOR = re.compile(r"RF[0-9]{2}[A-Z0-9]{1,21}")


def application_code(on: date, number: int, prefix: str = "") -> str:
    """Give `[prefix-]YYYY-MM-NNN`.

    on: the closing date in the fund's zone, or the day of submission when the call never closes.
    prefix: at most eight capitals and digits. Raises ValueError.
    """
    if number < 1 or (prefix and not PREFIX.fullmatch(prefix)):
        raise ValueError(f"no application code from {prefix!r} and {number}")
    return "-".join(part for part in (prefix, f"{on:%Y-%m}", f"{number:03d}") if part)


def claim_code(application: str, number: int) -> str:
    """Give the code of a request for payment: 2026-11-001-C1."""
    return _for_bank(f"{application}-C{_positive(number)}")


def end_to_end_id(claim: str, attempt: int) -> str:
    """Give the reference that travels with a payment to the bank and back: 2026-11-001-C1-1.

    attempt: counted from 1; a payment that came back gets the next. Raises ValueError.
    """
    return _for_bank(f"{claim}-{_positive(attempt)}")


def refund_id(gift: int, attempt: int) -> str:
    """Give the reference of money that goes back to a giver: G42-R1."""
    return _for_bank(f"G{_positive(gift)}-R{_positive(attempt)}")


def message_id(slug: str, number: int) -> str:
    """Give the bank's name for a batch, SLUG-12; a long slug is cut so that the number stays whole."""
    tail = f"-{_positive(number)}"
    head = re.sub(r"[^A-Z0-9]+", "-", slug.upper()).strip("-")[: LONGEST - len(tail)].strip("-")
    return _for_bank(head + tail)


def creditor_reference(code: str) -> str:
    """Give the ISO 11649 reference of a claim: 2026-11-001-C1 becomes RF34202611001C1.

    Raises ValueError when the code without hyphens is longer than 21 capitals and digits.
    """
    body = code.replace("-", "")
    reference = f"RF{98 - _remainder(f'{body}RF00'):02d}{body}" if body.isascii() and body.isalnum() else ""
    if not CREDITOR.fullmatch(reference):
        raise ValueError(f"no creditor reference from {code!r}")
    return reference


def gift_reference(gift: int) -> str:
    """Give the ISO 11649 reference that a giver puts with a transfer: gift 42 is RF35GIFT00000042."""
    return creditor_reference(f"GIFT{_positive(gift):08d}")


def is_creditor_reference(text: str) -> bool:
    """Tell whether a text, spaces aside, is an ISO 11649 reference with the right check digits."""
    reference = text.replace(" ", "").upper()
    return bool(CREDITOR.fullmatch(reference)) and _remainder(reference[4:] + reference[:4]) == 1


def is_bank_reference(text: str) -> bool:
    """Tell whether banks keep a reference as it is: capitals, digits, single hyphens, at most 35."""
    return len(text) <= LONGEST and bool(FOR_BANKS.fullmatch(text))


def _remainder(text: str) -> int:
    """Take a text modulo 97 with A counted as 10 and Z as 35."""
    values = digits + ascii_uppercase
    return int("".join(str(values.index(letter)) for letter in text.upper())) % 97


def _positive(number: int) -> int:
    if number < 1:
        raise ValueError("numbers are counted from 1")
    return number


def _for_bank(reference: str) -> str:
    if not is_bank_reference(reference):
        raise ValueError(f"{reference!r} is not a reference that banks keep")
    return reference
