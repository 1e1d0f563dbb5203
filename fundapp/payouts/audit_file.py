"""The audit file for accountants: XML Auditfile Financieel 3.2, the Dutch standard.

Source: XML Auditfile Financieel 3.2, xml namespace http://www.auditfiles.nl/XAF/3.2.
"""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import BinaryIO
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

from flask_babel import force_locale

from fundapp.core.legible import legible
from fundapp.core.version import VERSION
from fundapp.core.words import pick
from fundapp.funds import figures
from fundapp.funds.ledger_words import ACCOUNT_WORDS, EVENT_WORDS
from fundapp.funds.models import DEBIT_NORMAL, Account, Fund
from fundapp.payouts.ledger_files import Entry, entries

A = Account
NAMESPACE = "http://www.auditfiles.nl/XAF/3.2"
NUMBERS: dict[Account, str] = {
    A.FREE: "0500", A.RESTRICTED: "0510", A.RESERVED: "0520", A.TO_RECOVER: "0530",
    A.BANK: "1000", A.PLEDGES: "1300", A.ADVANCES: "1400", A.RECOVERABLE: "1450",
    A.PLEDGED: "1500", A.COMMITTED: "1600", A.APPROVED: "1610", A.ORDERED: "1620",
    A.REFUNDS: "1700", A.SUSPENSE: "1990",
}  # fmt: skip
"""Account numbers as Dutch charts of accounts have them; all stand on the balance sheet."""
BANK, GENERAL = ("BNK", "B"), ("MEM", "M")


class _Pen:
    """Writes elements of the audit file, one after the other, text made safe and cut to its length."""

    def __init__(self, out: BinaryIO) -> None:
        self._xml = XMLGenerator(out, "utf-8", short_empty_elements=True)
        self._xml.startDocument()

    @contextmanager
    def within(self, name: str, **attributes: str) -> Iterator[None]:
        self._xml.startElement(name, AttributesImpl(attributes))
        yield
        self._xml.endElement(name)
        self._xml.characters("\n")

    def put(self, name: str, value: object, most: int = 999) -> None:
        """Write one element; an empty value is left out."""
        text = legible(str(value))[:most]
        if text:
            self._xml.startElement(name, AttributesImpl({}))
            self._xml.characters(text)
            self._xml.endElement(name)

    def end(self) -> None:
        self._xml.endDocument()


def write(fund: Fund, year: int, out: BinaryIO, *, made_at: datetime, hidden: Collection[int] = ()) -> int:
    """Write the postings of one year, with what stood on the accounts before it; give how many there are."""
    with force_locale("nl"):
        found = list(entries(fund, year, hidden))
        pen = _Pen(out)
        with pen.within("auditfile", xmlns=NAMESPACE):
            _header(pen, fund, year, made_at.date())
            with pen.within("company"):
                _company(pen, fund)
                _relations(pen, found)
                _accounts(pen)
                _periods(pen, year)
                _opening(pen, fund, year)
                _transactions(pen, fund, found)
        pen.end()
    return len(found)


def _header(pen: _Pen, fund: Fund, year: int, on: date) -> None:
    with pen.within("header"):
        pen.put("fiscalYear", year)
        pen.put("startDate", date(year, 1, 1))
        pen.put("endDate", date(year, 12, 31))
        pen.put("curCode", fund.currency)
        pen.put("dateCreated", on)
        pen.put("softwareDesc", "fundapp", 50)
        pen.put("softwareVersion", VERSION, 20)


def _company(pen: _Pen, fund: Fund) -> None:
    pen.put("companyIdent", fund.slug, 35)
    pen.put("companyName", pick(fund.name, "nl"))
    pen.put("taxRegistrationCountry", "NL")
    # The standard wants one; a fund that pays no tax may have none.
    pen.put("taxRegIdent", (fund.contact or {}).get("tax_number") or "onbekend", 30)


def _relations(pen: _Pen, found: Iterable[Entry]) -> None:
    """Write givers (one a gift) and grantees."""
    names: dict[str, tuple[str, str]] = {}
    for one in found:
        if one.gift:
            names[one.gift] = (one.giver or "anoniem", "O")
        if one.party_id is not None:
            names[_grantee(one)] = (one.grantee, "S")
    with pen.within("customersSuppliers"):
        for id, (name, kind) in sorted(names.items()):
            with pen.within("customerSupplier"):
                pen.put("custSupID", id, 35)
                pen.put("custSupName", name, 50)
                pen.put("custSupTp", kind)


def _grantee(one: Entry) -> str:
    return f"P{one.party_id}"


def _accounts(pen: _Pen) -> None:
    with pen.within("generalLedger"):
        for account, number in sorted(NUMBERS.items(), key=lambda pair: pair[1]):
            with pen.within("ledgerAccount"):
                pen.put("accID", number)
                pen.put("accDesc", ACCOUNT_WORDS[account])
                pen.put("accTp", "B")


def _periods(pen: _Pen, year: int) -> None:
    with pen.within("periods"):
        for month in range(1, 13):
            first = date(year, month, 1)
            after = date(year + month // 12, month % 12 + 1, 1)
            with pen.within("period"):
                pen.put("periodNumber", month)
                pen.put("startDatePeriod", first)
                pen.put("endDatePeriod", date.fromordinal(after.toordinal() - 1))


def _opening(pen: _Pen, fund: Fund, year: int) -> None:
    """Write what stood on each account when the year began."""
    held = figures.balances(fund.id, until=date(year, 1, 1))
    lines = [(account, cents) for account, cents in held.items() if cents]
    debit = sum(cents for account, cents in lines if account in DEBIT_NORMAL)
    credit = sum(cents for account, cents in lines if account not in DEBIT_NORMAL)
    with pen.within("openingBalance"):
        pen.put("opBalDate", date(year, 1, 1))
        pen.put("linesCount", len(lines))
        pen.put("totalDebit", _money(debit))
        pen.put("totalCredit", _money(credit))
        for number, (account, cents) in enumerate(lines, 1):
            with pen.within("obLine"):
                pen.put("nr", number)
                pen.put("accID", NUMBERS[account])
                pen.put("amnt", _money(cents))
                pen.put("amntTp", "D" if account in DEBIT_NORMAL else "C")


def _transactions(pen: _Pen, fund: Fund, found: list[Entry]) -> None:
    total = _money(sum(one.cents for one in found))
    own = next(iter(fund.accounts), None)
    with pen.within("transactions"):
        pen.put("linesCount", 2 * len(found))
        pen.put("totalDebit", total)
        pen.put("totalCredit", total)
        for (id, kind), words in ((BANK, "Bank"), (GENERAL, "Memoriaal")):
            with pen.within("journal"):
                pen.put("jrnID", id)
                pen.put("desc", words)
                pen.put("jrnTp", kind)
                if id == "BNK":
                    pen.put("offsetAccID", NUMBERS[A.BANK])
                    pen.put("bankAccNr", own.iban if own else "", 35)
                for one in found:
                    if (A.BANK in (one.debit, one.credit)) == (id == "BNK"):
                        _transaction(pen, one)


def _transaction(pen: _Pen, one: Entry) -> None:
    with pen.within("transaction"):
        pen.put("nr", one.id)
        taken_back = f" (draait {one.reverses_id} terug)" if one.reverses_id else ""
        pen.put("desc", f"{EVENT_WORDS.get(one.event, one.event)}{taken_back}")
        pen.put("periodNumber", one.booked_on.month)
        pen.put("trDt", one.booked_on)
        pen.put("amnt", _money(one.cents))
        pen.put("sourceID", one.event, 35)
        for number, (account, side) in enumerate(((one.debit, "D"), (one.credit, "C")), 1):
            with pen.within("trLine"):
                _line(pen, one, number, NUMBERS[account], side)


def _line(pen: _Pen, one: Entry, number: int, account: str, side: str) -> None:
    pen.put("nr", number)
    pen.put("accID", account)
    pen.put("docRef", one.key)
    pen.put("effDate", one.booked_on)
    pen.put("amnt", _money(one.cents))
    pen.put("amntTp", side)
    pen.put("matchKeyID", one.gift, 35)
    pen.put("custSupID", _grantee(one) if one.party_id is not None else one.gift, 35)
    pen.put("invRef", one.payment)
    pen.put("costID", one.round, 35)
    pen.put("projID", one.project, 35)


def _money(cents: int) -> str:
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"
