"""Who proposes, approves and releases a decision; who reads letters over, answers appeals, runs a meeting."""

from typing import Any

from fundapp.accounts.models import RoleName
from fundapp.accounts.rules import auditor, manager
from fundapp.applications.rules import barred, partner, staff, writer
from fundapp.core.rules import Rule, person
from fundapp.decisions.models import Meeting, SeatKind

__all__ = [
    "ADVISED", "AGREES", "ANSWERED", "APPELLANT", "EDITOR", "JUDGE", "PANEL", "RUNS", "SECOND", "SEE", "SITS",
    "VOTER", "proposer", "staff", "writer",
]  # fmt: skip

proposer = person(lambda user, row: row.proposed_by == user.id, "proposer")

SEE = (manager | auditor) & ~barred
JUDGE = staff & ~proposer
"""A manager with no tie who did not propose it: approves, and releases."""

# --- letters ---------------------------------------------------------------------

EDITOR = person(lambda user, row: row.edited_by == user.id, "editor")
ADVISED = staff & ~EDITOR
"""A manager with no tie who did not write the last change: reads a letter over."""

# --- appeals ---------------------------------------------------------------------

APPELLANT = writer
decided = person(
    lambda user, row: user.id in (row.proposed_by, row.approved_by, row.released_by), "decided it"
)
SECOND = staff & ~decided
"""A manager with no tie who took no part in the decision: looks again."""
answerer = person(lambda user, row: row.answered_by == user.id, "answerer")
ANSWERED = SECOND & answerer
AGREES = staff & ~answerer
"""A manager with no tie who did not write the answer; appeals.who_agrees prefers who took no part at all."""

# --- meetings --------------------------------------------------------------------


def _meeting(row: Any) -> Any:
    return row if isinstance(row, Meeting) else row.meeting


def _seat(*kinds: SeatKind) -> Rule:
    def ask(user: Any, row: Any) -> bool:
        return any(seat.user_id == user.id and seat.kind in kinds for seat in _meeting(row).seats)

    return person(ask, "/".join(kinds))


PANEL = person(lambda user, row: bool(user.holds(RoleName.PANEL)), "panel")
"""On lists: somebody who sits in the panel of any round."""
SITS = _seat(*SeatKind)
RUNS = manager & _seat(SeatKind.CHAIR, SeatKind.SECRETARY)
"""The chair and the secretary, who are managers: they run the meeting."""
VOTER = person(
    lambda user, row: any(
        seat.user_id == user.id and seat.has_vote and seat.present_at for seat in _meeting(row).seats
    ),
    "present with a vote",
) & ~(barred | partner)
