"""Reviews, their scores, and each application's standing."""

from fundapp.reviews.models.reviews import Review, ReviewPurpose, ReviewState, Score, ScoreChange
from fundapp.reviews.models.standings import Standing

__all__ = ["Review", "ReviewPurpose", "ReviewState", "Score", "ScoreChange", "Standing"]
