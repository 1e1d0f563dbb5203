"""When promised money will be asked for: as planned, and as experience says it goes."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from sqlalchemy import select

from fundapp.core.db import db
from fundapp.funds.models import Fund
from fundapp.grants.models import Milestone
from fundapp.payouts.budget import OpenStep
from fundapp.payouts.models import Claim, ClaimLine, Payment, PaymentState

MONTHS = 18
"""How far the forecast looks; what comes later stands together."""
ENOUGH = 5
"""From how many paid milestones on their delay says something."""


@dataclass(frozen=True)
class Delay:
    """How many days after its planned day a milestone was paid: the median, over n paid milestones."""

    days: int
    n: int

    @property
    def is_enough(self) -> bool:
        """Whether it was seen often enough to be used."""
        return self.n >= ENOUGH


@dataclass(frozen=True)
class Month:
    """The payments of one month in cents; first: its first day."""

    first: date
    planned: int
    experienced: int


@dataclass(frozen=True)
class Forecast:
    """Payments per month. Each scenario adds up to what is promised, with later and without a day."""

    months: list[Month]
    later: Month | None
    undated: int
    delay: Delay
    promised: int


def delay(fund: Fund) -> Delay:
    """Observe how late milestones of this fund were paid; earlier than planned counts below zero."""
    rows = db.session.execute(
        select(Milestone.due_on, Payment.paid_on)
        .join(ClaimLine, ClaimLine.milestone_id == Milestone.id)
        .join(Claim, Claim.id == ClaimLine.claim_id)
        .join(Payment, Payment.claim_id == Claim.id)
        .where(
            Milestone.fund_id == fund.id, Milestone.due_on.is_not(None), Payment.state == PaymentState.PAID
        )
    )
    days = [(paid_on - due_on).days for due_on, paid_on in rows if due_on and paid_on]
    return Delay(round(median(days)) if days else 0, len(days))


def forecast(
    today: date, *, seen: Delay, promised: int, under_way: int, steps: Sequence[OpenStep]
) -> Forecast:
    """Spread what is promised over months.

    seen: how late payments were. promised: all of it in cents, with under_way, which is approved or with
    the bank and goes this month. steps: milestones that can still be claimed; what is late by its plan
    goes this month too. Experience: each day moved by the median delay, where that was seen often enough.
    """
    shift = timedelta(days=seen.days if seen.is_enough else 0)
    planned: dict[date, int] = defaultdict(int, {_month(today): under_way})
    lived: dict[date, int] = defaultdict(int, {_month(today): under_way})
    dated, left = 0, promised - under_way
    for step in sorted(steps, key=lambda one: one.due_on or date.max):
        if step.due_on is None or not (cents := min(step.rest_cents, left - dated)):
            continue
        dated += cents
        planned[_month(max(step.due_on, today))] += cents
        lived[_month(max(step.due_on + shift, today))] += cents
    return _spread(planned, lived, today, Forecast([], None, left - dated, seen, promised))


def _spread(planned: dict[date, int], lived: dict[date, int], today: date, bare: Forecast) -> Forecast:
    months: list[Month] = []
    first = _month(today)
    last = max([*planned, *lived])
    while len(months) < MONTHS and first <= last:
        months.append(Month(first, planned.pop(first, 0), lived.pop(first, 0)))
        first = _month(first + timedelta(days=32))
    rest = Month(first, sum(planned.values()), sum(lived.values()))
    later = rest if rest.planned or rest.experienced else None
    return Forecast(months, later, bare.undated, bare.delay, bare.promised)


def _month(day: date) -> date:
    return day.replace(day=1)
