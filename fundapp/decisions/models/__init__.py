"""Decisions, and what leads to them and follows from them."""

from fundapp.decisions.models.appeals import Appeal, AppealKind, AppealState, Finding
from fundapp.decisions.models.decisions import Decision, DecisionState, Outcome
from fundapp.decisions.models.letters import Letter, LetterState, LetterText, Reason
from fundapp.decisions.models.meetings import (
    AgendaItem,
    Choice,
    ItemState,
    Meeting,
    MeetingState,
    Seat,
    SeatKind,
    Vote,
    Voting,
    Walk,
)
from fundapp.decisions.models.scenarios import Scenario

__all__ = [
    "AgendaItem",
    "Appeal",
    "AppealKind",
    "AppealState",
    "Choice",
    "Decision",
    "DecisionState",
    "Finding",
    "ItemState",
    "Letter",
    "LetterState",
    "LetterText",
    "Meeting",
    "MeetingState",
    "Outcome",
    "Reason",
    "Scenario",
    "Seat",
    "SeatKind",
    "Vote",
    "Voting",
    "Walk",
]
