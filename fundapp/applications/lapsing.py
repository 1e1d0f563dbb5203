"""Invitations that nobody used: they lapse when the deadline is over, and can be given again."""

from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload

from fundapp.accounts.models import User
from fundapp.applications import queries, questions
from fundapp.applications.models import Application, ApplicationState
from fundapp.applications.workflow import workflow
from fundapp.core import mail
from fundapp.core.db import db, locked
from fundapp.rounds import service as rounds
from fundapp.rounds.models import Round, RoundState, Stage

S = ApplicationState
AT_ONCE = 200


def lapse(at: datetime) -> int:
    """End the invitations for which nothing came before the deadline; give how many.

    Grace and a longer term of their own count. Idempotent; a few hundred at a time. What was written for
    the next stage is kept.
    """
    done = 0
    for found in _over(at):
        held = locked(Application, found.id)
        if held.state is S.INVITED and not _runs(held, at):
            workflow.make("run_out", held, actor=None, at=at)
            questions.cease(held, at=at)
            _tell(held, at)
            done += 1
    return done


def _over(at: datetime) -> list[Application]:
    return list(
        db.session.scalars(
            select(Application)
            .join(Stage, Stage.id == Application.stage_id)
            .join(Round, Round.id == Application.round_id)
            .where(
                Application.state == S.INVITED,
                Round.state != RoundState.CANCELLED,
                Stage.closes_at <= at,
                _has_no_term(at),
            )
            .options(
                joinedload(Application.stage), joinedload(Application.round), joinedload(Application.fund)
            )
            .order_by(Application.id)
            .limit(AT_ONCE)
        )
    )


def _has_no_term(at: datetime) -> ColumnElement[bool]:
    return or_(Application.extended_until_at.is_(None), Application.extended_until_at <= at)


def _runs(application: Application, at: datetime) -> bool:
    """Tell whether a full proposal can still come, or will be able to: the stage may not have begun."""
    stage, own = application.stage, application.extended_until_at
    return at < stage.opens_at or stage.is_open(at, own)


def _tell(application: Application, at: datetime) -> None:
    ends_at = application.ends_at
    assert ends_at is not None  # noqa: S101 - an invitation without an end never lapses
    for reader in queries.applicants(application.id):
        mail.queue(
            "invitation-lapsed",
            key=f"invitation-lapsed:{application.id}:{reader.id}:{ends_at.isoformat()}",
            to=reader,
            at=at,
            application=application,
            round=application.round,
            title=application.title,
            ends_at=ends_at,
        )


def revive(application: Application, *, reason: str, actor: User | None, at: datetime) -> None:
    """Give an invitation again that had lapsed. Raises MoveRefused, and Refusal without a reason."""
    workflow.make("revive", application, actor=actor, at=at, note=reason)


def _reopened(round: Round, at: datetime, note: str) -> None:
    """Give back what lapsed when the stage it was for opens again."""
    lapsed = select(Application).where(
        Application.round_id == round.id,
        Application.stage_id == round.stages[-1].id,
        Application.state == S.LAPSED,
    )
    for application in db.session.scalars(lapsed.order_by(Application.id)):
        revive(application, reason=note, actor=None, at=at)


rounds.AFTER["reopen"].insert(0, _reopened)  # before those who write are told
