"""The budget of a fund, its rounds and its themes: what is left, what is promised, what is late."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, case, func, literal, select

from fundapp.applications.models import Application
from fundapp.core.db import db
from fundapp.funds import figures
from fundapp.funds.figures import Figures, booked, told
from fundapp.funds.models import DEBIT_NORMAL, Account, Contribution, Fund, Gift, Posting
from fundapp.grants.models import Award, AwardState, Milestone, MilestoneState
from fundapp.rounds.models import Round

LIVE = (MilestoneState.OPEN, MilestoneState.HELD)
OWN = (Account.FREE, Account.RESTRICTED, Account.RESERVED)
RECEIPTS = ("receipt", "earmarked_receipt")


@dataclass(frozen=True)
class Line:
    """One row of the budget, cents. name: in both languages.

    returned: came back from the bank. released: given back by grants. late: planned before today and
    not asked for.
    """

    id: int
    name: Any
    figures: Figures
    returned: int
    released: int
    awards: int
    late: int


def rounds(fund: Fund, today: date, steps: Sequence["OpenStep"]) -> list[Line]:
    """List the money of every round, the newest first; three queries, whatever the number of rounds."""
    awards = select(func.count(Award.id)).where(Award.round_id == Round.id).scalar_subquery()
    rows = db.session.execute(
        select(Round.id, Round.name, awards.label("awards"))
        .where(Round.fund_id == fund.id, Round.is_trial.is_(False))
        .order_by(Round.id.desc())
    ).all()
    held, flows = _grouped(fund.id, Posting.round_id)
    overdue: dict[int, int] = defaultdict(int)
    for step in steps:
        overdue[step.round_id] += step.rest_cents if step.is_late(today) else 0
    return [_line(row, held[row.id], flows[row.id], overdue[row.id]) for row in rows]


def _line(row: Any, held: dict[Account, int], flows: dict[str, int], late: int) -> Line:
    back, released = flows.get("return", 0), flows.get("release", 0)
    return Line(row.id, row.name, told(held, flows), back, released, row.awards, late)


def _grouped(
    fund_id: int, by: Any
) -> tuple[defaultdict[int, dict[Account, int]], defaultdict[int, dict[str, int]]]:
    """Give balances by account and sums by event for each value of a dimension; two queries."""
    held: defaultdict[int, dict[Account, int]] = defaultdict(lambda: dict.fromkeys(Account, 0))
    flows: defaultdict[int, dict[str, int]] = defaultdict(dict)
    given: tuple[ColumnElement[bool], ...] = (Posting.fund_id == fund_id, by.is_not(None))
    debit = select(
        by.label("id"), Posting.amount_cents, Posting.debit.label("account"), literal(1).label("sign")
    )
    credit = select(by, Posting.amount_cents, Posting.credit, literal(-1))
    rows = debit.where(*given).union_all(credit.where(*given)).subquery()
    sums = select(rows.c.id, rows.c.account, func.sum(rows.c.amount_cents * rows.c.sign))
    for id, account, cents in db.session.execute(sums.group_by(rows.c.id, rows.c.account)):
        held[id][Account(account)] = int(cents) * (1 if Account(account) in DEBIT_NORMAL else -1)
    events = select(by, Posting.event, booked()).where(*given).group_by(by, Posting.event)
    for id, event, cents in db.session.execute(events):
        flows[id][event] = int(cents)
    return held, flows


@dataclass(frozen=True)
class Theme:
    """One theme: what was earmarked for it and is left of that; what its projects got. Cents."""

    key: str
    name: Any
    received: int
    left: int
    granted: int
    paid: int


def themes(fund: Fund) -> list[Theme]:
    """List the themes of a fund, and what has none; two queries."""
    given = {key: (int(received), int(left)) for key, received, left in _by_gift_theme(fund)}
    spent = {key: (int(granted), int(paid)) for key, granted, paid in _by_project_theme(fund)}
    names = [(theme["key"], theme) for theme in fund.themes] + [("", None)]
    return [Theme(key, name, *given.get(key, (0, 0)), *spent.get(key, (0, 0))) for key, name in names]


def _by_gift_theme(fund: Fund) -> Sequence[Any]:
    """Sum what came in for each theme of gifts, and what of it no grant holds."""
    key = func.coalesce(Contribution.theme, "")
    sign = case((Posting.reverses_id.is_(None), 1), else_=-1)
    received = case((Posting.event.in_(RECEIPTS), sign * Posting.amount_cents), else_=0)
    left = case(
        (Posting.credit.in_(OWN) & Posting.debit.not_in(OWN), Posting.amount_cents),
        (Posting.debit.in_(OWN) & Posting.credit.not_in(OWN), -Posting.amount_cents),
        else_=0,
    )
    return db.session.execute(
        select(key, func.sum(received), func.sum(left))
        .select_from(Posting)
        .join(Contribution, Contribution.id == Posting.contribution_id)
        .where(Posting.fund_id == fund.id)
        .group_by(key)
    ).all()


def _by_project_theme(fund: Fund) -> Sequence[Any]:
    """Sum what projects of each theme were given and paid."""
    key = func.coalesce(Application.theme, "")
    paid = (
        select(Posting.award_id.label("id"), (-figures.signed(Account.BANK)).label("cents"))
        .where(Posting.fund_id == fund.id, figures.touches(Account.BANK))
        .group_by(Posting.award_id)
        .subquery()
    )
    return db.session.execute(
        select(key, func.sum(Award.amount_cents), func.coalesce(func.sum(paid.c.cents), 0))
        .select_from(Award)
        .join(Application, Application.id == Award.application_id)
        .outerjoin(paid, paid.c.id == Award.id)
        .where(Award.fund_id == fund.id)
        .group_by(key)
    ).all()


@dataclass(frozen=True)
class OpenStep:
    """A milestone that is still to be claimed, and the cents that are left to claim."""

    round_id: int
    due_on: date | None
    rest_cents: int

    def is_late(self, today: date) -> bool:
        """Whether its planned day has passed with something left to claim."""
        return self.due_on is not None and self.due_on < today and self.rest_cents > 0


def open_steps(fund: Fund, round_id: int | None = None) -> Sequence[OpenStep]:
    """List what is left of the milestones of running grants; one query."""
    # What was approved of a milestone left the account of what is promised, under its name.
    taken = (
        select(Posting.milestone_id.label("id"), (-figures.signed(Account.COMMITTED)).label("cents"))
        .where(
            Posting.fund_id == fund.id, Posting.milestone_id.is_not(None), figures.touches(Account.COMMITTED)
        )
        .group_by(Posting.milestone_id)
        .subquery()
    )
    chosen = (
        select(Award.round_id, Milestone.due_on, Milestone.amount_cents, func.coalesce(taken.c.cents, 0))
        .join(Award, Award.id == Milestone.award_id)
        .outerjoin(taken, taken.c.id == Milestone.id)
        .where(
            Milestone.fund_id == fund.id,
            Milestone.state.in_(LIVE),
            Milestone.amount_cents > 0,
            Award.state.in_([AwardState.ACTIVE, AwardState.PAUSED]),
        )
    )
    if round_id is not None:
        chosen = chosen.where(Award.round_id == round_id)
    return [
        OpenStep(round, due_on, max(amount - int(gone), 0))
        for round, due_on, amount, gone in db.session.execute(chosen)
    ]


def late_gifts(fund: Fund, today: date) -> tuple[int, int]:
    """Count promised gifts that should have been in, and sum their cents."""
    found = db.session.execute(
        select(func.count(Contribution.id), func.coalesce(func.sum(Contribution.amount_cents), 0)).where(
            Contribution.fund_id == fund.id,
            Contribution.state == Gift.PLEDGED,
            Contribution.expected_on < today,
        )
    ).one()
    return int(found[0]), int(found[1])
