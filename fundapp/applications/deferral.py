"""Moving an application to the next call: a successor there, linked, with the same text and people."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import or_, select

from fundapp.accounts.models import User
from fundapp.applications import attachments, clock_stops, codes, queries, service, versions
from fundapp.applications.models import (
    APPLICANTS,
    Access,
    Answer,
    Application,
    ApplicationState,
    Partner,
    VersionReason,
)
from fundapp.applications.workflow import workflow
from fundapp.core import audit, mail
from fundapp.core.db import db, locked
from fundapp.core.refusals import Refusal
from fundapp.rounds.fields import FieldType
from fundapp.rounds.models import Round, RoundState, Stage


def next_rounds(application: Application, at: datetime) -> list[Round]:
    """List the calls an application can be moved to: open or to come, of its fund; the soonest first."""
    return list(
        db.session.scalars(
            select(Round)
            .join(Stage, (Stage.round_id == Round.id) & (Stage.number == 1))
            .where(
                Round.fund_id == application.fund_id,
                Round.id != application.round_id,
                Round.state == RoundState.PUBLISHED,
                Round.is_trial == application.round.is_trial,
                or_(Stage.closes_at.is_(None), Stage.closes_at > at),
            )
            .order_by(Stage.closes_at.is_(None), Stage.closes_at, Round.id)
        )
    )


def defer(application: Application, to: Round, *, reason: str, actor: User, at: datetime) -> Application:
    """Move an application to a later call, with a reason; give its successor there.

    Where the text already answers the form of that call, the successor counts as sent in and gets its
    own code; else it is a draft that the applicant completes. Reviews are released, the applicants get a
    mail. Raises Refusal (that call takes none) and MoveRefused.
    """
    held = locked(Application, application.id)
    if to.id not in {round.id for round in next_rounds(held, at)}:
        raise Refusal(_("Choose a call of this fund that still takes proposals."))
    clock_stops.run("defer", held, actor=actor, at=at, note=reason)
    service.leave(held, actor=actor, at=at)
    made = _successor(held, to, actor=actor, at=at)
    _tell(held, made, reason, at=at)
    return made


def _successor(held: Application, to: Round, *, actor: User, at: datetime) -> Application:
    made = Application(
        fund_id=to.fund_id, round_id=to.id, stage_id=to.stage.id, state_at=at, party_id=held.party_id,
        title=held.title, applicant_name=held.applicant_name, theme=held.theme, lead_id=held.lead_id,
        previous_id=held.id, created_at=at, saved_at=at,
    )  # fmt: skip
    db.session.add(made)
    audit.record("start", made, actor=actor, at=at, detail={"previous": held.id})
    given = _fitting(held, made, actor=actor, at=at)
    db.session.add_all(
        Answer(application_id=made.id, field=key, value={"v": value}, saved_at=at)
        for key, value in given.items()
    )
    _bring_people(held, made, actor=actor, at=at)
    versions.copy_out(made, given)
    if not versions.faults(made, given):
        made.code, made.submitted_at = codes.next_code(made.fund, made.stage, at=at), at
        version = versions.make(made, given, VersionReason.SUBMITTED, actor=actor, at=at)
        detail = {"version": version.number, "code": made.code}
        workflow.make("carry_over", made, actor=actor, at=at, detail=detail)
    return made


def _fitting(held: Application, made: Application, *, actor: User, at: datetime) -> dict[str, Any]:
    """Keep what the form of the other call asks as well; agreements only where it is the same form."""
    current = held.current
    given = current.answers if current is not None else {}
    before = versions.form_of(current.form if current is not None else held.stage.form)
    is_same = held.stage.form.definition == made.stage.form.definition
    kept = {}
    for field in versions.form_of(made.stage.form).fields:
        value, known = given.get(field.key), before.field(field.key)
        if value is None or known is None or known.type is not field.type:
            continue
        if field.type is FieldType.FILE:
            kept[field.key] = attachments.copied(held, made, value, actor=actor, at=at)
        elif is_same or field.type is not FieldType.CONSENT:
            kept[field.key] = value
    return kept


def _bring_people(held: Application, made: Application, *, actor: User, at: datetime) -> None:
    live = select(Access).where(
        Access.application_id == held.id, Access.ended_at.is_(None), Access.capacity.in_(APPLICANTS)
    )
    for access in db.session.scalars(live.order_by(Access.id)):
        service.let_in(made, access.user, access.capacity, access.level, actor=actor, at=at)
    partners = select(Partner).where(Partner.application_id == held.id, Partner.ended_at.is_(None))
    db.session.add_all(
        Partner(
            application_id=made.id, fund_id=made.fund_id, name=one.name, role=one.role, country=one.country,
            registration=one.registration, party_id=one.party_id, added_at=at,
        )
        for one in db.session.scalars(partners)
    )  # fmt: skip
    db.session.expire(made, ["access"])


def _tell(held: Application, made: Application, reason: str, *, at: datetime) -> None:
    for user in queries.applicants(held.id):
        mail.queue(
            "application-deferred", key=f"application-deferred:{held.id}:{user.id}", to=user, at=at,
            application=held, successor=made, round=made.round, reason=reason,
            is_sent=made.state is ApplicationState.SUBMITTED, closes_at=made.stage.closes_at,
        )  # fmt: skip


def overturn(application: Application, *, reason: str, actor: User, at: datetime) -> None:
    """Take up again what was declined or not eligible, because an objection was right: back into review.

    Raises MoveRefused (another state, no reason).
    """
    workflow.make("overturn", locked(Application, application.id), actor=actor, at=at, note=reason)


def successor(application_id: int) -> Application | None:
    """Find the application that took the place of a deferred one."""
    return db.session.scalar(
        select(Application).where(Application.previous_id == application_id).order_by(Application.id).limit(1)
    )
