"""Who is let in to an application and who is kept out: access, and ties that bar."""

from collections.abc import Callable
from datetime import datetime

from flask_babel import gettext as _

from fundapp.accounts.models import User
from fundapp.applications import handover, queries, ties
from fundapp.applications.models import (
    APPLICANTS,
    WORKERS,
    Access,
    Application,
    Capacity,
    Conflict,
    ConflictKind,
    ConflictSource,
    ConflictState,
    Level,
)
from fundapp.core import audit
from fundapp.core.db import db
from fundapp.core.refusals import Refusal

ON_BAR: list[Callable[[Conflict, datetime], None]] = []
"""What later features do when a tie bars somebody: their reviews end."""


# --- who is let in ---------------------------------------------------------------


def let_in(
    application: Application,
    user: User,
    capacity: Capacity,
    level: Level,
    *,
    actor: User | None,
    at: datetime,
) -> Access:
    """Let a person see one application in a capacity, or change how much they see; give the row.

    An applicant is kept away from the office's side by a pinned tie, whatever role comes later.
    Raises Refusal for work on an application that a tie bars the person from.
    """
    if capacity in WORKERS and queries.is_barred(application.id, user.id):
        raise Refusal(_("%(name)s has a tie with this application.", name=user.name))
    access = queries.live_access(application.id, user.id, capacity)
    if access is not None and access.level is level:
        return access
    if access is None:
        access = Access(application=application, user_id=user.id, capacity=capacity, granted_at=at)
        db.session.add(access)
    access.level = level
    db.session.flush()  # the log names the row
    _log(access, "let_in", application, actor, at)
    if capacity in APPLICANTS:
        ties.pin(application, user, at=at)
        tie = queries.conflict_of(application.id, user.id)
        if tie is not None and capacity is not Capacity.OWNER:  # who begins a draft never worked on it
            _keep_away(tie, actor, at)
    return access


def shut_out(
    application: Application, user: User, capacity: Capacity, *, actor: User | None, at: datetime
) -> None:
    """End a person's access in one capacity; nothing happens when there is none."""
    access = queries.live_access(application.id, user.id, capacity)
    if access is None:
        return
    access.ended_at = at
    _log(access, "shut_out", application, actor, at)


def _log(access: Access, verb: str, application: Application, actor: User | None, at: datetime) -> None:
    detail = {"user": access.user_id, "capacity": access.capacity.value, "level": access.level.value}
    audit.record(verb, application, actor=actor, at=at, detail=detail)


# --- ties ------------------------------------------------------------------------


def declare_conflict(
    application: Application,
    user: User,
    state: ConflictState,
    *,
    kind: ConflictKind | None = None,
    source: ConflictSource = ConflictSource.DECLARED,
    note: str = "",
    heir: User | None = None,
    actor: User | None,
    at: datetime,
) -> Conflict:
    """Keep what is known of a person's tie to an application; unsure and barred shut them out at once.

    actor: the person, for what they declare; a manager or None for what the office or a check found.
    heir: who takes the application over from a manager. Raises MoveRefused for a pinned tie.
    """
    tie = ties.declare(application, user, state, kind=kind, source=source, note=note, actor=actor, at=at)
    _keep_away(tie, actor, at, heir)
    return tie


def settle_conflict(
    tie: Conflict,
    state: ConflictState,
    *,
    kind: ConflictKind | None = None,
    note: str,
    actor: User,
    at: datetime,
) -> None:
    """Decide, as a manager, about what somebody else declared: clear or barred. Raises MoveRefused."""
    ties.settle(tie, state, kind=kind, note=note, actor=actor, at=at)
    _keep_away(tie, actor, at)


def _keep_away(tie: Conflict, actor: User | None, at: datetime, heir: User | None = None) -> None:
    if tie.bars:
        for capacity in sorted(WORKERS):
            shut_out(tie.application, tie.user, capacity, actor=actor, at=at)
        for react in ON_BAR:
            react(tie, at)
        handover.hand_over(tie, to=heir, actor=actor, at=at)
