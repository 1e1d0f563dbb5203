"""A file for the bank read back: what the bank will see, for the sheet to hold against its screen."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lxml import etree


@dataclass(frozen=True, slots=True)
class Transfer:
    """One transfer as it stands in the file."""

    end_to_end_id: str
    name: str
    iban: str
    cents: int
    reference: str


@dataclass(frozen=True, slots=True)
class Order:
    """A whole file: who pays, when, and what its own totals say."""

    message_id: str
    debtor: str
    debtor_iban: str
    pay_on: date
    count: int
    total_cents: int
    transfers: tuple[Transfer, ...]

    @property
    def account_total(self) -> int:
        """The hash total of the account numbers: their last ten digits, letters left out, added up."""
        return sum(account_digits(one.iban) for one in self.transfers)


def account_digits(iban: str) -> int:
    """Give the last ten digits of an account number, letters left out, as a number."""
    return int("".join(character for character in iban if character.isdigit())[-10:])


def read(content: bytes) -> Order:
    """Read a pain.001 file of ours, either version."""
    root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))

    def text(node: etree._Element, path: str) -> str:
        steps = "/".join(f"*[local-name()='{name}']" for name in path.split("/"))
        found = node.xpath(f"string(.//{steps})")
        return str(found).strip()

    def transfer(node: etree._Element) -> Transfer:
        return Transfer(
            end_to_end_id=text(node, "PmtId/EndToEndId"),
            name=text(node, "Cdtr/Nm"),
            iban=text(node, "CdtrAcct/Id/IBAN"),
            cents=_cents(text(node, "Amt/InstdAmt")),
            reference=text(node, "RmtInf/Strd/CdtrRefInf/Ref") or text(node, "RmtInf/Ustrd"),
        )

    nodes = root.xpath("//*[local-name()='CdtTrfTxInf']")
    day = text(root, "ReqdExctnDt/Dt") or text(root, "ReqdExctnDt")
    return Order(
        message_id=text(root, "GrpHdr/MsgId"),
        debtor=text(root, "Dbtr/Nm"),
        debtor_iban=text(root, "DbtrAcct/Id/IBAN"),
        pay_on=date.fromisoformat(day),
        count=int(text(root, "GrpHdr/NbOfTxs")),
        total_cents=_cents(text(root, "GrpHdr/CtrlSum")),
        transfers=tuple(transfer(node) for node in nodes),
    )


def _cents(text: str) -> int:
    return int(Decimal(text) * 100)
