"""Decisions as the office may see them, and, once released, the one an applicant reads."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased, joinedload

from fundapp.accounts.models import RoleName, User
from fundapp.applications.models import Application, ApplicationState
from fundapp.applications.queries import seen
from fundapp.core.approvals import Approval
from fundapp.core.db import db
from fundapp.decisions.models import Decision, DecisionState
from fundapp.rounds.models import Round, Stage

LIVE = (ApplicationState.SUBMITTED, ApplicationState.INCOMPLETE, ApplicationState.IN_REVIEW)
"""Applications that wait for an outcome."""

OPEN = (DecisionState.PROPOSED, DecisionState.APPROVED)
"""Decisions under way: nobody outside knows of them."""


def office_decision(user: User, id: int) -> Decision | None:
    """Load one decision for the office, within what the person sees."""
    return db.session.scalar(
        select(Decision)
        .join(Application, Application.id == Decision.application_id)
        .where(
            Decision.id == id,
            Decision.fund_id.in_(user.funds(RoleName.MANAGER, RoleName.AUDITOR)),
            seen(user),
        )
        .options(
            joinedload(Decision.application).joinedload(Application.round).joinedload(Round.fund),
        )
    )


def office_application(user: User, id: int) -> Application | None:
    """Load an application of a fund the person manages or audits, to be decided about."""
    found = db.session.scalars(
        select(Application)
        .where(
            Application.id == id,
            Application.fund_id.in_(user.funds(RoleName.MANAGER, RoleName.AUDITOR)),
            seen(user),
        )
        .options(
            joinedload(Application.round).joinedload(Round.fund),
            joinedload(Application.stage),
            joinedload(Application.access),
        )
    )
    return found.unique().one_or_none()


def live_decision(application: Application) -> Decision | None:
    """Find the decision of an application at its present stage that was not replaced."""
    return db.session.scalar(
        select(Decision).where(
            Decision.application_id == application.id,
            Decision.stage_id == application.stage_id,
            Decision.state != DecisionState.SUPERSEDED,
        )
    )


def has_next_stage(application: Application) -> bool:
    """Tell whether its round asks something more after the application's present stage."""
    later = (
        select(Stage.id)
        .where(Stage.round_id == application.round_id, Stage.number > application.stage.number)
        .limit(1)
    )
    return db.session.scalar(later) is not None


def highest_number(application: Application) -> int:
    """Give the number of the last decision at the application's present stage; 0 for none."""
    found = db.session.scalar(
        select(func.max(Decision.number)).where(
            Decision.application_id == application.id, Decision.stage_id == application.stage_id
        )
    )
    return found or 0


def released_decision(application: Application) -> Decision | None:
    """Find what an applicant may know: the last decision that was released, even if another is prepared."""
    return db.session.scalar(
        select(Decision)
        .where(Decision.application_id == application.id, Decision.released_at.is_not(None))
        .order_by(Decision.released_at.desc(), Decision.id.desc())
        .limit(1)
    )


def dossier_row(user: User, application: Application) -> Any:
    """Give the live decision of an application with names and the number of approvals, as one plain row."""
    proposer, approver, releaser = aliased(User), aliased(User), aliased(User)
    return db.session.execute(
        select(
            Decision.id, Decision.outcome, Decision.amount_cents, Decision.state, Decision.internal,
            Decision.proposed_by, Decision.proposed_at, Decision.approved_at, Decision.released_at,
            proposer.name.label("proposer"), approver.name.label("approver"), releaser.name.label("releaser"),
            _approvals().label("approvals"),
        )
        .join(Application, Application.id == Decision.application_id)
        .outerjoin(proposer, proposer.id == Decision.proposed_by)
        .outerjoin(approver, approver.id == Decision.approved_by)
        .outerjoin(releaser, releaser.id == Decision.released_by)
        .where(
            Decision.application_id == application.id,
            Decision.stage_id == application.stage_id,
            Decision.state != DecisionState.SUPERSEDED,
            Decision.fund_id.in_(user.funds(RoleName.MANAGER, RoleName.AUDITOR)),
            seen(user),
        )
    ).first()  # fmt: skip


def _approvals() -> Any:
    """Count the yeses to exactly what the decision says now."""
    return (
        select(func.count(Approval.id))
        .where(
            Approval.subject_type == Decision.__tablename__,
            Approval.subject_id == Decision.id,
            Approval.digest == Decision.digest,
            Approval.answer == "yes",
        )
        .correlate(Decision)
        .scalar_subquery()
    )


def approvers(decision: Decision) -> Sequence[Any]:
    """List who said yes to exactly what the decision says now: rows (user_id, name, at)."""
    return db.session.execute(
        select(Approval.user_id, User.name, Approval.at)
        .join(User, User.id == Approval.user_id)
        .where(
            Approval.subject_type == Decision.__tablename__,
            Approval.subject_id == decision.id,
            Approval.digest == decision.digest,
            Approval.answer == "yes",
        )
        .order_by(Approval.id)
    ).all()


# --- a round -------------------------------------------------------------------


def decisions_in(user: User, round: Round) -> dict[int, Any]:
    """Give the live decisions of a round by application id, as plain rows."""
    proposer = aliased(User)
    rows = db.session.execute(
        select(
            Decision.id, Decision.application_id, Decision.outcome, Decision.amount_cents, Decision.state,
            Decision.digest, Decision.reasons, Decision.reserve_place, Decision.embargo_until_at,
            Decision.row_version, Decision.proposed_by, proposer.name.label("proposer"),
            _approvals().label("approvals"),
        )
        .join(Application, Application.id == Decision.application_id)
        .outerjoin(proposer, proposer.id == Decision.proposed_by)
        .where(Decision.round_id == round.id, Decision.state != DecisionState.SUPERSEDED, seen(user))
    )  # fmt: skip
    return {row.application_id: row for row in rows}


def not_admitted(user: User, round: Round) -> Sequence[Any]:
    """List the applications of a round that are not in review, or not eligible, as plain rows."""
    states = (ApplicationState.SUBMITTED, ApplicationState.INCOMPLETE, ApplicationState.INELIGIBLE)
    return db.session.execute(
        select(
            Application.id,
            Application.code,
            Application.title,
            Application.applicant_name,
            Application.state,
            Application.requested_cents,
        )
        .where(Application.round_id == round.id, Application.state.in_(states), seen(user))
        .order_by(Application.code)
    ).all()


def undecided_count(round: Round) -> int:
    """Count the live applications of a round that have no approved decision, whoever may see them."""
    approved = select(Decision.application_id).where(
        Decision.round_id == round.id, Decision.state == DecisionState.APPROVED
    )
    found = db.session.scalar(
        select(func.count(Application.id)).where(
            Application.round_id == round.id, Application.state.in_(LIVE), Application.id.not_in(approved)
        )
    )
    return found or 0


def under_way(round: Round) -> list[Decision]:
    """Load what is proposed or approved in a round, held until the transaction ends."""
    return list(
        db.session.scalars(
            select(Decision)
            .where(Decision.round_id == round.id, Decision.state.in_(OPEN))
            .order_by(Decision.id)
            .with_for_update(key_share=True)
            .options(joinedload(Decision.application, innerjoin=True))
        )
    )


def embargo_of(round: Round) -> datetime | None:
    """Give the last instant until which a decision of a round is under embargo."""
    return db.session.scalar(
        select(func.max(Decision.embargo_until_at)).where(
            Decision.round_id == round.id, Decision.state.in_(OPEN)
        )
    )


def approved_in(round: Round) -> list[Decision]:
    """Load the approved decisions of a round in the order of the codes, whoever may see them."""
    return list(
        db.session.scalars(
            select(Decision)
            .join(Application, Application.id == Decision.application_id)
            .where(Decision.round_id == round.id, Decision.state == DecisionState.APPROVED)
            .order_by(Application.code)
            .options(joinedload(Decision.application))
        )
    )
