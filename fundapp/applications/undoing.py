"""Taking back what was done to many applications: for a while, and only where nothing came after it."""

from collections.abc import Callable
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from fundapp.accounts.models import User
from fundapp.applications import clock_stops, tags, threads
from fundapp.applications.models import (
    Application,
    ApplicationState,
    Flag,
    ReplyDraft,
    Step,
    StepKind,
    StepRow,
    Tag,
    Thread,
    ThreadKind,
    ThreadState,
)
from fundapp.applications.rules import staff
from fundapp.applications.steps import applications
from fundapp.applications.workflow import workflow
from fundapp.core import audit, mail
from fundapp.core.audit import AuditEvent
from fundapp.core.db import db
from fundapp.core.refusals import MoveRefused

K = StepKind


def own_step(user: User, id: int) -> Step | None:
    """Load a step that the person took."""
    return db.session.scalar(
        select(Step).where(Step.id == id, Step.actor_id == user.id).options(selectinload(Step.rows))
    )


def can_undo(step: Step, at: datetime) -> bool:
    """Tell whether a step can still be taken back."""
    return step.undone_at is None and at <= step.undo_until_at


def undo(step: Step, *, actor: User, at: datetime) -> list[Application]:
    """Take a step back and give those that stay as they are: something has happened since.

    Raises MoveRefused (not one's own, too late, done before).
    """
    if step.actor_id != actor.id or not can_undo(step, at):
        raise MoveRefused(_("This can't be taken back any more."))
    rows = {row.id: row for row in applications(actor, [one.application_id for one in step.rows])}
    moved = _moved_since(step) if step.kind is K.ADMIT else set()
    kept = []
    for part in step.rows:
        application = rows.get(part.application_id)
        if application is None or not staff(actor, application):
            continue
        if application.id in moved or not UNDOING[step.kind](application, step, part, actor, at):
            kept.append(application)
        else:
            part.is_undone = True
    step.undone_at = at
    return kept


def _moved_since(step: Step) -> set[int]:
    """Find the applications with which anything was done after they were taken into review by the step."""
    ids = [part.application_id for part in step.rows]
    admitted = (
        select(AuditEvent.application_id, func.max(AuditEvent.id).label("id"))
        .where(AuditEvent.application_id.in_(ids), AuditEvent.verb == "admit")
        .group_by(AuditEvent.application_id)
        .subquery()
    )
    later = select(AuditEvent.application_id).join(
        admitted,
        (admitted.c.application_id == AuditEvent.application_id) & (AuditEvent.id > admitted.c.id),
    )
    return {id for id in db.session.scalars(later) if id is not None}


def _put_back(row: Application, step: Step, part: StepRow, actor: User, at: datetime) -> bool:
    if row.state is not ApplicationState.IN_REVIEW:
        return False
    workflow.make("put_back", row, actor=actor, at=at, detail={"step": step.id})
    return True


def _unask(row: Application, step: Step, part: StepRow, actor: User, at: datetime) -> bool:
    """Ask nothing after all: nobody was told yet, and the clock goes on as if it had never stood still."""
    thread = db.session.scalar(
        select(Thread).where(
            Thread.application_id == row.id,
            Thread.kind == ThreadKind.COMPLETION,
            Thread.state == ThreadState.OPEN,
            Thread.state_at == step.at,
        )
    )
    if thread is None or row.state is not ApplicationState.INCOMPLETE or _is_answering(thread):
        return False
    clock_stops.run("drop_completion", row, actor=actor, at=at)
    row.clock_stopped_s = part.before["stopped_s"]
    threads.close(thread, actor=actor, at=at)
    for message in thread.messages:
        mail.take_back(f"message:{message.id}:")
    return True


def _is_answering(thread: Thread) -> bool:
    """Tell whether an applicant read it on their page and began to answer."""
    writing = select(ReplyDraft.thread_id).where(ReplyDraft.thread_id == thread.id).limit(1)
    return len(thread.messages) > 1 or db.session.scalar(writing) is not None


def _give_lead_back(row: Application, step: Step, part: StepRow, actor: User, at: datetime) -> bool:
    if row.lead_id != step.value["lead"]:
        return False
    row.lead_id = part.before["lead"]
    detail = {"theme": row.theme, "lead": row.lead_id, "step": step.id}
    audit.record("file_under", row, actor=actor, at=at, detail=detail)
    return True


def _retag(row: Application, step: Step, part: StepRow, actor: User, at: datetime) -> bool:
    tag = db.session.get(Tag, step.value["tag"])
    if tag is None:  # joined with another since
        return False
    change = tags.take_off if step.kind is K.TAG else tags.add
    return change(row, tag, actor=actor, at=at)


def _flag_again(row: Application, step: Step, part: StepRow, actor: User, at: datetime) -> bool:
    if (tags.flag_on(row.id) is not None) is not (step.kind is K.FLAG):
        return False
    if step.kind is K.FLAG:
        tags.lower_flag(row, actor=actor, at=at)
        return True
    db.session.add(
        Flag(
            application_id=row.id, fund_id=row.fund_id, reason=part.before["reason"],
            raised_by=part.before["by"], raised_at=datetime.fromisoformat(part.before["at"]),
        )
    )  # fmt: skip
    audit.record("flag", row, actor=actor, at=at, detail={"step": step.id})
    return True


UNDOING: dict[StepKind, Callable[[Application, Step, StepRow, User, datetime], bool]] = {
    K.ADMIT: _put_back, K.LEAD: _give_lead_back, K.TAG: _retag, K.UNTAG: _retag, K.FLAG: _flag_again,
    K.UNFLAG: _flag_again, K.COMPLETION: _unask,
}  # fmt: skip
