"""The governance rubric scored again at the end of a grant, by people who do not see the first scores."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import lazyload

from fundapp.accounts.models import Role, RoleName, User
from fundapp.applications import queries as applications
from fundapp.applications.models import ConflictState
from fundapp.core import audit, clock, mail
from fundapp.core.db import db, locked
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.grants.models import Award, AwardState
from fundapp.reports.rules import ASK_CLOSING
from fundapp.reports.sources import is_profile
from fundapp.reviews import service as reviews
from fundapp.reviews.models import Review, ReviewPurpose, ReviewState, Score
from fundapp.reviews.rules import REVIEW
from fundapp.reviews.scores import Incomplete, check, put
from fundapp.reviews.sheet import Entry, entry_of, missing
from fundapp.reviews.workflow import workflow
from fundapp.rounds.models import Criterion


def criteria_of(review: Review) -> list[Criterion]:
    """Give what is scored again: the principles of governance; all of a rubric that has none."""
    profile = [one for one in review.rubric.criteria if is_profile(one)]
    return profile or list(review.rubric.criteria)


def pool(award: Award) -> Sequence[User]:
    """List who can be asked: reviewers of the fund without a tie and without a question open."""
    application = award.application
    tied = {tie.user_id for tie in application.conflicts if tie.bars}
    asked = select(Review.reviewer_id).where(
        Review.application_id == application.id,
        Review.purpose == ReviewPurpose.CLOSING,
        Review.state.not_in((ReviewState.DECLINED, ReviewState.RELEASED)),
    )
    return db.session.scalars(
        select(User)
        .join(Role, Role.user_id == User.id)
        .where(
            Role.fund_id == award.fund_id,
            Role.name == RoleName.REVIEWER,
            Role.ended_at.is_(None),
            User.id.not_in(tied),
            User.id.not_in(asked),
        )
        .order_by(User.name)
        .options(lazyload(User.roles))
    ).all()


def ask(award: Award, reviewer: User, *, due_on: date, actor: User, at: datetime) -> Review:
    """Ask a reviewer to score a project again; who declined before is asked once more.

    due_on: the day until which it is wanted, in the fund's zone. Raises Refusal for a grant that is still
    being planned, for somebody with a tie, and for who does not review for the fund.
    """
    held = locked(Award, award.id)
    application = held.application
    if held.state is AwardState.PLANNING:
        raise Refusal(_("There is nothing to look back on yet: the grant is still being planned."))
    if not ASK_CLOSING(actor, held):
        raise MoveRefused(_("This step is not yours to take."))
    if reviewer.id not in {user.id for user in pool(held)}:
        raise Refusal(_("%(name)s cannot be asked for this project.", name=reviewer.name))
    before = _asked_before(held, reviewer)
    if before is not None:
        workflow.make("ask_again", before, actor=actor, at=at)
        before.decline_reason = None
    review = before or _made(held, reviewer, actor, at)
    evening = datetime.combine(due_on, time(23, 59, 59))
    review.due_at = clock.instant(evening, application.fund.zone, closing=True)
    db.session.flush()
    mail.queue(
        "closing-asked", key=f"closing-asked:{review.id}:{at:%Y%m%d%H%M%S}", to=reviewer, at=at,
        fund_id=held.fund_id, fund=application.fund, review=review, due_on=due_on,
    )  # fmt: skip
    return review


def _asked_before(award: Award, reviewer: User) -> Review | None:
    return db.session.scalar(
        select(Review).where(
            Review.application_id == award.application_id,
            Review.stage_id == award.application.stage_id,
            Review.purpose == ReviewPurpose.CLOSING,
            Review.reviewer_id == reviewer.id,
        )
    )


def _made(award: Award, reviewer: User, actor: User, at: datetime) -> Review:
    stage = award.application.stage
    review = Review(
        application_id=award.application_id, round_id=award.round_id, fund_id=award.fund_id,
        stage_id=stage.id, rubric_id=stage.rubric_id, purpose=ReviewPurpose.CLOSING,
        reviewer_id=reviewer.id, state=ReviewState.INVITED, state_at=at, assigned_by=actor.id, assigned_at=at,
    )  # fmt: skip
    db.session.add(review)
    audit.record("ask_closing", review, actor=actor, at=at, detail={"user": reviewer.id})
    return review


# --- the assessor's own part ---------------------------------------------------------


def begin(review: Review, *, actor: User, at: datetime) -> None:
    """Take it on by declaring no tie: the sheet opens. Raises MoveRefused."""
    held = locked(Review, review.id)
    workflow.make("accept", held, actor=actor, at=at)
    if applications.conflict_of(held.application_id, actor.id) is None:
        reviews.declare(held, ConflictState.CLEAR, kind=None, note="", actor=actor, at=at)


def decline(review: Review, reason: str, *, actor: User, at: datetime) -> None:
    """Decline, with a reason. Raises MoveRefused without one."""
    held = locked(Review, review.id)
    workflow.make("decline", held, actor=actor, at=at, note=reason)
    held.decline_reason = reason.strip()


def save(review: Review, entries: Mapping[int, Entry], *, actor: User, at: datetime) -> None:
    """Keep what is written, by criterion id. Raises MoveRefused when the sheet is not open for writing."""
    held = _writable(review, actor)
    rows = {score.criterion_id: score for score in held.scores}
    for criterion in criteria_of(held):
        given = entries.get(criterion.id)
        if given is None or given == entry_of(rows.get(criterion.id)):
            continue
        check(criterion, given)
        row = rows.get(criterion.id)
        if row is None:
            row = Score(review_id=held.id, rubric_id=held.rubric_id, criterion_id=criterion.id, revision=0)
            held.scores.append(row)
        put(row, given, at=at)


def hand_in(review: Review, *, actor: User, at: datetime) -> None:
    """Hand it in: every criterion has a score or N/A, and a reason. Raises Incomplete."""
    held = _writable(review, actor)
    entries = {score.criterion_id: entry_of(score) for score in held.scores}
    if lacks := missing(criteria_of(held), entries):
        raise Incomplete([(criterion, lack.value) for criterion, lack in lacks])
    held.submitted_at, held.version_number = at, held.application.version_number
    workflow.make("submit", held, actor=actor, at=at)


def _writable(review: Review, actor: User) -> Review:
    held = locked(Review, review.id)
    if held.state is not ReviewState.ACCEPTED or not REVIEW(actor, held):
        raise MoveRefused(_("This review is not open for writing."))
    return held
