"""What the bank sends back: statements (camt.053.001.02 and .08), status reports (pain.002.001.03 and .10).

Only read here, never believed blindly: the account, the balances and every amount are checked. Element
names are looked up without their namespace, since the versions differ in little else.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from hashlib import sha256

from flask_babel import gettext as _
from lxml import etree

from fundapp.core.refusals import Refusal

LARGEST = 20_000_000
"""The longest file that is read, in bytes."""
MOST_CENTS = 10**17
"""More than any account holds: what is larger is a mistake, or malice."""
BOOKED = "BOOK"
REFUSED = "RJCT"


class UnreadableAnswer(Refusal):
    """A file that is no statement or status report we can trust."""


@dataclass(frozen=True)
class Entry:
    """One movement on the account, in cents: above zero came in, below zero went out.

    batch_id: the message this booking is about as a whole, when the bank books a file in one sum.
    is_return: money of ours that came back. key: names this entry at the bank, the same in each statement.
    """

    key: str
    booked_on: date
    cents: int
    currency: str
    end_to_end_id: str = ""
    batch_id: str = ""
    name: str = ""
    iban: str = ""
    text: str = ""
    reason: str = ""
    is_return: bool = False


@dataclass(frozen=True)
class Statement:
    """One statement of one account; cents of the opening and closing balance, where the bank gives them."""

    id: str
    iban: str
    currency: str
    opening_cents: int | None
    closing_cents: int | None
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Verdict:
    """What the bank says of one payment before it books it: RJCT with a reason, or on its way."""

    end_to_end_id: str
    status: str
    reason: str = ""


@dataclass(frozen=True)
class Status:
    """A status report about one file of ours. status: of the whole; verdicts: of payments named apart."""

    id: str
    message_id: str
    status: str
    reason: str
    verdicts: tuple[Verdict, ...] = field(default=())


def read(content: bytes) -> list[Statement] | Status:
    """Read what the bank sent. Raises UnreadableAnswer, in words, for anything else."""
    root = _parse(content)
    space = etree.QName(root).namespace or ""
    kind = space.rpartition(":")[2]
    if kind.startswith("camt.053.001."):
        found = [_statement(node) for node in _all(root, "Stmt")]
        if not found:
            raise UnreadableAnswer(_("There is no statement in this file."))
        return found
    if kind.startswith("pain.002.001."):
        return _status(root)
    raise UnreadableAnswer(_("This is no statement (camt.053) and no status report (pain.002)."))


def _parse(content: bytes) -> etree._Element:
    if len(content) > LARGEST:
        raise UnreadableAnswer(_("The file is larger than a statement can be."))
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise UnreadableAnswer(_("The file has a DOCTYPE: a bank sends none, so it is not read."))
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as fault:
        raise UnreadableAnswer(_("The file is no XML that can be read.")) from fault


# --- statements ------------------------------------------------------------------


def _statement(node: etree._Element) -> Statement:
    iban = _text(node, "Acct/Id/IBAN") or _text(node, "Acct/Id/Othr/Id")
    id = _text(node, "Id")
    if not iban or not id:
        raise UnreadableAnswer(_("A statement without its number or its account (IBAN)."))
    entries = tuple(
        entry for number, part in enumerate(_all(node, "Ntry")) for entry in _entries(part, f"{id}|{number}")
    )
    currency = _text(node, "Acct/Ccy") or (entries[0].currency if entries else "EUR")
    opening, closing = _balance(node, currency, "OPBD", "PRCD"), _balance(node, currency, "CLBD")
    booked = sum(entry.cents for entry in entries)
    if opening is not None and closing is not None and opening + booked != closing:
        raise UnreadableAnswer(
            _(
                "Statement %(id)s does not add up: opening balance and entries are not the closing balance.",
                id=id,
            )
        )
    return Statement(id, iban.replace(" ", ""), currency, opening, closing, entries)


def _balance(node: etree._Element, currency: str, *codes: str) -> int | None:
    """Find a balance in the currency of the account; the bank may state others beside it."""
    for balance in _all(node, "Bal"):
        amount, theirs = _amount(balance)
        if theirs == currency and _text(balance, "Tp/CdOrPrtry/Cd") in codes:
            return amount if _text(balance, "CdtDbtInd") == "CRDT" else -amount
    return None


def _entries(node: etree._Element, place_in_bank: str) -> Iterator[Entry]:
    """Give one entry for each transaction; a run booked in one sum without its parts is one entry."""
    status = _text(node, "Sts/Cd") or _text(node, "Sts")
    if status != BOOKED:
        return
    whole, currency = _amount(node)
    sign = _sign(node)
    booked_on = _day(node)
    reference = _text(node, "AcctSvcrRef") or _text(node, "NtryRef")
    parts = [part for details in _all(node, "NtryDtls") for part in _all(details, "TxDtls")]
    stated = [amount for part in parts if (amount := _part_amount(part)) is not None]
    is_split = len(parts) > 1 and len(stated) == len(parts) and sum(stated) == whole
    if not is_split:
        parts = parts[:1] if len(parts) == 1 else []
    for place, part in enumerate(parts or [None]):
        cents = stated[place] if is_split else whole
        yield _entry(
            node, part, cents=sign * cents, currency=currency, booked_on=booked_on,
            key=_key(part, reference or place_in_bank, f"{booked_on}|{sign * cents}|{place}"),
        )  # fmt: skip


def _entry(
    node: etree._Element, part: etree._Element | None, *, cents: int, currency: str, booked_on: date, key: str
) -> Entry:
    side = "Cdtr" if cents < 0 else "Dbtr"
    inside = node if part is None else part
    return Entry(
        key=key,
        booked_on=booked_on,
        cents=cents,
        currency=currency,
        end_to_end_id=_text(inside, "Refs/EndToEndId").replace("NOTPROVIDED", ""),
        batch_id=_text(node, "NtryDtls/Btch/MsgId") or _text(inside, "Refs/MsgId"),
        name=_text(inside, f"RltdPties/{side}/Pty/Nm") or _text(inside, f"RltdPties/{side}/Nm"),
        iban=_text(inside, f"RltdPties/{side}Acct/Id/IBAN").replace(" ", ""),
        text=_text(inside, "RmtInf/Ustrd") or _text(node, "AddtlNtryInf"),
        reason=_reason(inside, "RtrInf"),
        is_return=_text(node, "RvslInd") == "true" or _first(inside, "RtrInf") is not None,
    )


def _key(part: etree._Element | None, around: str, told: str) -> str:
    """Name an entry: by the bank's own reference, else by its statement; and by what it says."""
    own = _text(part, "Refs/AcctSvcrRef") if part is not None else ""
    end_to_end = _text(part, "Refs/EndToEndId") if part is not None else ""
    return sha256(f"{own or around}|{end_to_end}|{told}".encode()).hexdigest()


def _part_amount(part: etree._Element) -> int | None:
    for path in ("Amt", "AmtDtls/TxAmt/Amt"):
        found = _first(part, path)
        if found is not None:
            return _cents(found.text or "")
    return None


def _amount(node: etree._Element) -> tuple[int, str]:
    found = _first(node, "Amt")
    if found is None:
        raise UnreadableAnswer(_("An entry without an amount."))
    return _cents(found.text or ""), str(found.get("Ccy") or "")


def _cents(text: str) -> int:
    """Read an amount with at most two decimals that mean something. Raises UnreadableAnswer."""
    try:
        cents = Decimal(text.strip()) * 100
    except InvalidOperation as fault:
        raise UnreadableAnswer(_("“%(text)s” is not an amount.", text=text.strip()[:40])) from fault
    if not cents.is_finite() or not 0 <= cents <= MOST_CENTS or cents != cents.to_integral_value():
        raise UnreadableAnswer(_("“%(text)s” is not an amount in whole cents.", text=text.strip()[:40]))
    return int(cents)


def _sign(node: etree._Element) -> int:
    return -1 if _text(node, "CdtDbtInd") == "DBIT" else 1


def _day(node: etree._Element) -> date:
    text = _text(node, "BookgDt/Dt") or _text(node, "BookgDt/DtTm") or _text(node, "ValDt/Dt")
    try:
        return date.fromisoformat(text[:10])
    except ValueError as fault:
        raise UnreadableAnswer(_("An entry without the day it was booked on.")) from fault


# --- status reports --------------------------------------------------------------


def _status(root: etree._Element) -> Status:
    report = _first(root, "CstmrPmtStsRpt")
    if report is None:
        raise UnreadableAnswer(_("There is no status report in this file."))
    group = "OrgnlGrpInfAndSts"
    verdicts = tuple(
        Verdict(_text(part, "OrgnlEndToEndId"), _text(part, "TxSts"), _reason(part, "StsRsnInf"))
        for info in _all(report, "OrgnlPmtInfAndSts")
        for part in _all(info, "TxInfAndSts")
    )
    payments = [_text(info, "PmtInfSts") for info in _all(report, "OrgnlPmtInfAndSts")]
    status = _text(report, f"{group}/GrpSts") or next((one for one in payments if one), "")
    return Status(
        id=_text(report, "GrpHdr/MsgId"),
        message_id=_text(report, f"{group}/OrgnlMsgId"),
        status=status,
        reason=_reason(_first(report, group), "StsRsnInf"),
        verdicts=verdicts,
    )


# --- elements without their namespace ----------------------------------------------


def _reason(node: etree._Element | None, place: str) -> str:
    """Give why, as code and words."""
    if node is None:
        return ""
    code = _text(node, f"{place}/Rsn/Cd") or _text(node, f"{place}/Rsn/Prtry")
    return " ".join(part for part in (code, _text(node, f"{place}/AddtlInf")) if part)


def _all(node: etree._Element, name: str) -> list[etree._Element]:
    """List the elements of a name: children, or of the root anywhere below."""
    if node.getparent() is None:
        return [one for one in node.iter() if isinstance(one.tag, str) and etree.QName(one).localname == name]
    return [one for one in node if isinstance(one.tag, str) and etree.QName(one).localname == name]


def _first(node: etree._Element, path: str) -> etree._Element | None:
    """Find the first element along a path of names."""
    found: etree._Element | None = node
    for name in path.split("/"):
        if found is None:
            return None
        found = next((one for one in _all(found, name)), None)
    return found


def _text(node: etree._Element, path: str) -> str:
    found = _first(node, path)
    return " ".join((found.text or "").split()) if found is not None else ""
