"""The statement of account of a fund for one year: opening, in, out, closing; by gift and by round."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from fundapp.core.db import db
from fundapp.core.papers import paper
from fundapp.core.words import pick
from fundapp.funds import figures, gift_papers
from fundapp.funds.models import Account, Contribution, Fund, Posting
from fundapp.rounds.models import Round

A = Account
OWN = (A.FREE, A.RESTRICTED)


@dataclass
class Flow:
    """What stood, came, went and stands, in cents; of the bank, or of one gift or round."""

    opening: int = 0
    come: int = 0
    gone: int = 0

    @property
    def closing(self) -> int:
        """What stands at the end."""
        return self.opening + self.come - self.gone


@dataclass(frozen=True)
class YearAccount:
    """A year of a fund. kinds: sums of the year by what happened at the bank, signed."""

    year: int
    bank: Flow
    kinds: dict[str, int]
    gifts: dict[int, Flow] = field(default_factory=dict)
    rounds: dict[int, Flow] = field(default_factory=dict)


def year_account(fund: Fund, year: int) -> YearAccount:
    """Sum the postings of a fund up to the end of a year; reads each once."""
    first, after = date(year, 1, 1), date(year + 1, 1, 1)
    columns = (
        Posting.booked_on, Posting.event, Posting.debit, Posting.credit, Posting.amount_cents,
        Posting.contribution_id, Posting.round_id,
    )  # fmt: skip
    rows = db.session.execute(
        select(*columns).where(Posting.fund_id == fund.id, Posting.booked_on < after).order_by(Posting.id)
    )
    return _summed(year, rows, first)


def _summed(year: int, rows: Iterable[Any], first: date) -> YearAccount:
    bank, kinds = Flow(), defaultdict[str, int](int)
    gifts: dict[int, Flow] = defaultdict(Flow)
    rounds: dict[int, Flow] = defaultdict(Flow)
    for on, event, debit, credit, cents, gift, round in rows:
        change = cents * ((debit is A.BANK) - (credit is A.BANK))
        if change:
            _count(bank, change, on < first)
            if on >= first:
                kinds[event] += change
            if gift is not None:
                _count(gifts[gift], change, on < first)
        if round is not None:
            into = cents * ((debit in OWN) - (credit in OWN))
            paid = cents * ((credit is A.BANK) - (debit is A.BANK))
            if into or paid:
                _count(rounds[round], into - paid, on < first)
    return YearAccount(year, bank, dict(kinds), dict(gifts), dict(rounds))


def _count(flow: Flow, change: int, is_before: bool) -> None:
    if is_before:
        flow.opening += change
    elif change > 0:
        flow.come += change
    else:
        flow.gone -= change


KINDS = (
    ("receipt", "earmarked_receipt", "pledge_paid"), ("suspense", "suspense_out"), ("pay", "return"),
    ("recovered",), ("refund_pay",), ("bank_costs",),
)  # fmt: skip


def _kind_words() -> list[str]:
    return [
        _("Gifts received"), _("Came in, not matched yet"), _("Paid to grantees, less what came back"),
        _("Recovered money came in"), _("Paid back to givers"), _("Costs of the bank"),
    ]  # fmt: skip


def pdf(fund: Fund, year: int, *, lang: str, made_at: datetime) -> bytes:
    """Set the statement of account of a year."""
    account = year_account(fund, year)
    held = figures.balances(fund.id, until=date(year + 1, 1, 1))
    gifts = db.session.scalars(
        select(Contribution).where(Contribution.id.in_(account.gifts)).order_by(Contribution.received_on)
    ).all()
    rounds = db.session.scalars(select(Round).where(Round.id.in_(account.rounds)).order_by(Round.id)).all()
    with force_locale(lang):
        words = _kind_words()
        anonymous = _("a giver who is not named")
    shape = {
        "head": gift_papers.head(fund, lang),
        "year": year,
        "bank": account.bank,
        "kinds": [
            (name, cents)
            for name, events in zip(words, KINDS, strict=True)
            if (cents := sum(account.kinds.get(event, 0) for event in events))
        ],
        "gifts": [
            (one.reference, anonymous if one.is_anonymous else one.giver, account.gifts[one.id])
            for one in gifts
        ],
        "rounds": [(pick(one.name, lang), account.rounds[one.id]) for one in rounds],
        "held": _held(held, lang),
        "iban": next((one.iban for one in fund.accounts), ""),
    }
    return paper("account.html", lang=lang, made_at=made_at, d=shape, currency=fund.currency)


def _held(held: dict[Account, int], lang: str) -> list[tuple[str, int]]:
    """Say where what is in the bank stands at the end of the year; adds up to the bank."""
    with force_locale(lang):
        rows = [
            (_("Free"), held[A.FREE]),
            (_("Earmarked"), held[A.RESTRICTED]),
            (_("Set apart for rounds"), held[A.RESERVED] + held[A.TO_RECOVER] - held[A.RECOVERABLE]),
            (_("Promised, not approved"), held[A.COMMITTED] - held[A.ADVANCES]),
            (_("Approved or with the bank"), held[A.APPROVED] + held[A.ORDERED]),
            (_("To be paid back to givers"), held[A.REFUNDS]),
            (_("Came in, not matched yet"), held[A.SUSPENSE]),
        ]
    return [(name, cents) for name, cents in rows if cents]
