"""Reports and dossiers as the asking person may see them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import aliased, defer, joinedload

from fundapp.accounts.models import User
from fundapp.applications.models import Application
from fundapp.applications.queries import barred_for, seen
from fundapp.core.db import db
from fundapp.funds.models import Fund
from fundapp.funds.queries import OFFICE_ROLES
from fundapp.reports import kinds
from fundapp.reports.models import Snapshot
from fundapp.rounds.models import Round, RoundState, Stage

PAGE = 50


def _rows(statement: Any) -> list[Row[Any]]:
    return list(db.session.execute(statement))


def reports_index(user: User) -> list[Row[Any]]:
    """List the rounds the person works at with their newest report, newest round first."""
    newest = select(func.max(Snapshot.id)).where(Snapshot.round_id == Round.id, Snapshot.kind == "round")
    made = aliased(Snapshot)
    return _rows(
        select(
            Round.id, Round.name, Round.state, Stage.closes_at, made.id.label("snapshot_id"), made.made_at,
            select(func.count(Application.id))
            .where(
                Application.round_id == Round.id,
                Application.submitted_at.is_not(None),
                Application.id.not_in(barred_for(user)),
            )
            .scalar_subquery()
            .label("applications"),
        )
        .join(Stage, (Stage.round_id == Round.id) & (Stage.number == 1))
        .outerjoin(made, made.id == newest.scalar_subquery())
        .where(
            Round.fund_id.in_(user.funds(*OFFICE_ROLES)),
            Round.state != RoundState.DRAFT,
            Round.is_trial.is_(False),
        )
        .order_by(Stage.opens_at.desc(), Round.id.desc())
        .limit(PAGE)
    )  # fmt: skip


def report_round(user: User, id: int) -> Round | None:
    """Load a round of a fund the person works at, with its fund; drafts have nothing to report."""
    return db.session.scalar(
        select(Round)
        .where(
            Round.id == id,
            Round.fund_id.in_(user.funds(*OFFICE_ROLES)),
            Round.state != RoundState.DRAFT,
            Round.is_trial.is_(False),
        )
        .options(joinedload(Round.fund))
    )


def is_tied(user: User, round_id: int) -> bool:
    """Tell whether a tie bars the person from any application of the round."""
    tied = select(Application.id).where(
        Application.round_id == round_id, Application.id.in_(barred_for(user))
    )
    return db.session.scalar(tied.limit(1)) is not None


def fund_reports(fund_id: int) -> Sequence[Snapshot]:
    """List the newest reports of a fund as it stood, newest first."""
    return db.session.scalars(
        select(Snapshot)
        .where(Snapshot.fund_id == fund_id, Snapshot.kind == "fund")
        .order_by(Snapshot.id.desc())
        .limit(10)
        .options(defer(Snapshot.data))
    ).all()


def funds_index(user: User) -> list[Row[Any]]:
    """List the funds the person works at, each with its newest report."""
    newest = select(func.max(Snapshot.id)).where(Snapshot.fund_id == Fund.id, Snapshot.kind == "fund")
    made = aliased(Snapshot)
    return _rows(
        select(Fund.id, Fund.name, made.id.label("snapshot_id"), made.made_at)
        .outerjoin(made, made.id == newest.scalar_subquery())
        .where(Fund.id.in_(user.funds(*OFFICE_ROLES)))
        .order_by(Fund.slug)
        .limit(PAGE)
    )


def reports_of(round_id: int) -> Sequence[Snapshot]:
    """List the newest reports of a round, newest first; the data of the older ones stays in the database."""
    return db.session.scalars(
        select(Snapshot)
        .where(Snapshot.round_id == round_id, Snapshot.kind == "round")
        .order_by(Snapshot.id.desc())
        .limit(10)
        .options(defer(Snapshot.data))
    ).all()


def dossiers_of(user: User, round_id: int, after: str) -> list[Row[Any]]:
    """List the applications of a round the person may see, with their newest dossier.

    One more than a page holds. after: only codes that follow this one.
    """
    newest = select(func.max(Snapshot.id)).where(
        Snapshot.application_id == Application.id, Snapshot.kind == "application"
    )
    made = aliased(Snapshot)
    return _rows(
        select(
            Application.id, Application.code, Application.title, Application.applicant_name,
            Application.state, made.id.label("snapshot_id"), made.made_at,
        )
        .outerjoin(made, made.id == newest.scalar_subquery())
        .where(Application.round_id == round_id, Application.code > after, seen(user))
        .order_by(Application.code)
        .limit(PAGE + 1)
    )  # fmt: skip


def visible_snapshot(user: User, id: int) -> Snapshot | None:
    """Load a report that the person may read now: the rule of its kind says so."""
    found = db.session.get(Snapshot, id)
    return found if found is not None and kinds.may_read(user, found) else None
