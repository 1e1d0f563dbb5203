"""Ties between people and applications: declared, found, settled, pinned."""

from datetime import datetime

from flask_babel import gettext as _

from fundapp.accounts.models import User
from fundapp.applications import queries
from fundapp.applications.hints import Reason
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
        if actor is not None and actor.id != user.id:
            tie.settled_by = actor.id
        db.session.add(tie)
        audit.record("declare", tie, actor=actor, at=at, to_state=state)
    elif state is not ConflictState.HINTED:
        is_own = actor is not None and actor.id == user.id
        tie.settled_by = None if is_own or actor is None else actor.id
        _change(tie, "declare" if is_own else "settle", state, kind=kind, note=note, actor=actor, at=at)
        tie.source = source
    return tie


def settle(
    tie: Conflict, state: ConflictState, *, kind: ConflictKind | None, note: str, actor: User, at: datetime
) -> None:
    """Decide about what somebody else declared. Raises MoveRefused."""
    _change(tie, "settle", state, kind=kind, note=note, actor=actor, at=at)
    tie.settled_by = actor.id


def pin(application: Application, user: User, *, at: datetime) -> None:
    """Keep an applicant away from the office's side of their own proposal, for good."""
    tie = queries.conflict_of(application.id, user.id)
    if tie is not None and tie.source is ConflictSource.ACCESS:
        return
    if tie is not None:
        if tie.state is not ConflictState.BARRED:
            kind = ConflictKind.CO_APPLICANT
            _change(tie, "settle", ConflictState.BARRED, kind=kind, note=tie.note, actor=None, at=at)
        tie.kind = ConflictKind.CO_APPLICANT
    else:
        tie = Conflict(
            application=application, fund_id=application.fund_id, user=user, state=ConflictState.BARRED,
            state_at=at, bars=True, kind=ConflictKind.CO_APPLICANT,
        )  # fmt: skip
        db.session.add(tie)
    tie.source, tie.is_pinned = ConflictSource.ACCESS, True
    audit.record("pin", tie, actor=None, at=at, to_state=ConflictState.BARRED)


def hint(application: Application, user_id: int, reasons: list[Reason], *, at: datetime) -> Conflict | None:
    """Keep what a check found about a person; gives the row when that is news.

    Nobody is barred by it, and what they or the office said before stands; the reasons stay beside it.
    """
    tie = queries.conflict_of(application.id, user_id)
    if tie is not None and (tie.is_pinned or tie.reasons == reasons):
        return None
    if tie is not None:
        tie.reasons = reasons
        return tie
    tie = Conflict(
        application=application, fund_id=application.fund_id, user_id=user_id, state=ConflictState.HINTED,
        state_at=at, bars=False, kind=None, source=ConflictSource.DETECTED, reasons=reasons,
    )  # fmt: skip
    db.session.add(tie)
    audit.record("hint", tie, actor=None, at=at, to_state=ConflictState.HINTED)
    return tie


def forget(tie: Conflict, *, at: datetime) -> bool:
    """Take back what a check found once and finds no more; gives whether the row is gone.

    What somebody said stays, without the reasons.
    """
    if tie.state is ConflictState.HINTED and tie.source is ConflictSource.DETECTED and not tie.note:
        audit.record("forget_hint", tie.application, actor=None, at=at, detail={"user": tie.user_id})
        db.session.delete(tie)
        return True
    tie.reasons = []
    return False


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
    if tie.is_pinned and (tie.source is ConflictSource.ACCESS or verb == "declare"):
        raise MoveRefused(_("An applicant of this proposal can't work on it."))
    tie.is_pinned = False
    with db.session.no_autoflush:  # state, bars and kind have to change together
        conflicts.make(f"{verb}_{state.value}", tie, actor=actor, at=at)
        tie.bars, tie.kind, tie.note = state in BARRING, _kind(kind, state), note


def _kind(kind: ConflictKind | None, state: ConflictState) -> ConflictKind | None:
    return kind or (ConflictKind.OTHER if state is ConflictState.BARRED else None)
