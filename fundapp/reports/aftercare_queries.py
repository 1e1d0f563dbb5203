"""Scores at the end and questions afterwards, as the asking person may see them."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from fundapp.accounts.models import RoleName, User
from fundapp.applications.models import Application
from fundapp.applications.queries import barred_for, mine, seen
from fundapp.core.db import db
from fundapp.grants.models import Award
from fundapp.reports import fund_rows, grant_rows
from fundapp.reports.answers import answers_of, laid_out
from fundapp.reports.models import AliveCheck
from fundapp.reports.shape import AnswerText
from fundapp.reviews.models import Review, ReviewPurpose
from fundapp.reviews.workflow import LIVE
from fundapp.rounds.models import Rubric


def own_closing(user: User, id: int) -> Review | None:
    """Load what a person was asked to score again, unless a tie bars them from it."""
    whole = joinedload(Review.application)
    return db.session.scalar(
        select(Review)
        .where(
            Review.id == id,
            Review.reviewer_id == user.id,
            Review.purpose == ReviewPurpose.CLOSING,
            Review.state.in_(LIVE),
            Review.application_id.not_in(barred_for(user)),
        )
        .options(
            whole.joinedload(Application.fund),
            whole.joinedload(Application.round),
            whole.selectinload(Application.versions),
            whole.selectinload(Application.conflicts),
            joinedload(Review.rubric).selectinload(Rubric.criteria),
            selectinload(Review.scores),
        )
    )


def award_of(review: Review) -> Award:
    """Give the grant that is looked back on."""
    return db.session.scalars(select(Award).where(Award.application_id == review.application_id)).one()


@dataclass(frozen=True)
class Facts:
    """What an assessor looks at: the promise, the tasks with their results, and the grantee's own account."""

    summary: dict[str, str]
    tasks: list[Any]
    final: list[AnswerText]


def facts_of(award: Award) -> Facts:
    """Gather what an assessor looks at; no score of anybody is among it."""
    fund = award.application.fund
    answers = answers_of(award.application.current, fund)
    report = grant_rows.final_report(award.id)
    final = (
        laid_out(report.questions, report.versions[-1].answers, fund.currency)
        if report is not None and report.questions and report.versions
        else []
    )
    summary = next((one["html"] for one in answers if one["key"] == "abstract"), {})
    return Facts(summary, fund_rows.tasks_of([award.id]), final)


def alive_check(user: User, id: int) -> AliveCheck | None:
    """Load a question about one's own project, or about one the person manages without a tie."""
    doors = [mine(user), *([seen(user)] if user.funds(RoleName.MANAGER) else [])]
    for door in doors:
        found = db.session.scalar(
            select(AliveCheck)
            .join(Award, Award.id == AliveCheck.award_id)
            .join(Application, Application.id == Award.application_id)
            .where(AliveCheck.id == id, door)
            .options(
                joinedload(AliveCheck.award).joinedload(Award.application).joinedload(Application.fund),
                joinedload(AliveCheck.award).joinedload(Award.application).selectinload(Application.access),
                joinedload(AliveCheck.award)
                .joinedload(Award.application)
                .selectinload(Application.conflicts),
            )
        )
        if found is not None:
            return found
    return None


def own_alive_checks(award_id: int) -> list[AliveCheck]:
    """List the questions about the life of one project, the first year first."""
    found = select(AliveCheck).where(AliveCheck.award_id == award_id).order_by(AliveCheck.year)
    return list(db.session.scalars(found))


def closing_of(application_id: int) -> list[Any]:
    """List who was asked to score a project again, and how far they are."""
    return list(
        db.session.execute(
            select(Review.id, User.name, Review.state, Review.due_at, Review.submitted_at)
            .join(User, User.id == Review.reviewer_id)
            .where(Review.application_id == application_id, Review.purpose == ReviewPurpose.CLOSING)
            .order_by(Review.id)
        )
    )
