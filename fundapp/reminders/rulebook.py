"""Which rule holds for a date: that of its round, else that of its fund, else what the kind brings along."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from fundapp.core import due
from fundapp.core.db import db
from fundapp.reminders.models import Channel, ReminderRule

HOUR = 8
"""Of the reader's day, when nobody says otherwise."""


@dataclass(frozen=True)
class Rule:
    """How one kind of date is reminded of. source: default, fund or round; row: what was kept there."""

    kind: due.Kind
    is_on: bool
    offsets: tuple[int, ...]
    in_working_days: bool
    hour: int
    channel: Channel
    is_urgent: bool
    escalate_to: str | None
    escalate_after_days: int | None
    also_to: str | None = None
    source: str = "default"
    row: ReminderRule | None = None

    @property
    def tells(self) -> bool:
        """Whether mail goes out by this rule."""
        return self.is_on and self.channel is Channel.MAIL


def shipped(kind: due.Kind) -> Rule:
    """Give the rule a kind brings along."""
    role, days = kind.escalation or (None, None)
    return Rule(kind, True, kind.offsets, False, HOUR, Channel.MAIL, kind.is_urgent, role, days)


def _kept(row: ReminderRule, kind: due.Kind) -> Rule:
    return Rule(
        kind,
        row.is_on,
        tuple(int(days) for days in row.offsets),
        row.in_working_days,
        row.hour,
        row.channel,
        row.is_urgent,
        row.escalate_to,
        row.escalate_after_days,
        row.also_to,
        "fund" if row.round_id is None else "round",
        row,
    )


class Rulebook:
    """All rules at hand, read once."""

    def __init__(self, rows: Iterable[ReminderRule]) -> None:
        self._rows = {(row.fund_id, row.round_id, row.kind): row for row in rows}
        self._shipped = {key: shipped(kind) for key, kind in due.KINDS.items()}

    def of(self, kind: str, fund_id: int, round_id: int | None) -> Rule:
        """Give the rule that holds for one kind of date at a fund and, where it has one, in its round."""
        for place in (round_id, None):
            if row := self._rows.get((fund_id, place, kind)):
                return _kept(row, due.KINDS[kind])
        return self._shipped[kind]

    def reach(self) -> tuple[int, int]:
        """Give how many days after and before its date a reminder may still go, over all rules."""
        offsets = [days for rule in self._shipped.values() for days in rule.offsets]
        offsets += [int(days) for row in self._rows.values() for days in row.offsets]
        late = [rule.escalate_after_days or 0 for rule in self._shipped.values()]
        late += [row.escalate_after_days or 0 for row in self._rows.values()]
        return max([0, *offsets, *late]), -min([0, *offsets])


def read(fund_id: int | None = None) -> Rulebook:
    """Read the rules of all funds, or of one."""
    where: list[Any] = [] if fund_id is None else [ReminderRule.fund_id == fund_id]
    return Rulebook(db.session.scalars(select(ReminderRule).where(*where)))
