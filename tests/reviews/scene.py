"""A round in review and one application, as far as a test wants it."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from fundapp.accounts.models import User
from fundapp.applications.models import Access, Application, ApplicationState, Capacity
from fundapp.applications.queries import live_access
from fundapp.core.db import db
from fundapp.core.mail import Outbox
from fundapp.reviews import scores, service, standings
from fundapp.reviews.models import Review, ReviewState
from fundapp.rounds.models import Round
from tests.factories import NOW, Cast, make_application, make_review, make_user

LATER = NOW + timedelta(days=1)


@dataclass
class Scene:
    """Everybody, a round in review and Ana's application."""

    cast: Cast
    round: Round
    application: Application

    def ask(self, reviewer: User | None = None) -> Review:
        review = service.assign(self.application, reviewer or self.cast.rhea, actor=self.cast.sol, at=NOW)
        db.session.flush()
        return review


def mails(name: str) -> list[Outbox]:
    return list(db.session.scalars(select(Outbox).where(Outbox.name == name).order_by(Outbox.id)))


def access(scene: Scene) -> Access | None:
    return live_access(scene.application.id, scene.cast.rhea.id, Capacity.REVIEWER)


def write(review: Review, values: list[int | None], *, reason: str = "Because.") -> None:
    for criterion, value in zip(review.rubric.criteria, values, strict=True):
        service.save_score(
            review, criterion, value=value, is_na=value is None, reason=reason, base=0,
            actor=review.reviewer, at=NOW,
        )  # fmt: skip
    db.session.flush()


def accepted(scene: Scene, reviewer: User | None = None) -> Review:
    review = scene.ask(reviewer)
    service.accept(review, actor=review.reviewer, at=NOW)
    db.session.flush()
    return review


def judge(
    round: Round, *values: list[int | None], reviewers: list[User] | None = None, title: str = ""
) -> Application:
    """Make an application with one handed-in review for each list of values."""
    application = make_application(round, state=ApplicationState.IN_REVIEW, title=title)
    for number, given in enumerate(values):
        reviewer = reviewers[number] if reviewers else make_user()
        review = make_review(application, reviewer, state=ReviewState.SUBMITTED, values=given)
        db.session.refresh(review)
        scores.count(review)
    db.session.flush()
    standings.refresh(application, at=NOW)
    db.session.flush()
    return application
