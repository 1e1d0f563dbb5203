"""A reviewer at the screen, and what the desk's form sends."""

from dataclasses import dataclass
from typing import Any

from fundapp.applications.models import Application, ApplicationVersion, VersionReason
from fundapp.core.db import db
from fundapp.reviews.models import Review, ReviewState
from fundapp.reviews.sheet import sheet_of, write_shown
from fundapp.rounds.models import Round
from tests.factories import NOW, Cast, make_review
from tests.visitor import Visitor

SECRET = "What project"  # how every abstract of the factories begins


@dataclass
class Scene:
    """Everybody, a round in review, Ana's application and the visitor."""

    cast: Cast
    round: Round
    application: Application
    client: Visitor

    def review(self, state: ReviewState = ReviewState.ACCEPTED, **values: Any) -> Review:
        made = make_review(self.application, self.cast.rhea, state=state, **values)
        self.client.sign_in(self.cast.rhea)
        return made


def sheet(review: Review, *values: object, reason: str = "Because.", **extra: str) -> dict[str, str]:
    """Fill in the form of the desk as a browser would send it."""
    sent = {"version": write_shown(sheet_of(review)), **extra}
    for criterion, value in zip(review.rubric.criteria, values, strict=False):
        sent |= {f"c{criterion.id}-score": str(value), f"c{criterion.id}-reason": reason}
    return sent


def newer(scene: Scene, **answers: Any) -> ApplicationVersion:
    """Send in another version of the proposal, with other answers."""
    first = scene.application.versions[0]
    number = scene.application.version_number + 1
    made = ApplicationVersion(
        application_id=scene.application.id, number=number, stage_id=first.stage_id, form_id=first.form_id,
        answers={**first.answers, **answers}, title=first.title, reason=VersionReason.REVISED,
        digest=str(number) * 64, made_at=NOW,
    )  # fmt: skip
    db.session.add(made)
    scene.application.version_number = number
    db.session.flush()
    return made
