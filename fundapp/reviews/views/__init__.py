"""Pages of reviewers (their list, a card, the desk) and of the office (who reviews what, the ranking)."""

from fundapp.reviews.views import (
    assigning,
    batch,
    desk,
    evidence,
    figures,
    importing,
    office,
    packet,
    pool,
    together,
)
from fundapp.reviews.views.blueprint import bp

__all__ = [
    "assigning",
    "batch",
    "bp",
    "desk",
    "evidence",
    "figures",
    "importing",
    "office",
    "packet",
    "pool",
    "together",
]
