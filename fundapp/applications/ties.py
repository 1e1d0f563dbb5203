"""Ties between people and applications: declared, found, settled, pinned."""

from datetime import datetime

from flask_babel import gettext as _

from fundapp.accounts.models import User
from fundapp.applications import queries
from fundapp.applications.models import Application, Conflict, ConflictKind, ConflictSource, ConflictState
from fundapp.applications.workflow import conflicts
from fundapp.core import audit
from fundapp.core.db import db
from fundapp.core.refusals import MoveRefused

BARRING = frozenset({ConflictState.UNSURE, ConflictState.BARRED})


def declare(
    application: Application,
    user: User,
    state: ConflictState,
    *,
    kind: ConflictKind | None,
    source: ConflictSource,
    note: str,
    actor: User | None,
    at: datetime,
) -> Conflict:
    """Make or change the one row about a person and an application.

    A hint never weakens what is known already. Raises MoveRefused for a pinned tie.
    """
    tie = queries.conflict_of(application.id, user.id)
    if tie is None:
        tie = Conflict(
            application=application, fund_id=application.fund_id, user=user, state=state, state_at=at,
            bars=state in BARRING, kind=_kind(kind, state), source=source, note=note,
        )  # fmt: skip
        db.session.add(tie)
        audit.record("declare", tie, actor=actor, at=at, to_state=state)
    elif state is not ConflictState.HINTED:
        is_own = actor is not None and actor.id == user.id
        _change(tie, "declare" if is_own else "settle", state, kind=kind, note=note, actor=actor, at=at)
        tie.source = source
    return tie


def settle(
    tie: Conflict, state: ConflictState, *, kind: ConflictKind | None, note: str, actor: User, at: datetime
) -> None:
    """Decide about what somebody else declared. Raises MoveRefused."""
    _change(tie, "settle", state, kind=kind, note=note, actor=actor, at=at)


def pin(application: Application, user: User, *, at: datetime) -> None:
    """Keep an applicant with a role at the fund away from the office's side of their own proposal."""
    tie = queries.conflict_of(application.id, user.id)
    if tie is not None and tie.is_pinned:
        return
    tie = declare(
        application, user, ConflictState.BARRED, kind=ConflictKind.CO_APPLICANT, source=ConflictSource.ACCESS,
        note="", actor=None, at=at,
    )  # fmt: skip
    tie.is_pinned = True


def _change(
    tie: Conflict,
    verb: str,
    state: ConflictState,
    *,
    kind: ConflictKind | None,
    note: str,
    actor: User | None,
    at: datetime,
) -> None:
    if tie.is_pinned:
        raise MoveRefused(_("An applicant of this proposal can't work on it."))
    with db.session.no_autoflush:  # state, bars and kind have to change together
        conflicts.make(f"{verb}_{state.value}", tie, actor=actor, at=at)
        tie.bars, tie.kind, tie.note = state in BARRING, _kind(kind, state), note


def _kind(kind: ConflictKind | None, state: ConflictState) -> ConflictKind | None:
    return kind or (ConflictKind.OTHER if state is ConflictState.BARRED else None)
