"""What the public may see: released grants of funds, under the name the fund's rule gives."""

from typing import Any

from sqlalchemy import Row, case, func, select

from fundapp.accounts.models import Party
from fundapp.applications.models import Application, ApplicationVersion
from fundapp.core.db import db
from fundapp.decisions.models import Decision
from fundapp.funds.models import Contribution, Fund, Gift
from fundapp.grants.models import Award, Milestone, MilestoneState
from fundapp.reports.published import SHOWN_NAME, published
from fundapp.rounds.models import Criterion, Round

PAGE = 50

_delivered = (
    select(func.count(Milestone.id))
    .where(Milestone.award_id == Award.id, Milestone.state == MilestoneState.DELIVERED)
    .correlate(Award)
    .scalar_subquery()
)
_planned = (
    select(func.count(Milestone.id))
    .where(Milestone.award_id == Award.id, Milestone.state != MilestoneState.DROPPED)
    .correlate(Award)
    .scalar_subquery()
)


def _released() -> Any:
    """Select what a released decision awarded, trial rounds left out; the only way to a public project."""
    return published(
        Award.id, Application.code, Application.title, Application.country, SHOWN_NAME.label("name"),
        Award.amount_cents, Award.state, Award.state_at, Decision.released_at, Party.kind,
        Fund.currency, Fund.slug.label("fund_slug"), Fund.id.label("fund_id"),
        Fund.name.label("fund_name"), Round.slug.label("round_slug"), Round.name.label("round_name"),
        _delivered.label("delivered"), _planned.label("planned"),
    )  # fmt: skip


def projects(*, before: int | None = None, limit: int = PAGE) -> list[Row[Any]]:
    """List funded projects, the newest first; one more than the limit tells that there are older ones.

    before: the award's number that ended the page before.
    """
    found = _released().order_by(Award.id.desc()).limit(limit + 1)
    return list(db.session.execute(found.where(Award.id < before) if before else found))


def project(code: str) -> Row[Any] | None:
    """Find one funded project by the code of its application."""
    return db.session.execute(_released().where(Application.code == code)).one_or_none()


def abstract(award_id: int) -> str:
    """Give the summary the applicant wrote, from the version that was decided on."""
    answers = db.session.scalar(
        select(ApplicationVersion.answers)
        .join(Award, Award.application_id == ApplicationVersion.application_id)
        .where(Award.id == award_id)
        .order_by(ApplicationVersion.number.desc())
        .limit(1)
    )
    return str((answers or {}).get("abstract") or "")


def milestones(award_id: int) -> list[Row[Any]]:
    """List the milestones of a project in force, in the order of the plan."""
    return list(
        db.session.execute(
            select(
                Milestone.ref, Milestone.title, Milestone.deliverable, Milestone.amount_cents,
                Milestone.due_on, Milestone.state, Milestone.licence, Milestone.place,
            )
            .where(Milestone.award_id == award_id)
            .order_by(Milestone.position, Milestone.id)
        )
    )  # fmt: skip


def gifts() -> list[Row[Any]]:
    """List what was given to all funds, newest first; who wished so is not named."""
    named = case((Contribution.is_anonymous, None), else_=Contribution.giver)
    return list(
        db.session.execute(
            select(
                named.label("giver"), Contribution.giver_kind, Contribution.received_on, Contribution.theme,
                Contribution.amount_cents, Fund.currency, Fund.name.label("fund_name"), Fund.themes,
            )
            .join(Fund, Fund.id == Contribution.fund_id)
            .where(Contribution.state == Gift.RECEIVED)
            .order_by(Contribution.received_on.desc(), Contribution.id.desc())
            .limit(200)
        )
    )  # fmt: skip


def criteria(rubric_id: int) -> list[Criterion]:
    """List the criteria of a rubric that applicants are shown, in their order."""
    return list(
        db.session.scalars(
            select(Criterion)
            .where(Criterion.rubric_id == rubric_id, Criterion.is_public)
            .order_by(Criterion.position)
        )
    )


def totals() -> tuple[int, int]:
    """Count (proposals sent in, grants given) over all rounds that are no trial."""
    sent = select(func.count(Application.id)).join(Round, Round.id == Application.round_id)
    sent = sent.where(Application.submitted_at.is_not(None), Round.is_trial.is_(False))
    given = select(func.count()).select_from(_released().order_by(None).subquery())
    return db.session.scalar(sent) or 0, db.session.scalar(given) or 0
