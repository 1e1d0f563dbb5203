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

from fundapp.payouts import bank_xml
from fundapp.payouts.bank_xml import UnreadableAnswer, children, first, text

MOST_CENTS = 10**17
"""More than any account holds: what is larger is a mistake, or malice."""
BOOKED = "BOOK"
REFUSED = "RJCT"


@dataclass(frozen=True)
class Entry:
    """One movement on the account, in cents: above zero came in, below zero went out.

    batch_id: the message this booking is about as a whole, when the bank books a file in one sum.
    reference: what the payer named in the field for it (structured remittance), mostly ISO 11649.
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
    reference: str = ""
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
    """Read what the bank sent, entry by entry. Raises UnreadableAnswer, in words, for anything else."""
    parts = bank_xml.elements(content)
    first_read = next(parts)
    kind = bank_xml.space(first_read)
    if kind.startswith("camt.053.001."):
        return _statements(parts)
    if kind.startswith("pain.002.001."):
        return _report(parts)
    raise UnreadableAnswer(_("This is no statement (camt.053) and no status report (pain.002)."))


def _statements(parts: Iterator[etree._Element]) -> list[Statement]:
    found: list[Statement] = []
    entries: list[Entry] = []
    for element in parts:
        name = bank_xml.local(element)
        if name == "Ntry":
            statement = element.getparent()
            around = text(statement, "Id") if statement is not None else ""
            entries += _entries(element, f"{around}|{len(entries)}")
            bank_xml.forget_below(element)
        elif name == "Stmt":
            found.append(_statement(element, tuple(entries)))
            entries = []
    if not found:
        raise UnreadableAnswer(_("There is no statement in this file."))
    return found


def _report(parts: Iterator[etree._Element]) -> Status:
    for element in parts:
        if bank_xml.local(element) == "CstmrPmtStsRpt":
            return _status(element)
    raise UnreadableAnswer(_("There is no status report in this file."))


# --- statements ------------------------------------------------------------------


def _statement(node: etree._Element, entries: tuple[Entry, ...]) -> Statement:
    iban = text(node, "Acct/Id/IBAN") or text(node, "Acct/Id/Othr/Id")
    id = text(node, "Id")
    if not iban or not id:
        raise UnreadableAnswer(_("A statement without its number or its account (IBAN)."))
    currency = text(node, "Acct/Ccy") or (entries[0].currency if entries else "EUR")
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
    for balance in children(node, "Bal"):
        amount, theirs = _amount(balance)
        if theirs == currency and text(balance, "Tp/CdOrPrtry/Cd") in codes:
            return amount if text(balance, "CdtDbtInd") == "CRDT" else -amount
    return None


def _entries(node: etree._Element, place_in_bank: str) -> Iterator[Entry]:
    """Give one entry for each transaction; a run booked in one sum without its parts is one entry."""
    status = text(node, "Sts/Cd") or text(node, "Sts")
    if status != BOOKED:
        return
    whole, currency = _amount(node)
    sign = _sign(node)
    booked_on = _day(node)
    reference = text(node, "AcctSvcrRef") or text(node, "NtryRef")
    parts = [part for details in children(node, "NtryDtls") for part in children(details, "TxDtls")]
    stated = [amount for part in parts if (amount := _part_amount(part, currency)) is not None]
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
        end_to_end_id=text(inside, "Refs/EndToEndId").replace("NOTPROVIDED", ""),
        batch_id=text(node, "NtryDtls/Btch/MsgId") or text(inside, "Refs/MsgId"),
        name=text(inside, f"RltdPties/{side}/Pty/Nm") or text(inside, f"RltdPties/{side}/Nm"),
        iban=text(inside, f"RltdPties/{side}Acct/Id/IBAN").replace(" ", ""),
        text=_words(inside) or text(node, "AddtlNtryInf"),
        reference=text(inside, "RmtInf/Strd/CdtrRefInf/Ref"),
        reason=_reason(inside, "RtrInf"),
        is_return=text(node, "RvslInd") == "true" or first(inside, "RtrInf") is not None,
    )


def _words(inside: etree._Element) -> str:
    """Give what the payer wrote; a bank may cut it into several pieces."""
    told = first(inside, "RmtInf")
    pieces = children(told, "Ustrd") if told is not None else []
    return " ".join(" ".join("".join(piece.itertext()).split()) for piece in pieces)


def _key(part: etree._Element | None, around: str, told: str) -> str:
    """Name an entry: by the bank's own reference, else by its statement; and by what it says."""
    own = text(part, "Refs/AcctSvcrRef") if part is not None else ""
    end_to_end = text(part, "Refs/EndToEndId") if part is not None else ""
    return sha256(f"{own or around}|{end_to_end}|{told}".encode()).hexdigest()


def _part_amount(part: etree._Element, currency: str) -> int | None:
    """Give the amount of one transaction in the currency of its entry; None where it is told in another."""
    for path in ("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt"):
        found = first(part, path)
        if found is not None and found.get("Ccy", currency) == currency:
            return _cents(found.text or "")
    return None


def _amount(node: etree._Element) -> tuple[int, str]:
    found = first(node, "Amt")
    if found is None:
        raise UnreadableAnswer(_("An entry without an amount."))
    return _cents(found.text or ""), str(found.get("Ccy") or "")


def _cents(told: str) -> int:
    """Read an amount with at most two decimals that mean something. Raises UnreadableAnswer."""
    try:
        cents = Decimal(told.strip()) * 100
    except InvalidOperation as fault:
        raise UnreadableAnswer(_("“%(text)s” is not an amount.", text=told.strip()[:40])) from fault
    if not cents.is_finite() or not 0 <= cents <= MOST_CENTS or cents != cents.to_integral_value():
        raise UnreadableAnswer(_("“%(text)s” is not an amount in whole cents.", text=told.strip()[:40]))
    return int(cents)


def _sign(node: etree._Element) -> int:
    return -1 if text(node, "CdtDbtInd") == "DBIT" else 1


def _day(node: etree._Element) -> date:
    told = text(node, "BookgDt/Dt") or text(node, "BookgDt/DtTm") or text(node, "ValDt/Dt")
    try:
        return date.fromisoformat(told[:10])
    except ValueError as fault:
        raise UnreadableAnswer(_("An entry without the day it was booked on.")) from fault


# --- status reports --------------------------------------------------------------


def _status(report: etree._Element) -> Status:
    group = first(report, "OrgnlGrpInfAndSts")
    infos = children(report, "OrgnlPmtInfAndSts")
    whole = text(report, "OrgnlGrpInfAndSts/GrpSts")
    told = [text(info, "PmtInfSts") for info in infos]
    status = next((one for one in told if one == REFUSED), "") or whole or next((o for o in told if o), "")
    reason = _reason(group, "StsRsnInf") or next(
        (why for info in infos if (why := _reason(info, "StsRsnInf"))), ""
    )
    return Status(
        id=text(report, "GrpHdr/MsgId"),
        message_id=text(report, "OrgnlGrpInfAndSts/OrgnlMsgId"),
        status=status,
        reason=reason,
        verdicts=tuple(verdict for info in infos for verdict in _verdicts(info, whole, reason)),
    )


def _verdicts(info: etree._Element, whole: str, reason: str) -> Iterator[Verdict]:
    """Give the verdicts on single payments; one without a status of its own shares that of its group."""
    shared = text(info, "PmtInfSts") or whole
    for part in children(info, "TxInfAndSts"):
        status = text(part, "TxSts") or shared
        why = _reason(part, "StsRsnInf") or (reason if status == REFUSED else "")
        yield Verdict(text(part, "OrgnlEndToEndId") or text(part, "OrgnlInstrId"), status, why)


def _reason(node: etree._Element | None, place: str) -> str:
    """Give why, as code and words."""
    if node is None:
        return ""
    code = text(node, f"{place}/Rsn/Cd") or text(node, f"{place}/Rsn/Prtry")
    return " ".join(part for part in (code, text(node, f"{place}/AddtlInf")) if part)
