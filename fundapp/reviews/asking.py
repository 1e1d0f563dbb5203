"""Asking people to review: one or many at once, one mail for each person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from fundapp.accounts.models import RoleName, User
from fundapp.applications import service as applications
from fundapp.applications.models import APPLICANTS, Application, Capacity, Level
from fundapp.core import audit, mail
from fundapp.core.db import db, locked
from fundapp.core.refusals import Refusal
from fundapp.reviews import blind, hinting, queries
from fundapp.reviews.models import Review, ReviewState
from fundapp.reviews.rules import is_under_review, staff
from fundapp.reviews.workflow import LIVE, workflow


class NotAssignable(Refusal):
    """This person cannot review this application."""


@dataclass(frozen=True)
class Wish:
    """One assignment that somebody wants made. due_at: None is the stage's date."""

    application: Application
    reviewer: User
    due_at: datetime | None = None


def assign(
    application: Application,
    reviewer: User,
    *,
    actor: User,
    at: datetime,
    due_at: datetime | None = None,
) -> Review:
    """Ask one person to review one application, by mail; they see title and people until they answer.

    due_at: defaults to the stage's. Raises NotAssignable: no reviewer here, tied, an applicant of it,
    asked before, or the application is not under review.
    """
    made, refused = assign_each([Wish(application, reviewer, due_at)], actor=actor, at=at)
    if refused:
        raise NotAssignable(refused[0][1])
    return made[0]


def assign_all(
    chosen: Sequence[Application],
    reviewer: User,
    *,
    actor: User,
    at: datetime,
    due_at: datetime | None = None,
) -> tuple[list[Review], list[tuple[Application, str]]]:
    """Ask one person to review several applications, in one mail.

    Gives the assignments made, and pairs (application, why not) for the rest.
    """
    made, refused = assign_each([Wish(one, reviewer, due_at) for one in chosen], actor=actor, at=at)
    return made, [(wish.application, why) for wish, why in refused]


def assign_each(
    wishes: Sequence[Wish], *, actor: User | None, at: datetime
) -> tuple[list[Review], list[tuple[Wish, str]]]:
    """Make many assignments; each person gets one mail that lists all of theirs.

    Possible ties are looked for first, so that the card can ask. actor: None for the command line.
    Gives what was made, and pairs (wish, why not) for the rest.
    """
    _look(wishes, at)
    made: list[Review] = []
    refused: list[tuple[Wish, str]] = []
    for wish in wishes:
        try:
            made.append(_assign(wish, actor=actor, at=at))
        except NotAssignable as fault:
            refused.append((wish, fault.message))
    by_person: dict[int, list[Review]] = {}
    for review in made:
        by_person.setdefault(review.reviewer_id, []).append(review)
    for reviews in by_person.values():
        _invite(reviews[0].reviewer, reviews, at=at)
    return made, refused


def _look(wishes: Sequence[Wish], at: datetime) -> None:
    ids = {wish.reviewer.id for wish in wishes}
    chosen = {wish.application.id: wish.application for wish in wishes}
    for fund_id in {one.fund_id for one in chosen.values()}:
        people = [one for one in hinting.people_of(fund_id) if one.id in ids]
        hinting.look([one for one in chosen.values() if one.fund_id == fund_id], people, at=at)


def _assign(wish: Wish, *, actor: User | None, at: datetime) -> Review:
    application, reviewer = locked(Application, wish.application.id), wish.reviewer
    check(application, reviewer, actor)
    made = queries.asked_before(application, reviewer)
    if made is None:
        made = _new(application, reviewer, actor=actor, at=at)
        audit.record("invite", made, actor=actor, at=at, to_state=made.state, detail={"user": reviewer.id})
    elif made.state in LIVE:
        raise NotAssignable(_("%(name)s was asked for this proposal already.", name=reviewer.name))
    else:
        workflow.make("ask_again", made, actor=actor, at=at)
        made.decline_reason = None
    made.assigned_by, made.assigned_at = actor.id if actor else None, at
    made.due_at = wish.due_at or application.stage.reviews_due_at
    applications.let_in(application, reviewer, Capacity.REVIEWER, Level.CARD, actor=actor, at=at)
    return made


def _new(application: Application, reviewer: User, *, actor: User | None, at: datetime) -> Review:
    stage = application.stage
    made = Review(
        application_id=application.id,
        round_id=application.round_id,
        fund_id=application.fund_id,
        stage_id=stage.id,
        rubric_id=stage.rubric_id,
        reviewer=reviewer,
        state=ReviewState.INVITED,
        state_at=at,
        assigned_by=actor.id if actor else None,
        assigned_at=at,
    )
    db.session.add(made)
    db.session.flush()  # its relations are read through its keys
    return made


def check(application: Application, reviewer: User, actor: User | None) -> None:
    """Raise NotAssignable when this person can't be asked for this application now."""
    if actor is not None and not staff(actor, application):
        raise NotAssignable(_("This step is not yours to take."))
    if not is_under_review(application):
        raise NotAssignable(_("This proposal is not being reviewed now."))
    if not reviewer.holds(RoleName.REVIEWER, application.fund_id):
        raise NotAssignable(_("%(name)s is not a reviewer of this fund.", name=reviewer.name))
    if any(
        one.user_id == reviewer.id and one.ended_at is None and one.capacity in APPLICANTS
        for one in application.access
    ):
        raise NotAssignable(_("%(name)s is one of the applicants.", name=reviewer.name))
    if any(tie.user_id == reviewer.id and tie.bars for tie in application.conflicts):
        raise NotAssignable(_("%(name)s has a tie with this proposal.", name=reviewer.name))


def _invite(reviewer: User, reviews: Sequence[Review], *, at: datetime) -> None:
    """Write one mail about all that was asked at once."""
    first = reviews[0]
    mail.queue(
        "review-invited",
        key=f"review-invited:{first.id}:{at:%Y%m%d%H%M%S}",
        to=reviewer,
        at=at,
        application=first.application if len(reviews) == 1 else None,
        fund_id=first.fund_id,
        reviews=reviews,
        proposals=[_card(review) for review in reviews],
        fund=first.stage.round.fund,
        round=first.stage.round,
    )


def _card(review: Review) -> dict[str, str]:
    """Give what a reviewer may read of a proposal before they have answered."""
    application, reader = review.application, review.reviewer
    who = blind.applicant(reader, application)
    return {"title": blind.title(reader, application), "code": application.code or "", "applicant": who}
