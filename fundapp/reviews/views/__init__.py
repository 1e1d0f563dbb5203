"""Pages of reviewers (their list, a card, the desk) and of the office (who reviews what, the ranking)."""

from fundapp.reviews.views import batch, desk, evidence, figures, office, pool
from fundapp.reviews.views.blueprint import bp

__all__ = ["batch", "bp", "desk", "evidence", "figures", "office", "pool"]
