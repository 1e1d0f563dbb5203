"""Tasks of grants: planned against delivered, and how late."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fundapp.core import clock
from fundapp.grants.models import MilestoneState as S
from fundapp.reports.fund_shape import TaskSum, TaskTotals
from fundapp.reports.measures import middle, percent

PARTS = ("delivered", "partial", "open", "held", "expired", "dropped")


def part_of(task: Any, paid_cents: int) -> str:
    """Say where a task stands; partial: still open, though something was paid for it."""
    state = S(task.state)
    return "partial" if state is S.OPEN and paid_cents else str(state.value)


def days_late(task: Any, zone: str) -> int | None:
    """Count the days from the planned day to handing in; negative when early, None while not delivered."""
    if S(task.state) is not S.DELIVERED or task.due_on is None:
        return None
    done = task.handed_in_at or task.state_at
    return int((clock.day(done, zone) - task.due_on).days)


def totals(tasks: Sequence[Any], paid: Mapping[int, int], zone: str) -> TaskTotals:
    """Add up tasks by state. paid: cents by task."""
    late = [days for one in tasks if (days := days_late(one, zone)) is not None]
    parts = {one.id: part_of(one, paid.get(one.id, 0)) for one in tasks}
    delivered = [one for one in tasks if S(one.state) is S.DELIVERED]
    return {
        "planned": len(tasks),
        "planned_cents": sum(one.amount_cents for one in tasks),
        "parts": [_sum(key, (one for one in tasks if parts[one.id] == key)) for key in PARTS],
        "timed": len(late),
        "late": middle(late),
        "in_time": percent(sum(days <= 0 for days in late), len(late)),
        "with_licence": sum(bool(one.licence) for one in delivered),
        "with_place": sum(bool(one.place) for one in delivered),
    }


def _sum(key: str, part: Iterable[Any]) -> TaskSum:
    amounts = [one.amount_cents for one in part]
    return {"key": key, "number": len(amounts), "cents": sum(amounts)}
