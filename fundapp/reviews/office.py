"""What the office does with reviews that were asked: hand back, take off, bar; and the clock's tidying."""

from collections.abc import Iterable
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from fundapp.accounts.models import User
from fundapp.applications import doors, revisions
from fundapp.applications import service as applications
from fundapp.applications.models import Application, Conflict, ConflictKind, ConflictState
from fundapp.core.db import locked
from fundapp.core.refusals import Refusal
from fundapp.reviews import changes, pool, standings
from fundapp.reviews.asking import assign
from fundapp.reviews.models import Review, ReviewPurpose, ReviewState
from fundapp.reviews.rules import MANAGE, is_under_review
from fundapp.reviews.service import declare, end_access
from fundapp.reviews.workflow import LIVE, OPEN, workflow
from fundapp.rounds import service as rounds
from fundapp.rounds.models import Round


def reopen(review: Review, reason: str, *, actor: User, at: datetime) -> None:
    """Hand a review back to its writer, for a reason; until it is in again it counts nowhere."""
    review = locked(Review, review.id)
    _reopen(review, reason, actor=actor, at=at)


def _reopen(review: Review, reason: str, *, actor: User | None, at: datetime) -> None:
    workflow.make("reopen", review, actor=actor, at=at, note=reason)
    review.total_ppm = review.coverage_ppm = None
    standings.refresh(review.application, at=at)


def release(review: Review, reason: str, *, actor: User | None, at: datetime) -> None:
    """Take an open review off somebody's hands, for a reason; access ends."""
    review = locked(Review, review.id)
    workflow.make("release", review, actor=actor, at=at, note=reason)
    end_access(review, actor=actor, at=at)


def reassign(
    review: Review, to: User, reason: str, *, actor: User, at: datetime, due_at: datetime | None = None
) -> Review:
    """Take an open review off somebody's hands and ask somebody else, together or not at all.

    Raises NotAssignable when the other can't be asked, MoveRefused when it is not open any more.
    """
    application = review.application
    release(review, reason, actor=actor, at=at)
    return assign(application, to, actor=actor, at=at, due_at=due_at or review.due_at)


def part(user: User, fund_id: int, *, at: datetime) -> int:
    """Take all open reviews at a fund off somebody who stops reviewing for it; give how many."""
    reviews = pool.open_of(user.id, fund_id)
    for review in reviews:
        release(review, _("Does not review for the fund any more."), actor=None, at=at)
    return len(reviews)


def bar(review: Review, kind: ConflictKind, note: str, *, actor: User, at: datetime) -> None:
    """Record a tie the office found: the reviewer is out at once, and what was handed in counts no more."""
    review = locked(Review, review.id)
    if not MANAGE(actor, review):
        raise Refusal(_("This step is not yours to take."))
    declare(review, ConflictState.BARRED, kind=kind, note=note, actor=actor, at=at)
    strike(review, at=at)


def strike(review: Review, *, at: datetime) -> None:
    """Decline a live review in the name of a tie that bars its writer; by the clock or after a bar."""
    reason = _("Has a tie")
    if review.state is ReviewState.SUBMITTED:
        _reopen(review, reason, actor=None, at=at)
    if review.state in OPEN:
        workflow.make("decline", review, actor=None, at=at, note=reason)
        review.decline_reason = reason
        end_access(review, actor=None, at=at)


def settle(reviews: Iterable[Review], *, at: datetime) -> dict[str, int]:
    """Bring reviews in line with what changed elsewhere: ties found, applications no longer under review.

    Gives counts of struck and released. Idempotent.
    """
    done = {"struck": 0, "released": 0}
    for review in reviews:
        tied = any(tie.user_id == review.reviewer_id and tie.bars for tie in review.application.conflicts)
        if tied and review.state in LIVE:
            strike(review, at=at)
            done["struck"] += 1
        elif _is_left_over(review):
            release(review, _("The proposal is no longer under review."), actor=None, at=at)
            done["released"] += 1
    return done


def _is_left_over(review: Review) -> bool:
    """Tell whether a review to choose by is still open on what is no longer chosen from."""
    is_to_choose = review.purpose is ReviewPurpose.SELECTION
    return is_to_choose and review.state in OPEN and not is_under_review(review.application)


def let_go(application: Application, actor: User, at: datetime) -> None:
    """Release what is open on a proposal that was taken back."""
    settle(pool.open_on(application), at=at)


def _reviews_in(round: Round, at: datetime, note: str) -> None:
    """Want a reason for going on to deciding while reviews are missing."""
    if not note.strip() and (open_ones := pool.open_count(round)):
        raise Refusal(
            ngettext(
                "One review is not in yet. Give a reason to go on without it.",
                "%(num)d reviews are not in yet. Give a reason to go on without them.",
                open_ones,
            )
        )


def out_at_once(tie: Conflict, at: datetime) -> None:
    """End the reviews of somebody whom a tie bars from now on."""
    for review in pool.live_of(tie.application_id, tie.user_id):
        strike(review, at=at)


doors.ON_BAR.append(out_at_once)
applications.ON_WITHDRAW.append(let_go)
revisions.ON_CHANGE.append(changes.tell)
rounds.CHECKS["deliberate"].append(_reviews_in)
