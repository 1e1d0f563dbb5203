"""On which days reports are due, worked out from a fund's rule and the plan. Nothing here is kept."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from fundapp.grants.models import Milestone, MilestoneState, ReportKind, ReportPolicy, ReportRule

MOST_MONTHS = 60
"""A plan with a slip of the pen in a year does not ask a hundred reports."""


@dataclass(frozen=True, slots=True)
class Due:
    """One report and its day."""

    kind: ReportKind
    due_on: date
    milestone_id: int | None = None


def due_days(
    policy: ReportPolicy, begins_on: date, ends_on: date | None, plan: Sequence[Milestone]
) -> list[Due]:
    """List the reports a grant owes, by day.

    begins_on: when the first agreement came into force. ends_on: the last day of the plan; without one
    no report is due by months and no final report.
    """
    found: list[Due] = []
    if policy.rule is ReportRule.MONTHS and ends_on is not None:
        found += [Due(ReportKind.PROGRESS, day) for day in _every(policy.every_months, begins_on, ends_on)]
    if policy.rule is ReportRule.MILESTONES:
        found += [
            Due(ReportKind.PROGRESS, one.due_on, one.id)
            for one in plan
            if one.due_on is not None and one.parent_id is None and one.state is not MilestoneState.DROPPED
        ]
    if policy.final_weeks is not None and ends_on is not None:
        found.append(Due(ReportKind.FINAL, ends_on + timedelta(weeks=policy.final_weeks)))
    return sorted(found, key=lambda one: (one.due_on, one.kind is ReportKind.FINAL, one.milestone_id or 0))


def _every(months: int, begins_on: date, ends_on: date) -> list[date]:
    """List the days after each so many months, as long as a month of the plan is left after them."""
    days = (month_later(begins_on, count) for count in range(months, MOST_MONTHS + 1, months))
    return [day for day in days if day <= ends_on - timedelta(days=28)]


def month_later(day: date, months: int) -> date:
    """Give the same day so many months later; the last of the month where there is no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def last_day(ends_on: date | None, plan: Sequence[Milestone]) -> date | None:
    """Give the last day of a plan: as agreed for the grant, or that of its latest milestone."""
    live = [one.due_on for one in plan if one.due_on and one.state is not MilestoneState.DROPPED]
    return ends_on or max(live, default=None)
