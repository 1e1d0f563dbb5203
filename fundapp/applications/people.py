"""The people of a proposal and their rights; only the main applicant gives and takes them."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from fundapp.accounts.models import User
from fundapp.applications import doors
from fundapp.applications.models import APPLICANTS, Access, Application, ApplicationState, Capacity, Level
from fundapp.applications.rules import owner
from fundapp.core import audit, mail
from fundapp.core.db import db, locked
from fundapp.core.refusals import MoveRefused

S = ApplicationState
OVER = frozenset({S.DECLINED, S.INELIGIBLE, S.WITHDRAWN, S.MERGED, S.DEFERRED, S.LAPSED})
"""Nobody joins a proposal that has come to its end."""


def held_by_owner(application: Application, actor: User) -> Application:
    """Hold a proposal that still goes on for a change by its main applicant. Raises MoveRefused."""
    held = locked(Application, application.id)
    if not owner(actor, held):
        raise MoveRefused(_("Only the main applicant can do this."))
    if held.state in OVER:
        raise MoveRefused(_("This proposal has come to its end."))
    return held


def change_level(access: Access, level: Level, *, actor: User, at: datetime) -> None:
    """Let somebody write, or only read. Raises MoveRefused."""
    held = held_by_owner(access.application, actor)
    if access.capacity is Capacity.OWNER or access.ended_at is not None:
        raise MoveRefused(_("The main applicant always writes."))
    if access.level is not level:
        doors.let_in(held, access.user, access.capacity, level, actor=actor, at=at)
        key = f"rights-changed:{access.id}:{level.value}:{at:%Y%m%d%H%M}"
        _tell("rights-changed", held, access.user, key, at, level=level.value, who=actor.name)


def remove(access: Access, *, actor: User, at: datetime) -> None:
    """End somebody's part in a proposal; what they wrote stays."""
    held = held_by_owner(access.application, actor)
    if access.capacity is Capacity.OWNER:
        raise MoveRefused(_("Hand the proposal over first: it needs a main applicant."))
    doors.shut_out(held, access.user, access.capacity, actor=actor, at=at)
    _tell(
        "rights-changed",
        held,
        access.user,
        f"rights-changed:{access.id}:gone",
        at,
        level="gone",
        who=actor.name,
    )


def leave(application: Application, *, actor: User, at: datetime) -> None:
    """Step out of a proposal oneself. The owner hands over first. Raises MoveRefused."""
    held = locked(Application, application.id)
    own = [one for one in live_access(held.id) if one.user_id == actor.id]
    if any(one.capacity is Capacity.OWNER for one in own):
        raise MoveRefused(_("Hand the proposal over first: it needs a main applicant."))
    for one in own:
        doors.shut_out(held, actor, one.capacity, actor=actor, at=at)
        tell_owner("left-proposal", held, actor, f"left-proposal:{one.id}", at)


def hand_over(access: Access, *, actor: User, at: datetime) -> None:
    """Make somebody who takes part the main applicant; the one who was stays and may write."""
    held = held_by_owner(access.application, actor)
    if access.capacity is Capacity.OWNER or access.ended_at is not None:
        raise MoveRefused(_("This person is no co-applicant any more."))
    heir = access.user
    doors.shut_out(held, heir, access.capacity, actor=actor, at=at)
    doors.shut_out(held, actor, Capacity.OWNER, actor=actor, at=at)
    db.session.flush()  # one owner at a time
    doors.let_in(held, heir, Capacity.OWNER, Level.WRITE, actor=actor, at=at)
    doors.let_in(held, actor, Capacity.CO_APPLICANT, Level.WRITE, actor=actor, at=at)
    audit.record("hand_over_proposal", held, actor=actor, at=at, detail={"user": heir.id})
    key = f"rights-changed:{access.id}:owner:{at:%Y%m%d%H%M}"
    _tell("rights-changed", held, heir, key, at, level="owner", who=actor.name)


def _tell(template: str, held: Application, to: User, key: str, at: datetime, **values: Any) -> None:
    mail.queue(template, key=key, to=to, at=at, application=held, **values)


def tell_owner(template: str, held: Application, who: User, key: str, at: datetime) -> None:
    """Write to the main applicant about somebody."""
    for one in live_access(held.id):
        if one.capacity is Capacity.OWNER:
            _tell(template, held, one.user, key, at, who=who.name)


# --- finding ------------------------------------------------------------------------


def live_access(application_id: int) -> list[Access]:
    """List those who apply, the owner first, with their names."""
    rows = db.session.scalars(
        select(Access)
        .where(
            Access.application_id == application_id,
            Access.ended_at.is_(None),
            Access.capacity.in_(APPLICANTS),
        )
        .options(joinedload(Access.user).lazyload(User.roles))
        .order_by(Access.capacity != Capacity.OWNER, Access.id)
    )
    return list(rows.unique())
