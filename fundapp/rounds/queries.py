"""Rounds, as the public and the office may see them."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from fundapp.accounts.models import User
from fundapp.core.db import db
from fundapp.funds.models import Fund
from fundapp.funds.queries import OFFICE_ROLES
from fundapp.rounds.models import Criterion, Form, Round, RoundState, Rubric, Stage

HIDDEN = (RoundState.DRAFT, RoundState.ARCHIVED)
MOST = 200
"""More rounds than this at one fund is another century."""


def _whole() -> Select[Round]:
    """Select rounds with their fund and stages, in two queries however many there are."""
    return (
        select(Round)
        .join(Round.fund)
        .options(
            contains_eager(Round.fund),
            selectinload(Round.stages).options(joinedload(Stage.form), joinedload(Stage.rubric)),
        )
    )


def office_round(user: User, id: int) -> Round | None:
    """Load a round of a fund the person works at."""
    return db.session.scalar(_whole().where(Round.id == id, Round.fund_id.in_(user.funds(*OFFICE_ROLES))))


def office_rounds(user: User) -> list[Row[Any]]:
    """List the rounds of the funds the person works at as plain rows, newest first."""
    return list(
        db.session.execute(
            select(
                Round.id, Round.slug, Round.name, Round.state, Round.budget_cents, Round.decide_by_on,
                Round.is_trial,
                Stage.opens_at, Stage.closes_at, Stage.reviews_due_at,
                Fund.name.label("fund_name"), Fund.currency, Fund.zone,
            )
            .join(Fund, Fund.id == Round.fund_id)
            .join(Stage, (Stage.round_id == Round.id) & (Stage.number == 1))
            .where(Round.fund_id.in_(user.funds(*OFFICE_ROLES)))
            .order_by(Stage.opens_at.desc(), Round.id.desc())
            .limit(MOST)
        )
    )  # fmt: skip


def open_rounds(at: datetime) -> list[Round]:
    """List what takes proposals at this instant, the first to close first; trial rounds left out."""
    found = db.session.scalars(
        _whole()
        .join(Stage, (Stage.round_id == Round.id) & (Stage.number == 1))
        .where(
            Round.state == RoundState.PUBLISHED,
            Round.is_trial.is_(False),
            Stage.opens_at <= at,
        )
        .order_by(Stage.closes_at.is_(None), Stage.closes_at, Round.id)
    )
    return [round for round in found if round.opens_for(at)]


def public_rounds(at: datetime) -> list[Round]:
    """List every round that was ever published, the newest first; trial rounds left out."""
    return list(
        db.session.scalars(
            _whole()
            .join(Stage, (Stage.round_id == Round.id) & (Stage.number == 1))
            .where(Round.state.not_in(HIDDEN), Round.is_trial.is_(False))
            .order_by(Stage.opens_at.desc(), Round.id.desc())
            .limit(MOST)
        )
    )


def public_round(fund_slug: str, round_slug: str) -> Round | None:
    """Find a published round by the slugs in its address, archived ones too."""
    return db.session.scalar(
        _whole().where(Fund.slug == fund_slug, Round.slug == round_slug, Round.state != RoundState.DRAFT)
    )


def find_round(text: str) -> Round | None:
    """Find a round by slug, or by fund/slug where two funds use the same; None when not exactly one."""
    fund_slug, _slash, slug = text.rpartition("/")
    wanted = _whole().where(Round.slug == slug)
    if fund_slug:
        wanted = wanted.where(Fund.slug == fund_slug)
    found = db.session.scalars(wanted.limit(2)).all()
    return found[0] if len(found) == 1 else None


def slug_taken(fund_id: int, slug: str, but: int | None = None) -> bool:
    """Tell whether another round of the fund has this slug."""
    taken = select(Round.id).where(Round.fund_id == fund_id, Round.slug == slug, Round.id != (but or 0))
    return db.session.scalar(taken.limit(1)) is not None


def past_closing(at: datetime) -> list[Round]:
    """List the published rounds that are over, grace included."""
    found = db.session.scalars(
        _whole()
        .join(Stage, Stage.round_id == Round.id)
        .where(Round.state == RoundState.PUBLISHED, Stage.closes_at <= at)
        .order_by(Round.id)
    ).unique()
    return [
        round
        for round in found
        if not any(stage.is_open(at) or at < stage.opens_at for stage in round.stages)
    ]


def still_sealed(at: datetime) -> list[Round]:
    """List the sealed rounds of several stages of which the first is over, grace included."""
    found = db.session.scalars(
        _whole()
        .join(Stage, (Stage.round_id == Round.id) & (Stage.number == 1))
        .where(Round.state == RoundState.PUBLISHED, Round.is_sealed, Stage.closes_at <= at)
        .order_by(Round.id)
    )
    return [round for round in found if len(round.stages) > 1 and not round.stage.is_open(at)]


def library_form(digest: str) -> Form | None:
    """Find a shipped form that is in the database already."""
    return db.session.scalar(
        select(Form).where(Form.digest == digest, Form.fund_id.is_(None)).order_by(Form.id).limit(1)
    )


def library_rubric(digest: str) -> Rubric | None:
    """Find a shipped rubric that is in the database already."""
    return db.session.scalar(
        select(Rubric).where(Rubric.digest == digest, Rubric.fund_id.is_(None)).order_by(Rubric.id).limit(1)
    )


def forms_for(fund_id: int) -> list[Form]:
    """List the forms a fund can use: shipped ones and its own, newest version first."""
    return list(
        db.session.scalars(
            select(Form)
            .where(or_(Form.fund_id.is_(None), Form.fund_id == fund_id))
            .order_by(Form.slug, Form.number.desc(), Form.id.desc())
        )
    )


def rubrics_for(fund_id: int) -> list[Rubric]:
    """List the rubrics a fund can use: shipped ones and its own, newest version first."""
    return list(
        db.session.scalars(
            select(Rubric)
            .where(or_(Rubric.fund_id.is_(None), Rubric.fund_id == fund_id))
            .order_by(Rubric.slug, Rubric.number.desc(), Rubric.id.desc())
        )
    )


def weight_of(rubric_id: int) -> int:
    """Add up the weights of a rubric."""
    return (
        db.session.scalar(
            select(func.coalesce(func.sum(Criterion.weight), 0)).where(Criterion.rubric_id == rubric_id)
        )
        or 0
    )


def highest_number(kind: type[Form] | type[Rubric], slug: str) -> int:
    """Give the highest version number of a shipped form or rubric; 0 when there is none."""
    newest = select(func.max(kind.number)).where(kind.slug == slug, kind.fund_id.is_(None))
    return db.session.scalar(newest) or 0
