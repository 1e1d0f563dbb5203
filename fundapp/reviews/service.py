"""What is done with reviews: ask, take on or decline, score, hand in, hand back, take off."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from flask_babel import gettext as _

from fundapp.accounts.models import User
from fundapp.applications import service as applications
from fundapp.applications.models import (
    Capacity,
    ConflictKind,
    ConflictSource,
    ConflictState,
    Level,
)
from fundapp.core import mail
from fundapp.core.db import db, locked
from fundapp.core.refusals import Refusal
from fundapp.reviews import standings
from fundapp.reviews.asking import NotAssignable, assign, assign_all, assign_each
from fundapp.reviews.models import Review
from fundapp.reviews.revising import read_on, revise, revise_sheet
from fundapp.reviews.rules import is_judged_now
from fundapp.reviews.scores import Incomplete, count, save_overall, save_score, save_sheet, writable
from fundapp.reviews.sheet import missing, sheet_of
from fundapp.reviews.workflow import workflow

__all__ = [
    "Incomplete",
    "NotAssignable",
    "accept",
    "answer_all",
    "assign",
    "assign_all",
    "assign_each",
    "declare",
    "declare_tie",
    "decline",
    "end_access",
    "read_on",
    "revise",
    "revise_sheet",
    "save_overall",
    "save_score",
    "save_sheet",
    "skip",
    "submit",
]  # fmt: skip


# --- answering ---------------------------------------------------------------


def accept(review: Review, *, actor: User, at: datetime) -> None:
    """Take a review on by declaring no tie: the proposal opens.

    Raises MoveRefused, and Refusal when the application is no longer under review.
    """
    review = locked(Review, review.id)
    if not is_judged_now(review):
        raise Refusal(_("This proposal is not being reviewed now."))
    workflow.make("accept", review, actor=actor, at=at)
    review.version_number = review.application.version_number
    declare(review, ConflictState.CLEAR, kind=None, note="", actor=actor, at=at)
    applications.let_in(
        review.application, review.reviewer, Capacity.REVIEWER, Level.READ, actor=actor, at=at
    )


def answer_all(
    reviews: Sequence[Review], said: Mapping[int, ConflictState], *, actor: User, at: datetime
) -> list[Review]:
    """Take answers about ties for several reviews; gives those with a tie, which still wants its kind.

    said: by review id, CLEAR, UNSURE or BARRED; what is not in it stays unanswered.
    """
    for review in reviews:
        if said.get(review.id) is ConflictState.CLEAR:
            accept(review, actor=actor, at=at)
        elif said.get(review.id) is ConflictState.UNSURE:
            declare_tie(review, ConflictState.UNSURE, actor=actor, at=at)
    return [review for review in reviews if said.get(review.id) is ConflictState.BARRED]


def decline(review: Review, reason: str, *, actor: User, at: datetime) -> None:
    """Decline a review, for a reason that is no tie; access ends and the office hears of it."""
    review = locked(Review, review.id)
    workflow.make("decline", review, actor=actor, at=at, note=reason)
    review.decline_reason = reason.strip()
    end_access(review, actor=actor, at=at)
    _tell_office(review, at=at)


def declare_tie(
    review: Review,
    state: ConflictState,
    *,
    kind: ConflictKind | None = None,
    note: str = "",
    actor: User,
    at: datetime,
) -> None:
    """Declare a tie, or that one is not sure: the review is declined and access ends at once.

    state: UNSURE, or BARRED with its kind. What was written stays for the record and counts nowhere.
    """
    review = locked(Review, review.id)
    reason = _("Has a tie") if state is ConflictState.BARRED else _("May have a tie")
    workflow.make("decline", review, actor=actor, at=at, note=reason)
    review.decline_reason = reason
    declare(review, state, kind=kind, note=note, actor=actor, at=at)
    end_access(review, actor=actor, at=at)
    _tell_office(review, at=at)


def declare(
    review: Review,
    state: ConflictState,
    *,
    kind: ConflictKind | None,
    note: str,
    actor: User,
    at: datetime,
) -> None:
    """Keep what is known of a tie: the reviewer's own word, or the office's."""
    applications.declare_conflict(
        review.application,
        review.reviewer,
        state,
        kind=kind,
        source=ConflictSource.DECLARED if actor.id == review.reviewer_id else ConflictSource.OFFICE,
        note=note,
        actor=actor,
        at=at,
    )


def end_access(review: Review, *, actor: User | None, at: datetime) -> None:
    """Close the proposal to its reviewer."""
    applications.shut_out(review.application, review.reviewer, Capacity.REVIEWER, actor=actor, at=at)


def _tell_office(review: Review, *, at: datetime) -> None:
    """Write to the lead of the application, else to who asked, that a reviewer is wanted again."""
    to = review.application.lead or (db.session.get(User, review.assigned_by) if review.assigned_by else None)
    if to is not None:
        mail.queue(
            "review-declined",
            key=f"review-declined:{review.id}:{at:%Y%m%d%H%M%S}",
            to=to,
            at=at,
            application=review.application,
            review=review,
        )


# --- handing in --------------------------------------------------------------


def submit(review: Review, *, read: int | None = None, actor: User, at: datetime) -> None:
    """Hand in a review: every criterion has a score or N/A, and a reason.

    read: the version that was shown, the newest if not given. Keeps it, computes the total and
    refreshes the standing. Raises Incomplete with what is missing, and Refusal when the application
    is no longer under review.
    """
    review = locked(Review, review.id)
    if not is_judged_now(review):
        raise Refusal(_("The reviews of this proposal are closed."))
    lacks = missing(review.rubric.criteria, sheet_of(review).entries)
    if lacks:
        raise Incomplete([(criterion, lack.value) for criterion, lack in lacks])
    review.submitted_at = at
    newest = review.application.version_number
    review.version_number = read if read and 0 < read <= newest else newest
    count(review)
    workflow.make("submit", review, actor=actor, at=at)
    standings.refresh(review.application, at=at)


def skip(review: Review, *, actor: User, at: datetime) -> None:
    """Put a review at the end of its reviewer's batch. Raises MoveRefused when it is not being written."""
    writable(review, actor).skipped_at = at
