"""What may never break in the ledger, said once: for the proof on the command line and for the tests.

Source: domain model, section 5.
"""

from collections import defaultdict
from collections.abc import Generator, Iterable, Iterator
from typing import Any

from sqlalchemy import select

from fundapp.core.db import db
from fundapp.funds.models import DEBIT_NORMAL, Account, Fund, Posting

A = Account
COLUMNS = (
    Posting.id, Posting.key, Posting.event, Posting.booked_on, Posting.at, Posting.debit, Posting.credit,
    Posting.amount_cents, Posting.contribution_id, Posting.round_id, Posting.award_id, Posting.milestone_id,
    Posting.payment_id, Posting.statement_line_id, Posting.reverses_id, Posting.actor_id,
)  # fmt: skip
Sums = dict[tuple[int | None, Account], int]


def rows_of(fund: Fund) -> Generator[Any]:
    """Read every posting of a fund in order, COLUMNS each."""
    chosen = select(*COLUMNS).where(Posting.fund_id == fund.id).order_by(Posting.id)
    with db.session.execute(chosen.execution_options(yield_per=2000)) as rows:
        yield from rows


class Books:
    """Balances in cents on the normal side, by gift, round, grant and payment."""

    def __init__(self, rows: Iterable[Any]) -> None:
        self.count, self.checks = 0, 0
        self.by_gift: Sums = defaultdict(int)
        self.by_round: Sums = defaultdict(int)
        self.by_award: Sums = defaultdict(int)
        self.by_payment: Sums = defaultdict(int)
        self.into_round: dict[int, int] = defaultdict(int)
        self.written_off: dict[int, int] = defaultdict(int)
        self.rows: dict[int, Any] = {}
        self.reversing: list[Any] = []
        for row in rows:
            self.count += 1
            self._take(row)

    def _take(self, row: Any) -> None:
        for account, sign in ((row.debit, 1), (row.credit, -1)):
            cents = row.amount_cents * (sign if account in DEBIT_NORMAL else -sign)
            self.by_gift[row.contribution_id, account] += cents
            for sums, id in (
                (self.by_round, row.round_id),
                (self.by_award, row.award_id),
                (self.by_payment, row.payment_id),
            ):
                if id is not None:
                    sums[id, account] += cents
        self._note(row)

    def _note(self, row: Any) -> None:
        """Keep what went into a round and what was written off: neither is a balance."""
        if row.round_id is not None:
            for account, sign in ((row.debit, 1), (row.credit, -1)):
                if account in (A.FREE, A.RESTRICTED):
                    self.into_round[row.round_id] += sign * row.amount_cents
        if row.event == "write_off" and row.award_id is not None:
            sign = 1 if row.reverses_id is None else -1
            self.written_off[row.award_id] += sign * row.amount_cents
        self.rows[row.id] = (row.debit, row.credit, row.amount_cents)
        if row.reverses_id is not None:
            self.reversing.append(row)

    @property
    def gifts(self) -> set[int | None]:
        """The gifts that postings name."""
        return {gift for gift, _account in self.by_gift}

    def total(self, account: Account) -> int:
        """Give what an account holds over all gifts."""
        return sum(cents for (_gift, of), cents in self.by_gift.items() if of is account)

    def of_awards(self, account: Account) -> int:
        """Give what an account holds of rows that name a grant."""
        return sum(cents for (_award, of), cents in self.by_award.items() if of is account)

    def net(self, award_id: int) -> int:
        """Give what the ledger holds of a grant: promised, approved, ordered, paid; not what is advanced."""
        return _net(self.by_award, award_id)


def _net(sums: Sums, id: int) -> int:
    held = sum(sums[id, account] for account in (A.COMMITTED, A.APPROVED, A.ORDERED))
    return held - sums[id, A.BANK] - sums[id, A.ADVANCES] - sums[id, A.RECOVERABLE]


def below_zero(books: Books) -> Iterator[str]:
    """No account goes below zero: not for a gift, and so not for the fund."""
    for (gift, account), cents in list(books.by_gift.items()):
        books.checks += 1
        if cents < 0:
            yield f"gift {gift}: {account.value} stands at {cents} cents"


def balance(books: Books) -> Iterator[str]:
    """What debit accounts hold and what credit accounts hold is the same, for each gift."""
    for gift in sorted(books.gifts, key=lambda id: id or 0):
        books.checks += 1
        held = {account: books.by_gift[gift, account] for account in Account}
        difference = sum(cents if account in DEBIT_NORMAL else -cents for account, cents in held.items())
        if difference:
            yield f"gift {gift}: debit and credit differ by {difference} cents"


def mirrors(books: Books) -> Iterator[str]:
    """What takes a posting back is its mirror."""
    for row in books.reversing:
        books.checks += 1
        debit, credit, cents = books.rows.get(row.reverses_id, (None, None, None))
        if (row.credit, row.debit, row.amount_cents) != (debit, credit, cents):
            yield f"posting {row.id} does not mirror posting {row.reverses_id}"


def rounds(books: Books) -> Iterator[str]:
    """What went into a round is set apart, promised, approved, ordered, paid or to be recovered."""
    for id in sorted({round_id for round_id, _account in books.by_round}, key=lambda id: id or 0):
        books.checks += 1
        sums = books.by_round
        there = sums[id, A.RESERVED] + _net(sums, id or 0) + sums[id, A.TO_RECOVER]
        if there != books.into_round[id or 0]:
            yield f"round {id}: {there} cents in the ledger, {books.into_round[id or 0]} were set apart"


def recoveries(books: Books) -> Iterator[str]:
    """What is to come back stands on both sides, for each gift."""
    for gift in sorted(books.gifts, key=lambda id: id or 0):
        books.checks += 1
        claimed, owed = books.by_gift[gift, A.TO_RECOVER], books.by_gift[gift, A.RECOVERABLE]
        if claimed != owed:
            yield f"gift {gift}: {owed} cents recoverable, {claimed} to recover"


ALL = (below_zero, balance, mirrors, rounds, recoveries)


def broken(books: Books) -> list[str]:
    """Give every invariant of the ledger itself that does not hold, a sentence each."""
    return [fault for look in ALL for fault in look(books)]
