"""Evaluations, grants and their reports, as the asking person may see them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from fundapp.accounts.models import User
from fundapp.applications.models import Application
from fundapp.applications.queries import seen
from fundapp.core.db import db
from fundapp.funds.models import Fund
from fundapp.funds.queries import OFFICE_ROLES
from fundapp.grants.models import Award
from fundapp.reports.models import (
    Evaluation,
    EvaluationRemark,
    EvaluationSection,
    EvaluationState,
    Snapshot,
)
from fundapp.rounds.models import Round

PAGE = 50


def evaluation_numbered(fund_id: int, number: int) -> Evaluation | None:
    """Find one evaluation of a fund by its number."""
    return db.session.scalar(
        select(Evaluation).where(Evaluation.fund_id == fund_id, Evaluation.number == number)
    )


def visible_evaluation(user: User, id: int) -> Evaluation | None:
    """Load an evaluation of a fund the person works at, or the one they were asked to judge."""
    return db.session.scalar(
        select(Evaluation)
        .where(
            Evaluation.id == id,
            or_(Evaluation.fund_id.in_(user.funds(*OFFICE_ROLES)), Evaluation.evaluator_id == user.id),
        )
        .options(
            joinedload(Evaluation.fund),
            joinedload(Evaluation.figures),
            joinedload(Evaluation.document),
            joinedload(Evaluation.evaluator),
            selectinload(Evaluation.texts),
            selectinload(Evaluation.remarks).joinedload(EvaluationRemark.author),
        )
    )


def evaluations_of(user: User) -> list[Row[Any]]:
    """List the evaluations the person may see, newest first."""
    return list(
        db.session.execute(
            select(
                Evaluation.id, Evaluation.number, Evaluation.title, Evaluation.state, Evaluation.from_on,
                Evaluation.until_on, Evaluation.signed_at, Evaluation.published_at, Evaluation.decision,
                Evaluation.decided_on, Evaluation.confirmed_by, Fund.name.label("fund_name"),
            )
            .join(Fund, Fund.id == Evaluation.fund_id)
            .where(
                or_(Evaluation.fund_id.in_(user.funds(*OFFICE_ROLES)), Evaluation.evaluator_id == user.id)
            )
            .order_by(Evaluation.made_at.desc(), Evaluation.id.desc())
            .limit(PAGE)
        )
    )  # fmt: skip


def is_evaluator(user: User) -> bool:
    """Tell whether a person was asked to judge an evaluation."""
    asked = select(Evaluation.id).where(Evaluation.evaluator_id == user.id).limit(1)
    return db.session.scalar(asked) is not None


def public_evaluation(fund_slug: str, number: int) -> Evaluation | None:
    """Load a published evaluation for everybody; a withdrawn one that was public, to say so."""
    return db.session.scalar(
        select(Evaluation)
        .join(Fund, Fund.id == Evaluation.fund_id)
        .where(
            Fund.slug == fund_slug,
            Evaluation.number == number,
            Evaluation.published_at.is_not(None),
            Evaluation.state.in_((EvaluationState.PUBLISHED, EvaluationState.WITHDRAWN)),
        )
        .options(joinedload(Evaluation.fund), joinedload(Evaluation.document))
    )


def published(fund_id: int | None = None) -> list[Row[Any]]:
    """List the published evaluations, newest first; of one fund, or of all."""
    found = (
        select(
            Evaluation.number, Evaluation.title, Evaluation.from_on, Evaluation.until_on,
            Evaluation.published_at, Evaluation.decision, Evaluation.decided_on, Evaluation.confirmed_by,
            Fund.slug.label("fund_slug"), Fund.name.label("fund_name"),
        )
        .join(Fund, Fund.id == Evaluation.fund_id)
        .where(Evaluation.state == EvaluationState.PUBLISHED)
        .order_by(Evaluation.published_at.desc())
    )  # fmt: skip
    return list(db.session.execute(found.where(Evaluation.fund_id == fund_id) if fund_id else found))


def sections_of(evaluation_id: int, key: str, language: str) -> Sequence[EvaluationSection]:
    """List the kept versions of one chapter in one language, newest first."""
    return db.session.scalars(
        select(EvaluationSection)
        .where(
            EvaluationSection.evaluation_id == evaluation_id,
            EvaluationSection.key == key,
            EvaluationSection.language == language,
        )
        .order_by(EvaluationSection.number.desc())
        .options(joinedload(EvaluationSection.author))
        .limit(PAGE)
    ).all()


def figures_before(evaluation: Evaluation) -> Snapshot | None:
    """Give the figures of the fund that were taken before those an evaluation counts with."""
    return db.session.scalar(
        select(Snapshot)
        .where(
            Snapshot.fund_id == evaluation.fund_id,
            Snapshot.kind == "fund",
            Snapshot.id < evaluation.figures_id,
        )
        .order_by(Snapshot.id.desc())
        .limit(1)
    )


# --- grants ----------------------------------------------------------------------------


def grant_by_code(code: str) -> Award | None:
    """Find a grant by the code of its application, or by its own number; without a person's filter."""
    by = Award.id == int(code) if code.isdigit() else Application.code == code
    return db.session.scalar(
        select(Award).join(Application, Application.id == Award.application_id).where(by)
    )


def visible_grant(user: User, id: int) -> Award | None:
    """Load a grant of a fund the person works at, unless a tie bars them from it."""
    whole = contains_eager(Award.application)
    return db.session.scalar(
        select(Award)
        .join(Award.application)
        .where(Award.id == id, Award.fund_id.in_(user.funds(*OFFICE_ROLES)), seen(user))
        .options(
            whole.joinedload(Application.fund),
            whole.selectinload(Application.conflicts),
            whole.selectinload(Application.access),
        )
    )


def grants_with_reports(user: User) -> list[Row[Any]]:
    """List the grants the person may see with their newest evaluation, newest grant first."""
    newest = select(func.max(Snapshot.id)).where(Snapshot.award_id == Award.id, Snapshot.kind == "grant")
    made = aliased(Snapshot)
    return list(
        db.session.execute(
            select(
                Award.id, Award.state, Application.code, Application.title, Round.name.label("round_name"),
                made.id.label("snapshot_id"), made.made_at,
            )
            .join(Application, Application.id == Award.application_id)
            .join(Round, Round.id == Award.round_id)
            .outerjoin(made, made.id == newest.scalar_subquery())
            .where(Award.fund_id.in_(user.funds(*OFFICE_ROLES)), Round.is_trial.is_(False), seen(user))
            .order_by(Award.id.desc())
            .limit(PAGE)
        )
    )  # fmt: skip
