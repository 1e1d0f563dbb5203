"""Grants from which nothing was heard for long: no request, no report, no word in a conversation."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, func, select, type_coerce, union_all

from fundapp.applications.models import Audience, Message, Thread
from fundapp.core.db import UTCDateTime, db
from fundapp.core.due import Later
from fundapp.funds.models import Fund
from fundapp.grants.models import Agreement, Award, AwardState, ProgressReport
from fundapp.payouts.models import Claim

SIGNS: list[Callable[[], Select[Any]]] = []
"""What a later feature counts as a sign of life: each selects (award_id, at)."""


def signs() -> Subquery:
    """Select when each grant was last heard of, as (award_id, last_at)."""
    talk = (
        select(Award.id.label("award_id"), Message.at.label("at"))
        .join(Thread, Thread.application_id == Award.application_id)
        .join(Message, Message.thread_id == Thread.id)
        .where(Thread.audience == Audience.APPLICANT)
    )
    every = union_all(
        select(Award.id.label("award_id"), Award.state_at.label("at")),
        select(Agreement.award_id, Agreement.in_force_at).where(Agreement.in_force_at.is_not(None)),
        select(Claim.award_id, Claim.state_at),
        select(Claim.award_id, Claim.submitted_at).where(Claim.submitted_at.is_not(None)),
        select(ProgressReport.award_id, ProgressReport.submitted_at).where(
            ProgressReport.submitted_at.is_not(None)
        ),
        talk,
        *(sign() for sign in SIGNS),
    ).subquery()
    last = func.max(every.c.at).label("last_at")
    return select(every.c.award_id, last).group_by(every.c.award_id).subquery()


def idle_at(last: Any) -> ColumnElement[datetime]:
    """Give the instant at which a grant counts as silent; for statements over fund."""
    return type_coerce(Later(last, Fund.idle_days), UTCDateTime())


def silent(found: Subquery) -> Select[Any]:
    """Select (award id, last_at) of running grants; who calls adds what is asked about them."""
    last = type_coerce(found.c.last_at, UTCDateTime()).label("last_at")
    columns: tuple[Any, ...] = (Award.id, last)
    return (
        select(*columns)
        .join(found, found.c.award_id == Award.id)
        .join(Fund, Fund.id == Award.fund_id)
        .where(Award.state == AwardState.ACTIVE)
    )


def silent_since(award_ids: Sequence[int], at: datetime) -> dict[int, datetime]:
    """Tell which of these grants are silent, and since when; one query."""
    found = signs()
    statement = silent(found).where(Award.id.in_(award_ids), idle_at(found.c.last_at) <= at)
    return {row.id: row.last_at for row in db.session.execute(statement)}
