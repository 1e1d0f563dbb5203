"""Appeals as the office may see them, and the applicant's own."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import joinedload

from fundapp.accounts.models import Role, RoleName, User
from fundapp.applications.models import Application
from fundapp.applications.queries import mine, seen
from fundapp.core.db import db
from fundapp.decisions.models import Appeal, AppealState, Decision
from fundapp.rounds.models import Round

OPEN = (AppealState.RECEIVED, AppealState.IN_HAND, AppealState.PROPOSED)


def live_appeal(decision: Decision) -> Appeal | None:
    """Find the appeal against a decision that was not taken back."""
    return db.session.scalar(
        select(Appeal).where(Appeal.decision_id == decision.id, Appeal.state != AppealState.WITHDRAWN)
    )


def own_appeal(user: User, id: int) -> Appeal | None:
    """Load an appeal through the applicants' door."""
    return db.session.scalar(
        select(Appeal)
        .join(Application, Application.id == Appeal.application_id)
        .where(Appeal.id == id, mine(user))
        .options(joinedload(Appeal.application).joinedload(Application.fund), joinedload(Appeal.decision))
    )


def own_appeals(application: Application) -> list[Appeal]:
    """Load what an applicant asked or objected to about an application, the newest first."""
    return list(
        db.session.scalars(
            select(Appeal).where(Appeal.application_id == application.id).order_by(Appeal.id.desc())
        )
    )


def _office(user: User) -> ColumnElement[bool]:
    return and_(
        Appeal.fund_id.in_(user.funds(RoleName.MANAGER, RoleName.AUDITOR)),
        Appeal.state != AppealState.DRAFT,
        Appeal.received_at.is_not(None),
        seen(user),
    )


def office_appeal(user: User, id: int) -> Appeal | None:
    """Load an appeal for the office, within what the person sees; drafts are the applicant's."""
    return db.session.scalar(
        select(Appeal)
        .join(Application, Application.id == Appeal.application_id)
        .where(Appeal.id == id, _office(user))
        .options(
            joinedload(Appeal.application).joinedload(Application.round).joinedload(Round.fund),
            joinedload(Appeal.application).joinedload(Application.fund),
            joinedload(Appeal.decision),
            joinedload(Appeal.author).lazyload(User.roles),
            joinedload(Appeal.handler).lazyload(User.roles),
            joinedload(Appeal.answerer).lazyload(User.roles),
            joinedload(Appeal.agreer).lazyload(User.roles),
        )
    )


def appeals_in(user: User, round: Round) -> Sequence[Any]:
    """List the appeals of a round, what is due first on top, as plain rows."""
    return db.session.execute(
        select(
            Appeal.id, Appeal.kind, Appeal.state, Appeal.received_at, Appeal.due_on, Appeal.is_late,
            Appeal.extended_at, Appeal.answered_at, Application.code, Application.title,
            Application.applicant_name, User.name.label("handler"),
        )
        .join(Application, Application.id == Appeal.application_id)
        .outerjoin(User, User.id == Appeal.handler_id)
        .where(Appeal.round_id == round.id, _office(user))
        .order_by(Appeal.state.not_in(OPEN), Appeal.due_on, Appeal.id)
    ).all()  # fmt: skip


def managers(fund_id: int) -> list[User]:
    """List the managers of a fund, with the roles that rules ask for."""
    held = select(Role.user_id).where(
        Role.fund_id == fund_id, Role.name == RoleName.MANAGER, Role.ended_at.is_(None)
    )
    return list(db.session.scalars(select(User).where(User.id.in_(held)).order_by(User.id)))
