"""The file that tells the bank what to pay: SEPA credit transfers in pain.001.001.09."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from xml.etree import ElementTree as ET

from flask_babel import gettext as _
from sepaxml import SepaTransfer
from sepaxml.validation import ValidationError, try_valid_xml

from fundapp.core import iban
from fundapp.core.references import is_bank_reference, is_creditor_reference
from fundapp.core.refusals import Refusal
from fundapp.core.bank_letters import for_bank

SCHEMA = "pain.001.001.09"
SPACE = f"urn:iso:std:iso:20022:tech:xsd:{SCHEMA}"
LONGEST_NAME = 70
LONGEST_REMITTANCE = 140
LARGEST_CENTS = 99_999_999_999
"""What the scheme takes in one transfer: 999,999,999.99."""


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

    @property
    def total_cents(self) -> int:
        """The control sum."""
        return sum(line.amount_cents for line in self.lines)


class UnusableBatch(Refusal):
    """A batch that a bank would refuse. code: what is wrong. end_to_end_id: the line, if it is one line."""

    def __init__(self, code: str, message: str, end_to_end_id: str | None = None) -> None:
        super().__init__(f"{end_to_end_id}: {message}" if end_to_end_id else message)
        self.code = code
        self.end_to_end_id = end_to_end_id


def write(batch: BankFile) -> bytes:
    """Write a batch as pain.001.001.09, valid against its schema.

    The same batch gives the same bytes, so that a second download can be compared. Raises
    UnusableBatch, or iban.UnusableIban for the fund's own account.
    """
    check(batch)
    transfer = SepaTransfer(_debtor(batch), schema=SCHEMA, clean=False)
    for line in batch.lines:
        transfer.add_payment(_payment(line, batch))
    root = ET.fromstring(transfer.export(validate=False))  # noqa: S314 written two lines above
    _settle(root, batch)
    ET.register_namespace("", SPACE)
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="UTF-8", xml_declaration=True)
    try:
        try_valid_xml(written, SCHEMA)
    except ValidationError as refused:
        raise UnusableBatch("schema", _("This batch does not fit the bank's format.")) from refused
    return written


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
    ids = [line.end_to_end_id for line in batch.lines]
    for line in batch.lines:
        _check_line(line)
        if ids.count(line.end_to_end_id) > 1:
            raise UnusableBatch(
                "duplicate", _("This reference stands in the batch twice."), line.end_to_end_id
            )


def _check_line(line: Line) -> None:
    def refuse(code: str, message: str) -> UnusableBatch:
        return UnusableBatch(code, message, line.end_to_end_id)

    if not is_bank_reference(line.end_to_end_id):
        raise refuse("reference", _("This is not a reference that banks keep."))
    if isinstance(line.amount_cents, bool) or not 0 < line.amount_cents <= LARGEST_CENTS:
        raise refuse("amount", _("A transfer is more than nothing and less than a billion euro."))
    if not for_bank(line.creditor_name, LONGEST_NAME):
        raise refuse("name", _("Banks have no letters for the name of the payee."))
    if line.creditor_reference and not is_creditor_reference(line.creditor_reference):
        raise refuse("creditor_reference", _("The check digits of the payment reference do not fit."))
    try:
        iban.read(line.iban)
    except iban.UnusableIban as refused:
        raise refuse("iban", refused.message) from refused


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
    _put(root, "CreDtTm", batch.created_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    _put(root, "MsgId", batch.message_id)
    _put(root, "PmtInfId", batch.message_id)
    # Booked one by one, each transfer comes back on the statement with its own reference.
    _put(root, "BtchBookg", "false")
    for agent in root.iter(f"{{{SPACE}}}DbtrAgt"):
        if not agent.findtext(f".//{{{SPACE}}}BICFI"):
            _put_below(agent[0], "Othr", "Id").text = "NOTPROVIDED"
    references = {line.end_to_end_id: line.creditor_reference for line in batch.lines}
    for transfer in root.iter(f"{{{SPACE}}}CdtTrfTxInf"):
        reference = references[transfer.findtext(f".//{{{SPACE}}}EndToEndId") or ""]
        remittance = transfer.find(f"{{{SPACE}}}RmtInf")
        if reference and remittance is not None:
            remittance.clear()
            _structured(remittance, reference.replace(" ", "").upper())


def _put(root: ET.Element, tag: str, text: str) -> None:
    for element in root.iter(f"{{{SPACE}}}{tag}"):
        element.text = text


def _put_below(element: ET.Element, *tags: str) -> ET.Element:
    """Make elements one within the other; give the innermost."""
    for tag in tags:
        element = ET.SubElement(element, f"{{{SPACE}}}{tag}")
    return element


def _structured(remittance: ET.Element, reference: str) -> None:
    """Write a creditor reference: kind SCOR, issued by the rules of ISO 11649."""
    info = _put_below(remittance, "Strd", "CdtrRefInf")
    kind = _put_below(info, "Tp")
    _put_below(kind, "CdOrPrtry", "Cd").text = "SCOR"
    _put_below(kind, "Issr").text = "ISO"
    _put_below(info, "Ref").text = reference
