"""Joining an application that came in twice with the one that goes on."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import or_, select, update

from fundapp.accounts.models import User
from fundapp.applications import queries, service
from fundapp.applications.models import (
    Application,
    ApplicationState,
    Capacity,
    Level,
    Likeness,
    LikenessState,
)
from fundapp.applications.rules import staff
from fundapp.applications.workflow import workflow
from fundapp.core import mail
from fundapp.core.db import db, locked
from fundapp.core.refusals import MoveRefused, Refusal

S = ApplicationState
TARGETS = frozenset({S.SUBMITTED, S.INCOMPLETE, S.IN_REVIEW, S.INVITED, S.RESERVE})
"""What an application can be joined with: what is under way."""


def merge(
    application: Application, into: Application, *, lets_read: bool, note: str = "", actor: User, at: datetime
) -> None:
    """Join an application with another of its fund, which alone is assessed from here.

    lets_read: the applicants of the joined one may read the other as partners. Whatever belongs to the
    joined one (versions, files, questions, notes) stays with it, readable as before; reviews are released
    and the applicants get a mail. Raises Refusal (not under way, itself) and MoveRefused.
    """
    first, second = sorted((application.id, into.id))
    rows = {id: locked(Application, id) for id in dict.fromkeys((first, second))}  # always in one order
    source, target = rows[application.id], rows[into.id]
    if source.id == target.id or source.fund_id != target.fund_id or target.state not in TARGETS:
        raise Refusal(_("Choose another application of this fund that is under way."))
    if not staff(actor, target):
        raise MoveRefused(_("This step is not yours to take."))
    with db.session.no_autoflush:  # state and target have to change together
        workflow.make("merge", source, actor=actor, at=at, note=note, detail={"into": target.id})
        source.merged_into_id = target.id
    _pass_on(source, target, actor=actor, at=at)
    service.leave(source, actor=actor, at=at)
    if lets_read:
        _let_read(source, target, actor=actor, at=at)
    _tell(source, target, at=at)


def _pass_on(source: Application, target: Application, *, actor: User, at: datetime) -> None:
    """Let what was joined with the source earlier point to where it went; settle their likeness."""
    db.session.execute(
        update(Application)
        .where(Application.merged_into_id == source.id)
        .values(merged_into_id=target.id)
        .execution_options(synchronize_session=False)
    )
    first, second = sorted((source.id, target.id))
    alike = db.session.scalar(
        select(Likeness).where(Likeness.application_id == first, Likeness.other_id == second)
    )
    if alike is not None:
        with db.session.no_autoflush:  # state and person have to change together
            alike.state, alike.state_at, alike.settled_by = LikenessState.JOINED, at, actor.id


def _let_read(source: Application, target: Application, *, actor: User, at: datetime) -> None:
    own = {user.id for user in queries.applicants(target.id)}
    for user in queries.applicants(source.id):
        if user.id not in own:
            service.let_in(target, user, Capacity.PARTNER, Level.READ, actor=actor, at=at)


def _tell(source: Application, target: Application, *, at: datetime) -> None:
    may_read = {user.id for user in queries.applicants(target.id)}
    for user in queries.applicants(source.id):
        mail.queue(
            "application-merged", key=f"application-merged:{source.id}:{user.id}", to=user, at=at,
            application=source, target=target if user.id in may_read else None,
        )  # fmt: skip


def joined_with(user: User, application: Application) -> list[Application]:
    """List the applications that were joined with this one, and the one it was joined with, as seen."""
    linked = or_(Application.merged_into_id == application.id, Application.id == application.merged_into_id)
    return list(
        db.session.scalars(select(Application).where(linked, queries.seen(user)).order_by(Application.id))
    )
