"""Reviews, their scores and evidence, and each application's standing."""

from fundapp.reviews.models.pins import Pin
from fundapp.reviews.models.reviewers import InvitationState, PoolInvitation, Reviewer
from fundapp.reviews.models.reviews import Review, ReviewPurpose, ReviewState, Score, ScoreChange
from fundapp.reviews.models.standings import Standing

__all__ = [
    "InvitationState",
    "Pin",
    "PoolInvitation",
    "Review",
    "ReviewPurpose",
    "ReviewState",
    "Reviewer",
    "Score",
    "ScoreChange",
    "Standing",
]
