"""One's own proposals in the order in which they want attention: to write, under way, over."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, case, select
from sqlalchemy.orm import joinedload

from fundapp.accounts.models import User
from fundapp.applications import versions
from fundapp.applications.models import Answer, Application, ApplicationState, ApplicationVersion
from fundapp.applications.queries import mine
from fundapp.core.db import db
from fundapp.funds.models import Fund
from fundapp.rounds.models import Round, RoundState, Stage

S = ApplicationState
TO_WRITE = frozenset({S.DRAFT, S.INVITED, S.INCOMPLETE})
UNDER_WAY = frozenset({S.SUBMITTED, S.IN_REVIEW, S.RESERVE})
MOST = 50
MOST_LOOKED_AT = 20
"""How many drafts are looked through for what is missing; beyond that only their dates are told."""


@dataclass(frozen=True)
class Line:
    """A proposal in the list. missing: things to do before it can be sent, None where that was not looked
    up. is_unsent: changed since it was sent.
    """

    row: Row[Any]
    ends_at: datetime | None
    is_open: bool
    missing: int | None = None
    is_unsent: bool = False


def present(user: User, at: datetime) -> tuple[list[Line], list[Line]]:
    """Give what is to be written (the first deadline first) and what is under way (the newest first)."""
    last = case(
        (Application.extended_until_at.is_not(None), Application.extended_until_at), else_=Stage.closes_at
    )
    rows = db.session.execute(
        _rows(user)
        .where(Application.state.in_(TO_WRITE | UNDER_WAY))
        .order_by(last.is_(None), last, Application.id.desc())
        .limit(MOST * 2)
    ).all()
    lines = [_line(row, at) for row in rows]
    known = _looked_at(lines, at)
    to_write = [known.get(one.row.id, one) for one in lines if one.row.state in TO_WRITE]
    to_write.sort(key=lambda one: not one.is_open)
    under_way = [known.get(one.row.id, one) for one in lines if one.row.state in UNDER_WAY]
    return to_write, sorted(under_way, key=lambda one: one.row.id, reverse=True)


def over(user: User, *, before: int | None = None) -> list[Row[Any]]:
    """List what came to its end, the newest first; one more than a page."""
    rows = _rows(user).where(Application.state.not_in(TO_WRITE | UNDER_WAY))
    if before is not None:
        rows = rows.where(Application.id < before)
    return list(db.session.execute(rows.order_by(Application.id.desc()).limit(MOST + 1)))


def earlier(user: User, round_id: int) -> list[Row[Any]]:
    """List the newest proposals to other calls, of which the answers may be used again."""
    rows = _rows(user).where(Application.round_id != round_id, Application.title != "")
    return list(db.session.execute(rows.order_by(Application.id.desc()).limit(5)))


def _rows(user: User) -> Any:
    return (
        select(
            Application.id, Application.code, Application.title, Application.state, Application.state_at,
            Application.saved_at, Application.submitted_at, Application.requested_cents,
            Application.extended_until_at, Application.version_number, Round.name.label("round_name"),
            Round.state.label("round_state"), Round.decide_by_on, Stage.closes_at, Stage.opens_at,
            Stage.grace_minutes, Fund.currency, Fund.zone,
        )
        .join(Round, Round.id == Application.round_id)
        .join(Stage, Stage.id == Application.stage_id)
        .join(Fund, Fund.id == Application.fund_id)
        .where(mine(user))
    )  # fmt: skip


def _line(row: Row[Any], at: datetime) -> Line:
    ends_at = (
        max(filter(None, (row.extended_until_at, row.closes_at)), default=None) if row.closes_at else None
    )
    is_open = (
        row.round_state is RoundState.PUBLISHED and row.opens_at <= at and (ends_at is None or at < ends_at)
    )
    if row.extended_until_at is not None and at < row.extended_until_at:
        is_open = True
    return Line(row, ends_at, is_open)


def _looked_at(lines: list[Line], at: datetime) -> dict[int, Line]:
    """Look through the open drafts, and those sent ones that were saved since."""
    wanted = [
        one for one in lines if one.is_open and (one.row.state is S.DRAFT or one.row.state is S.SUBMITTED)
    ]
    wanted = wanted[:MOST_LOOKED_AT]
    if not wanted:
        return {}
    ids = [one.row.id for one in wanted]
    applications = {one.id: one for one in db.session.scalars(_with_forms().where(Application.id.in_(ids)))}
    given: dict[int, dict[str, Any]] = {id: {} for id in ids}
    for answer in db.session.scalars(select(Answer).where(Answer.application_id.in_(ids))):
        given[answer.application_id][answer.field] = answer.value.get("v")
    digests = _digests(ids)
    found = {}
    for one in wanted:
        application = applications[one.row.id]
        answers = given[application.id]
        is_sent = application.id in digests
        found[application.id] = Line(
            one.row, one.ends_at, one.is_open,
            missing=None if is_sent else len(versions.faults(application, answers)),
            is_unsent=is_sent and versions.digest_of(application, answers) != digests[application.id],
        )  # fmt: skip
    return found


def _with_forms() -> Select[Application]:
    return select(Application).options(
        joinedload(Application.fund),
        joinedload(Application.round),
        joinedload(Application.stage).joinedload(Stage.form),
    )


def _digests(ids: list[int]) -> dict[int, str]:
    """Give the digest of the version that counts, by application."""
    rows = db.session.execute(
        select(ApplicationVersion.application_id, ApplicationVersion.digest)
        .join(Application, Application.id == ApplicationVersion.application_id)
        .where(Application.id.in_(ids), ApplicationVersion.number == Application.version_number)
    )
    return {row.application_id: row.digest for row in rows}
