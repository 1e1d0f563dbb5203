"""The file that tells the bank what to pay: SEPA credit transfers in pain.001.001.09 or .03."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from typing import Any
from xml.etree import ElementTree as ET

from flask_babel import gettext as _
from lxml import etree
from sepaxml import SepaTransfer

from fundapp.core import iban
from fundapp.core.bank_letters import for_bank
from fundapp.core.references import is_bank_reference, is_creditor_reference
from fundapp.core.refusals import Refusal
from fundapp.funds.models import FileFormat

SCHEMA = FileFormat.PAIN_09.value
SPACES = {format: f"urn:iso:std:iso:20022:tech:xsd:{format.value}" for format in FileFormat}
LONGEST_NAME = 70
LONGEST_REMITTANCE = 140
LARGEST_CENTS = 99_999_999_999
"""What the scheme takes in one transfer: 999,999,999.99."""
BIC = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")


@dataclass(frozen=True, slots=True)
class Address:
    """A structured address; town and country (ISO code) are the least that banks take."""

    town: str
    country: str
    street: str = ""
    building: str = ""
    postcode: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One transfer. Either creditor_reference (ISO 11649) or remittance travels with it, never both."""

    end_to_end_id: str
    creditor_name: str
    iban: str
    amount_cents: int
    bic: str | None = None
    creditor_reference: str | None = None
    remittance: str = ""
    address: Address | None = None


@dataclass(frozen=True, slots=True)
class BankFile:
    """A batch of transfers from one account on one day. created_at: aware, written into the file."""

    message_id: str
    debtor_name: str
    debtor_iban: str
    execution_on: date
    created_at: datetime
    lines: Sequence[Line]
    debtor_bic: str | None = None
    currency: str = "EUR"
    format: FileFormat = FileFormat.PAIN_09

    @property
    def total_cents(self) -> int:
        """The control sum."""
        return sum(line.amount_cents for line in self.lines)


class UnusableBatch(Refusal):
    """A batch that a bank would refuse. code: what is wrong. end_to_end_id: the line, if it is one line."""

    def __init__(self, code: str, message: str, end_to_end_id: str | None = None) -> None:
        super().__init__(f"{end_to_end_id}: {message}" if end_to_end_id else message)
        self.code = code
        self.words = message
        self.end_to_end_id = end_to_end_id


def write(batch: BankFile) -> bytes:
    """Write a batch in the format its bank takes, valid against the schema.

    The same batch gives the same bytes, so that a second download can be compared. Raises
    UnusableBatch, or iban.UnusableIban for the fund's own account.
    """
    check(batch)
    transfer = SepaTransfer(_debtor(batch), schema=batch.format.value, clean=False)
    for line in batch.lines:
        transfer.add_payment(_payment(line, batch))
    root = ET.fromstring(transfer.export(validate=False))  # noqa: S314 written two lines above
    _settle(root, batch)
    ET.register_namespace("", SPACES[batch.format])
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="UTF-8", xml_declaration=True)
    if not _schema(batch.format).validate(etree.fromstring(written)):
        raise UnusableBatch("schema", _("This batch does not fit the bank's format."))
    return written


@cache
def _schema(format: FileFormat) -> etree.XMLSchema:
    """Read the schema that the library which writes the file brings along."""
    return etree.XMLSchema(etree.fromstring((files("sepaxml") / f"schemas/{format.value}.xsd").read_bytes()))


def check(batch: BankFile) -> None:
    """Refuse what the schema lets through and a bank does not. Raises UnusableBatch."""
    if not batch.lines:
        raise UnusableBatch("empty", _("There is nothing to pay in this batch."))
    if batch.currency != "EUR":
        raise UnusableBatch(
            "currency", _("SEPA pays in euro only; this batch is in %(c)s.", c=batch.currency)
        )
    if not is_bank_reference(batch.message_id):
        raise UnusableBatch(
            "reference", _("“%(id)s” is not a reference that banks keep.", id=batch.message_id)
        )
    if batch.execution_on < batch.created_at.astimezone(UTC).date():
        raise UnusableBatch("date", _("The day of payment has passed."))
    if not for_bank(batch.debtor_name, LONGEST_NAME):
        raise UnusableBatch("name", _("Banks have no letters for the name of the fund."))
    iban.read(batch.debtor_iban)
    times = Counter(line.end_to_end_id for line in batch.lines)
    for line in batch.lines:
        check_line(line)
        if times[line.end_to_end_id] > 1:
            raise UnusableBatch(
                "duplicate", _("This reference stands in the batch twice."), line.end_to_end_id
            )


def check_line(line: Line) -> None:
    """Refuse one transfer that a bank would not carry out, whatever stands beside it; UnusableBatch."""
    is_amount = not isinstance(line.amount_cents, bool) and 0 < line.amount_cents <= LARGEST_CENTS
    reference = line.creditor_reference
    number = _number_fault(line.iban)
    place = address_fault(line.address) if line.address is not None else ""
    sound: tuple[tuple[str, bool, str], ...] = (
        ("reference", is_bank_reference(line.end_to_end_id), _("This is not a reference that banks keep.")),
        ("amount", is_amount, _("A transfer is more than nothing and less than a billion euro.")),
        (
            "name",
            bool(for_bank(line.creditor_name, LONGEST_NAME)),
            _("Banks have no letters for the name of the payee."),
        ),
        (
            "creditor_reference",
            not reference or is_creditor_reference(reference),
            _("The check digits of the payment reference do not fit."),
        ),
        (
            "bic",
            not line.bic or bool(BIC.fullmatch(line.bic)),
            _("The BIC of the account is not built as one."),
        ),
        ("address", not place, place),
        ("iban", not number, number),
    )
    for code, is_sound, words in sound:
        if not is_sound:
            raise UnusableBatch(code, words, line.end_to_end_id)


def _number_fault(number: str) -> str:
    try:
        iban.read(number)
    except iban.UnusableIban as refused:
        return refused.message
    return ""


def address_fault(address: Address) -> str:
    """Say what an address lacks for a bank; empty when it will do.

    Since 15 November 2026 banks refuse addresses in loose lines: town and country stand in fields of
    their own. Source: EPC, SEPA credit transfer rulebook 2025.
    """
    missing = []
    if not for_bank(address.town, 35):
        missing.append(str(_("the town")))
    if not re.fullmatch(r"[A-Z]{2}", address.country):
        missing.append(str(_("the country")))
    if not missing:
        return ""
    both = str(_(" and "))
    return str(_("The address of the payee lacks %(what)s. Banks refuse it so.", what=both.join(missing)))


def _debtor(batch: BankFile) -> dict[str, Any]:
    account = iban.read(batch.debtor_iban)
    bic = batch.debtor_bic or account.bic
    debtor = {
        "name": for_bank(batch.debtor_name, LONGEST_NAME),
        "IBAN": account.iban,
        "currency": batch.currency,
        "batch": True,
    }
    return debtor | ({"BIC": bic} if bic else {})


def _payment(line: Line, batch: BankFile) -> dict[str, Any]:
    said = for_bank(line.remittance, LONGEST_REMITTANCE) or line.end_to_end_id
    payment = {
        "name": for_bank(line.creditor_name, LONGEST_NAME),
        "IBAN": iban.read(line.iban).iban,
        "amount": line.amount_cents,
        "execution_date": batch.execution_on,
        "description": said,
        "endtoend_id": line.end_to_end_id,
    }
    return payment | ({"BIC": line.bic} if line.bic else {})


def _settle(root: ET.Element, batch: BankFile) -> None:
    """Put our own numbers and moment in place of random ones, and references where there are any."""
    space = f"{{{SPACES[batch.format]}}}"
    fixed = {
        "CreDtTm": batch.created_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "MsgId": batch.message_id,
        "PmtInfId": batch.message_id,
        # Booked one by one, each transfer comes back on the statement with its own reference.
        "BtchBookg": "false",
    }
    for tag, text in fixed.items():
        for element in root.iter(space + tag):
            element.text = text
    for agent in root.iter(f"{space}DbtrAgt"):
        if not (agent.findtext(f".//{space}BICFI") or agent.findtext(f".//{space}BIC")):
            _put_below(agent[0], space, "Othr", "Id").text = "NOTPROVIDED"
    lines = {line.end_to_end_id: line for line in batch.lines}
    for transfer in root.iter(f"{space}CdtTrfTxInf"):
        line = lines[transfer.findtext(f".//{space}EndToEndId") or ""]
        remittance = transfer.find(f"{space}RmtInf")
        if line.creditor_reference and remittance is not None:
            remittance.clear()
            _structured(remittance, space, line.creditor_reference.replace(" ", "").upper())
        creditor = transfer.find(f"{space}Cdtr")
        if line.address is not None and creditor is not None:
            _locate(creditor, space, line.address)


def _locate(creditor: ET.Element, space: str, address: Address) -> None:
    """Write an address in fields, never in loose lines, in the order both versions of the schema want."""
    place = _put_below(creditor, space, "PstlAdr")
    parts = (
        ("StrtNm", for_bank(address.street, 70)),
        ("BldgNb", for_bank(address.building, 16)),
        ("PstCd", for_bank(address.postcode, 16)),
        ("TwnNm", for_bank(address.town, 35)),
        ("Ctry", address.country),
    )
    for tag, text in parts:
        if text:
            _put_below(place, space, tag).text = text


def _put_below(element: ET.Element, space: str, *tags: str) -> ET.Element:
    """Make elements one within the other; give the innermost."""
    for tag in tags:
        element = ET.SubElement(element, space + tag)
    return element


def _structured(remittance: ET.Element, space: str, reference: str) -> None:
    """Write a creditor reference: kind SCOR, issued by the rules of ISO 11649."""
    info = _put_below(remittance, space, "Strd", "CdtrRefInf")
    kind = _put_below(info, space, "Tp")
    _put_below(kind, space, "CdOrPrtry", "Cd").text = "SCOR"
    _put_below(kind, space, "Issr").text = "ISO"
    _put_below(info, space, "Ref").text = reference
