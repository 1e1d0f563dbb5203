"""Changing a rule: at a fund, or for one of its rounds; and going back to what holds without it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from fundapp.accounts.models import RoleName, User
from fundapp.core import audit, due
from fundapp.core.db import db
from fundapp.core.refusals import ChangedMeanwhile, Refusal
from fundapp.funds.models import Fund
from fundapp.reminders.models import Channel, ReminderRule
from fundapp.rounds.models import Round

FARTHEST = 180
"""Days from a date at which a reminder may still go."""
MOST = 12
"""Reminders of one date."""
TOLD_LATE = (RoleName.MANAGER, RoleName.FINANCE, RoleName.AUDITOR)
"""Who can hear of what is too late."""


@dataclass(frozen=True)
class Wish:
    """What a manager wants of one rule. offsets: days from the date, negative before it.

    also_to: a role that hears of it on the same days; escalate_to: one that hears of it when it is late.
    """

    is_on: bool
    offsets: Sequence[int]
    in_working_days: bool
    hour: int
    channel: Channel
    is_urgent: bool
    escalate_to: RoleName | None
    escalate_after_days: int | None
    also_to: RoleName | None = None


def kept(fund_id: int, round_id: int | None, kind: str) -> ReminderRule | None:
    """Load the rule of a fund, or of a round, for one kind of date."""
    place = ReminderRule.round_id.is_(None) if round_id is None else ReminderRule.round_id == round_id
    return db.session.scalar(
        select(ReminderRule).where(ReminderRule.fund_id == fund_id, place, ReminderRule.kind == kind)
    )


def keep(
    fund: Fund, round: Round | None, kind: str, wish: Wish, *, version: int, actor: User, at: datetime
) -> ReminderRule:
    """Keep a rule. version: of the rule the wish was made from, 0 for none.

    Raises ChangedMeanwhile when somebody else changed it since; Refusal for offsets that make no sense.
    """
    _check(wish)
    row = kept(fund.id, round.id if round else None, kind)
    if (row.row_version if row else 0) != version:
        raise ChangedMeanwhile
    if row is None:
        row = ReminderRule(fund_id=fund.id, round_id=round.id if round else None, kind=kind)
        db.session.add(row)
    row.is_on, row.offsets = wish.is_on, sorted(set(wish.offsets))
    row.in_working_days, row.hour = wish.in_working_days, wish.hour
    row.channel, row.is_urgent = wish.channel, wish.is_urgent
    row.escalate_to = wish.escalate_to.value if wish.escalate_to else None
    row.escalate_after_days = wish.escalate_after_days if wish.escalate_to else None
    row.also_to = wish.also_to.value if wish.also_to else None
    row.changed_by, row.changed_at = actor.id, at
    db.session.flush()
    detail = {"kind": kind, "round": row.round_id, "offsets": row.offsets, "on": row.is_on}
    if row.also_to:
        detail["also"] = row.also_to
    audit.record("change_reminders", row, actor=actor, at=at, detail=detail)
    return row


def _check(wish: Wish) -> None:
    if wish.is_on and not wish.offsets and wish.escalate_to is None:
        raise Refusal(_("Say on which days is reminded, or switch the reminder off."))
    if len(set(wish.offsets)) > MOST or any(abs(days) > FARTHEST for days in wish.offsets):
        raise Refusal(_("At most %(most)s reminders, at most %(days)s days away.", most=MOST, days=FARTHEST))
    if wish.escalate_to is not None and wish.escalate_after_days is None:
        raise Refusal(_("Say after how many days somebody else is told."))


def drop(fund: Fund, round: Round | None, kind: str, *, version: int, actor: User, at: datetime) -> None:
    """Go back to what holds without this rule. Raises ChangedMeanwhile when it changed since."""
    row = kept(fund.id, round.id if round else None, kind)
    if row is None:
        return
    if row.row_version != version:
        raise ChangedMeanwhile
    detail = {"kind": kind, "round": row.round_id}
    audit.record("drop_reminders", row, actor=actor, at=at, detail=detail)
    db.session.delete(row)
    db.session.flush()


def kinds() -> list[due.Kind]:
    """List the kinds of dates, in the order of a grant's life."""
    return list(due.KINDS.values())
