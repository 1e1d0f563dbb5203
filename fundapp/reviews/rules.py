"""Who a person is to a review: the one who was asked, or staff with no tie to the proposal."""

from typing import Any

from fundapp.accounts.rules import auditor, manager
from fundapp.applications.models import Application, ApplicationState
from fundapp.applications.rules import barred, staff
from fundapp.core.rules import person
from fundapp.rounds.models import RoundState

__all__ = ["MANAGE", "READ", "REVIEW", "asked", "is_judged_now", "is_under_review", "staff"]

asked = person(lambda user, row: row.reviewer_id == user.id, "asked")
"""The person of the review, tied or not: who finds a tie must still be able to decline."""

REVIEW = asked & ~barred
MANAGE = staff & ~asked
READ = (manager | auditor) & ~barred


def is_under_review(application: Application) -> bool:
    """Tell whether reviews of this application can still be asked for, written and handed in."""
    states = (RoundState.PUBLISHED, RoundState.REVIEWING)
    return application.state is ApplicationState.IN_REVIEW and application.round.state in states


def is_judged_now(review: Any) -> bool:
    """Tell whether a review can still be written: its application is under review, in the stage it is for."""
    application: Application = review.application
    return is_under_review(application) and review.stage_id == application.stage_id
