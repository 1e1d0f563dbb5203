"""What a changed form means for the proposals of its round: who is told what, whose answers are left."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from fundapp.applications.models import Answer, Application, ApplicationState
from fundapp.core.audit import AuditEvent
from fundapp.core.db import db

S = ApplicationState


@dataclass(frozen=True)
class Change:
    """When the form of a proposal was changed after it was begun, and the reason that was given."""

    at: datetime
    reason: str


def since_begun(application: Application) -> Change | None:
    """Give the last change of the form that came after this proposal was begun."""
    if application.stage.form.number == 1:
        return None
    event = db.session.scalar(
        select(AuditEvent)
        .where(
            AuditEvent.subject_type == "round",
            AuditEvent.subject_id == application.round_id,
            AuditEvent.verb == "change_form",
            AuditEvent.at > application.created_at,
        )
        .order_by(AuditEvent.id.desc())
        .limit(1)
    )
    return Change(event.at, event.note or "") if event else None


@dataclass(frozen=True)
class Numbers:
    """How many proposals of a stage a changed form meets. orphans: with an answer nobody asks for now."""

    drafts: int
    sent: int
    orphans: int


def numbers(stage_id: int, retired: Collection[str]) -> Numbers:
    """Count the drafts and the sent proposals of a stage, and those that answer a retired question."""
    here = (Application.stage_id == stage_id, Application.state.not_in([S.WITHDRAWN]))
    is_draft = Application.state == S.DRAFT
    drafts, every = db.session.execute(
        select(func.count(Application.id).filter(is_draft), func.count(Application.id)).where(*here)
    ).one()
    orphans = db.session.scalar(
        select(func.count(func.distinct(Answer.application_id)))
        .join(Application, Application.id == Answer.application_id)
        .where(*here, Answer.field.in_(retired))
    )
    return Numbers(drafts, every - drafts, orphans or 0)
