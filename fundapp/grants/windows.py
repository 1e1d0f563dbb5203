"""Until when milestones can be claimed: some months after the planned end, or as the fund extended it."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, func, select, type_coerce
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import aliased
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from fundapp.core import clock
from fundapp.funds.models import Fund
from fundapp.grants.models import Award, Milestone, MilestoneState

CLAIMABLE = (MilestoneState.OPEN, MilestoneState.HELD)
OVER = (MilestoneState.DROPPED,)


def planned_end(award: Award, milestones: Sequence[Milestone] | None = None) -> date | None:
    """Give the day a grant is planned to end: as agreed, or when its last milestone is due.

    milestones: those of the grant, where they are at hand.
    """
    if award.ends_on is not None:
        return award.ends_on
    every = award.milestones if milestones is None else milestones
    return max((one.due_on for one in every if one.due_on and one.state not in OVER), default=None)


def months_later(day: date, months: int) -> date:
    """Give the same day some months on; the last day of the month where it has fewer."""
    place = day.month - 1 + months
    year, month = day.year + place // 12, place % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def usual_end(award: Award, milestones: Sequence[Milestone] | None = None) -> date | None:
    """Give the last day on which a grant can be claimed by the term of its fund; None without any date."""
    end = planned_end(award, milestones)
    return months_later(end, award.application.fund.claim_window_months) if end else None


def last_day(milestone: Milestone) -> date | None:
    """Give the last day on which a milestone can be claimed; None where nothing is planned by date."""
    return milestone.claim_until or usual_end(milestone.award)


def last_days(award: Award, milestones: Sequence[Milestone] | None = None) -> dict[int, date | None]:
    """Give the last day for each milestone of a grant, by id."""
    every = award.milestones if milestones is None else milestones
    usual = usual_end(award, every)
    return {one.id: one.claim_until or usual for one in every}


def is_over(milestone: Milestone, at: datetime) -> bool:
    """Tell whether the last day of a milestone has gone by, in the fund's zone."""
    last = last_day(milestone)
    return last is not None and clock.day(at, milestone.award.application.fund.zone) > last


# --- the same in SQL -----------------------------------------------------------------


class MonthsLater(FunctionElement[date]):
    """A day some months on, clamped to the end of the month, on both engines."""

    type = Date()
    inherit_cache = True


@compiles(MonthsLater)
def _months_later(element: MonthsLater, compiler: SQLCompiler, **kw: Any) -> str:
    day, months = (compiler.process(part, **kw) for part in element.clauses)
    return f"CAST({day} + make_interval(months => {months}) AS DATE)"


@compiles(MonthsLater, "sqlite")
def _months_later_sqlite(element: MonthsLater, compiler: SQLCompiler, **kw: Any) -> str:
    day, months = (compiler.process(part, **kw) for part in element.clauses)
    ahead = f"date({day}, '+' || {months} || ' months')"
    end = f"date({day}, 'start of month', '+' || ({months} + 1) || ' months', '-1 day')"
    return f"min({ahead}, {end})"


def last_day_column() -> ColumnElement[date | None]:
    """Give `last_day` as a column, for statements over milestone, award and fund."""
    other = aliased(Milestone)
    latest = (
        select(func.max(other.due_on))
        .where(other.award_id == Award.id, other.state.not_in([state.value for state in OVER]))
        .correlate(Award)
        .scalar_subquery()
    )
    planned = func.coalesce(Award.ends_on, latest)
    usual = MonthsLater(planned, Fund.claim_window_months)
    return type_coerce(func.coalesce(Milestone.claim_until, usual), Date())
