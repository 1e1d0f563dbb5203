"""Pages of deciding, by noun."""

from fundapp.decisions.views import (
    appeal_pages,
    floor_pages,
    fund_pages,
    letter_pages,
    many_pages,
    meeting_pages,
    minutes_pages,
    planned_pages,
    proposal_pages,
    round_pages,
    simulator_pages,
    tie_pages,
)
from fundapp.decisions.views.blueprint import bp

__all__ = [
    "appeal_pages",
    "bp",
    "floor_pages",
    "fund_pages",
    "letter_pages",
    "many_pages",
    "meeting_pages",
    "minutes_pages",
    "planned_pages",
    "proposal_pages",
    "round_pages",
    "simulator_pages",
    "tie_pages",
]
