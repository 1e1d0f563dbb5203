"""Who a person is to a review: the one who was asked, or staff with no tie to the proposal."""

from fundapp.accounts.rules import auditor, manager
from fundapp.applications.models import Application, ApplicationState
from fundapp.applications.rules import barred, staff
from fundapp.core.rules import person
from fundapp.rounds.models import RoundState

__all__ = ["MANAGE", "READ", "REVIEW", "asked", "is_under_review", "staff"]

asked = person(lambda user, row: row.reviewer_id == user.id, "asked")
"""The person of the review, tied or not: who finds a tie must still be able to decline."""

REVIEW = asked & ~barred
MANAGE = staff & ~asked
READ = (manager | auditor) & ~barred


def is_under_review(application: Application) -> bool:
    """Tell whether reviews of this application can still be asked for, written and handed in."""
    states = (RoundState.PUBLISHED, RoundState.REVIEWING)
    return application.state is ApplicationState.IN_REVIEW and application.round.state in states
