"""Terms that come near: an answer to an appeal, the promised day of a round's decisions; each told once."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from fundapp.core import clock, mail
from fundapp.core.db import db
from fundapp.decisions import appeal_mail, appeal_rows, queries
from fundapp.rounds.models import Round, RoundState

AHEAD = (14, 3)
"""Days before the last one on which is reminded, at most once each."""


def remind(at: datetime) -> dict[str, Any]:
    """Queue the reminders of terms that come near; the mail's key lets each go once, ever."""
    return {"appeals": _appeals(at), "rounds": _rounds(at)}


def _appeals(at: datetime) -> int:
    day = at.date()
    near = appeal_rows.due_between(day - timedelta(days=1), day + timedelta(days=max(AHEAD) + 1))
    count = 0
    for appeal in near:
        assert appeal.due_on is not None  # noqa: S101 - asked for above
        ahead = _ahead(appeal.due_on, clock.day(at, appeal.application.fund.zone))
        if ahead is not None:
            count += appeal_mail.due(appeal, ahead, at=at)
    return count


def _rounds(at: datetime) -> int:
    day = at.date()
    near = db.session.scalars(
        select(Round)
        .where(
            Round.state.in_([RoundState.REVIEWING, RoundState.DECIDING]),
            Round.decide_by_on >= day,
            Round.decide_by_on <= day + timedelta(days=max(AHEAD) + 1),
        )
        .options(joinedload(Round.fund))
    )
    return sum(_round(round, at) for round in near)


def _round(round: Round, at: datetime) -> int:
    assert round.decide_by_on is not None  # noqa: S101 - asked for above
    ahead = _ahead(round.decide_by_on, clock.day(at, round.fund.zone))
    open_still = queries.undecided_count(round) if ahead is not None else 0
    if not open_still:
        return 0
    return sum(
        mail.queue(
            "decisions-due",
            key=f"decisions-due:{round.id}:{user.id}:{round.decide_by_on:%Y%m%d}:{ahead}",
            to=user, at=at, fund_id=round.fund_id, fund=round.fund, round=round, count=open_still,
        )
        for user in appeal_rows.managers(round.fund_id)
    )  # fmt: skip


def _ahead(due_on: date, today: date) -> int | None:
    """Give which reminder is due: the nearest whose day has come; none before the first or after the term."""
    left = (due_on - today).days
    reached = [days for days in AHEAD if 0 <= left <= days]
    return min(reached) if reached else None
