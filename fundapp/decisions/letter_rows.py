"""Letters as the office may see them, and the one an applicant gets."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import joinedload, lazyload

from fundapp.accounts.models import RoleName, User
from fundapp.applications.models import Application
from fundapp.applications.queries import mine, seen
from fundapp.core.db import db
from fundapp.decisions.models import Decision, DecisionState, Letter, LetterState
from fundapp.rounds.models import Round

OUT = (DecisionState.APPROVED, DecisionState.RELEASED, DecisionState.SUPERSEDED)
"""Letters exist from the approval on; a decision that was taken back has none that count."""
PAGE = 50


def of_decision(decision: Decision) -> list[Letter]:
    """Load the letters of a decision, the owner's first."""
    return list(
        db.session.scalars(
            select(Letter)
            .where(Letter.decision_id == decision.id)
            .options(joinedload(Letter.to).lazyload(User.roles))
            .order_by(Letter.id)
        )
    )


def _office(user: User) -> ColumnElement[bool]:
    return and_(
        Letter.fund_id.in_(user.funds(RoleName.MANAGER, RoleName.AUDITOR)),
        Decision.state.in_(OUT),
        seen(user),
    )


def office_letter(user: User, id: int) -> Letter | None:
    """Load one letter for the office, within what the person sees."""
    return db.session.scalar(
        select(Letter)
        .join(Decision, Decision.id == Letter.decision_id)
        .join(Application, Application.id == Letter.application_id)
        .where(Letter.id == id, _office(user))
        .options(
            joinedload(Letter.application).joinedload(Application.round).joinedload(Round.fund),
            joinedload(Letter.application).joinedload(Application.fund),
            joinedload(Letter.decision).joinedload(Decision.application),
            joinedload(Letter.to).lazyload(User.roles),
            joinedload(Letter.editor).lazyload(User.roles),
            joinedload(Letter.reader).lazyload(User.roles),
        )
    )


def outbox(user: User, round: Round, *, state: LetterState | None, page: int) -> tuple[Sequence[Any], bool]:
    """List the letters of a round, fifty a page, in the order of the codes; give also whether more follow."""
    rows = db.session.execute(
        _listed(user, round, state)
        .order_by(Application.code, Letter.id)
        .limit(PAGE + 1)
        .offset(PAGE * (page - 1))
    ).all()
    return rows[:PAGE], len(rows) > PAGE


def _listed(user: User, round: Round, state: LetterState | None) -> Any:
    listed = (
        select(
            Letter.id, Letter.state, Letter.subject, Letter.body, Letter.language, Letter.row_version,
            Letter.edited_by, Letter.read_by, Letter.read_at, Letter.sent_at, Letter.sha256, User.name,
            User.email, Application.code, Application.title, Decision.id.label("decision_id"),
            Decision.outcome, Decision.amount_cents,
        )
        .join(Decision, Decision.id == Letter.decision_id)
        .join(Application, Application.id == Letter.application_id)
        .join(User, User.id == Letter.user_id)
        .where(Decision.round_id == round.id, _office(user))
    )  # fmt: skip
    return listed.where(Letter.state == state) if state else listed


def counts(user: User, round: Round) -> dict[LetterState, int]:
    """Count the letters of a round by state."""
    rows = db.session.execute(
        select(Letter.state, func.count(Letter.id))
        .join(Decision, Decision.id == Letter.decision_id)
        .join(Application, Application.id == Letter.application_id)
        .where(Decision.round_id == round.id, _office(user))
        .group_by(Letter.state)
    )
    return {row.state: row[1] for row in rows}


def names(ids: set[int]) -> dict[int, str]:
    """Give the names of people by id."""
    if not ids:
        return {}
    return {
        row.id: row.name for row in db.session.execute(select(User.id, User.name).where(User.id.in_(ids)))
    }


def ticked(user: User, round: Round, ids: Sequence[int]) -> list[Letter]:
    """Load letters of a round by id, as far as the person sees them, with what the rules ask."""
    return list(
        db.session.scalars(
            select(Letter)
            .join(Decision, Decision.id == Letter.decision_id)
            .join(Application, Application.id == Letter.application_id)
            .where(Letter.id.in_(ids), Decision.round_id == round.id, _office(user))
            .options(joinedload(Letter.application))
            .order_by(Letter.id)
        )
    )


def own_letter(user: User, id: int) -> Letter | None:
    """Load a letter that was sent, for the person who applies: their own copy, or that of a co-applicant."""
    return db.session.scalar(
        select(Letter)
        .join(Application, Application.id == Letter.application_id)
        .where(Letter.id == id, Letter.state == LetterState.SENT, mine(user))
        .options(joinedload(Letter.to).lazyload(User.roles))
    )


def sent_to(user: User, application: Application) -> Sequence[Any]:
    """List the decision letters a person got about an application, the newest first."""
    return db.session.execute(
        select(Letter.id, Letter.subject, Letter.sent_at, Letter.object_by_on, Letter.decision_id)
        .where(
            Letter.application_id == application.id,
            Letter.user_id == user.id,
            Letter.state == LetterState.SENT,
        )
        .order_by(Letter.sent_at.desc())
    ).all()


def sent_about(application: Application) -> Sequence[Any]:
    """List the decision letters about an application, for the dossier; the caller asked who may read it."""
    return db.session.execute(
        select(Letter.id, Letter.subject, Letter.sent_at, Letter.sha256, User.name)
        .join(User, User.id == Letter.user_id)
        .where(Letter.application_id == application.id, Letter.state == LetterState.SENT)
        .order_by(Letter.sent_at.desc(), Letter.id)
    ).all()


def unprinted(most: int) -> list[Letter]:
    """Load letters that went out and are not on paper yet."""
    return list(
        db.session.scalars(
            select(Letter)
            .where(Letter.state == LetterState.SENT, Letter.file_id.is_(None))
            .options(joinedload(Letter.to).options(lazyload(User.roles)))
            .order_by(Letter.id)
            .limit(most)
        )
    )
