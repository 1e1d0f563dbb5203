"""The ways of a decision, its letters, an appeal and a meeting; outcomes leave the house at release."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from fundapp.accounts.rules import manager
from fundapp.applications.rules import barred
from fundapp.core.newer import Told
from fundapp.core.rules import CLOCK
from fundapp.core.workflow import Move, Workflow
from fundapp.decisions.models import (
    AgendaItem,
    Appeal,
    AppealKind,
    Choice,
    Decision,
    Letter,
    Meeting,
    Outcome,
    SeatKind,
)
from fundapp.decisions.models import AppealState as P
from fundapp.decisions.models import DecisionState as S
from fundapp.decisions.models import ItemState as I
from fundapp.decisions.models import LetterState as L
from fundapp.decisions.models import MeetingState as M
from fundapp.decisions.models import Voting as B
from fundapp.decisions.rules import ADVISED, AGREES, ANSWERED, APPELLANT, JUDGE, RUNS, SECOND, staff

WORDS: dict[S, tuple[str, LazyString]] = Told(
    {
        S.DRAFT: ("none", _l("Taken back")),
        S.PROPOSED: ("wait", _l("Proposed")),
        S.APPROVED: ("run", _l("Approved, not sent")),
        S.RELEASED: ("ok", _l("Released")),
        S.SUPERSEDED: ("none", _l("Replaced")),
    }
)

OUTCOME_WORDS: dict[Outcome, tuple[str, LazyString]] = Told(
    {
        Outcome.AWARDED: ("ok", _l("Award")),
        Outcome.RESERVE: ("warn", _l("Reserve list")),
        Outcome.DECLINED: ("bad", _l("Decline")),
        Outcome.INELIGIBLE: ("bad", _l("Not eligible")),
        Outcome.INVITED: ("now", _l("Invite a full proposal")),
    }
)
"""What the office calls an outcome before it is one."""

workflow = Workflow(
    Decision.state,
    Move("propose", {S.DRAFT}, S.PROPOSED, by=staff, label=_l("Propose")),
    Move("approve", {S.PROPOSED}, S.APPROVED, by=JUDGE, label=_l("Approve")),
    Move("release", {S.APPROVED}, S.RELEASED, by=JUDGE, label=_l("Release"), danger=True),
    Move("revise", {S.PROPOSED, S.APPROVED}, S.DRAFT, by=staff, label=_l("Take back")),
    # Made by what takes its place (from the reserve list, an appeal), never by a button.
    Move("supersede", {S.RELEASED}, S.SUPERSEDED, by=CLOCK, label=_l("Replace")),
)

# --- letters ---------------------------------------------------------------------

LETTER_WORDS: dict[L, tuple[str, LazyString]] = Told(
    {
        L.DRAFT: ("wait", _l("To be read over")),
        L.HELD: ("run", _l("Read over, held")),
        L.SENT: ("ok", _l("Sent")),
    }
)

letters = Workflow(
    Letter.state,
    Move("edit", {L.DRAFT, L.HELD}, L.DRAFT, by=staff, label=_l("Change the letter")),
    Move("read_over", {L.DRAFT}, L.HELD, by=ADVISED, label=_l("Read over, may go")),
    # Made by the approval of a changed decision, and by the release: never by a button.
    Move("redraw", {L.DRAFT, L.HELD}, L.DRAFT, by=CLOCK, label=_l("Draw up anew")),
    Move("send", {L.HELD}, L.SENT, by=CLOCK, label=_l("Send")),
)

# --- appeals ---------------------------------------------------------------------

KIND_WORDS: dict[AppealKind, LazyString] = Told(
    {
        AppealKind.EXPLANATION: _l("Request for explanation"),
        AppealKind.OBJECTION: _l("Objection"),
    }
)
APPEAL_WORDS: dict[P, tuple[str, LazyString]] = Told(
    {
        P.DRAFT: ("none", _l("Being written")),
        P.RECEIVED: ("wait", _l("Received")),
        P.IN_HAND: ("run", _l("In hand")),
        P.PROPOSED: ("wait", _l("Answer waits for a colleague")),
        P.UPHELD: ("ok", _l("The decision stands")),
        P.CHANGED: ("warn", _l("Decision changed")),
        P.WITHDRAWN: ("none", _l("Withdrawn")),
    }
)

TOLD_WORDS: dict[P, tuple[str, LazyString]] = Told({**APPEAL_WORDS, P.PROPOSED: APPEAL_WORDS[P.IN_HAND]})
"""What the applicant reads of an appeal: an answer is one when it is agreed."""

appeals = Workflow(
    Appeal.state,
    Move("send_in", {P.DRAFT}, P.RECEIVED, by=APPELLANT, label=_l("Send")),
    Move("take", {P.RECEIVED}, P.IN_HAND, by=SECOND, label=_l("Take in hand")),
    Move("propose_answer", {P.IN_HAND}, P.PROPOSED, by=SECOND, label=_l("Propose the answer")),
    Move("take_answer_back", {P.PROPOSED}, P.IN_HAND, by=ANSWERED, label=_l("Take the answer back")),
    Move(
        "return_answer", {P.PROPOSED}, P.IN_HAND, by=AGREES, label=_l("Ask for another answer"),
        wants_note=True,
    ),
    Move("uphold", {P.PROPOSED}, P.UPHELD, by=AGREES, label=_l("The decision stands"), danger=True),
    Move("change", {P.PROPOSED}, P.CHANGED, by=AGREES, label=_l("Change the decision"), danger=True),
    Move(
        "withdraw", {P.DRAFT, P.RECEIVED, P.IN_HAND, P.PROPOSED}, P.WITHDRAWN, by=APPELLANT,
        label=_l("Take it back"), danger=True,
    ),
)  # fmt: skip

# --- meetings --------------------------------------------------------------------

MEETING_WORDS: dict[M, tuple[str, LazyString]] = Told(
    {
        M.PLANNED: ("wait", _l("Planned")),
        M.RUNNING: ("now", _l("Under way")),
        M.CLOSED: ("ok", _l("Closed")),
        M.CANCELLED: ("none", _l("Cancelled")),
    }
)
SEAT_WORDS: dict[SeatKind, LazyString] = Told(
    {
        SeatKind.CHAIR: _l("Chair"),
        SeatKind.SECRETARY: _l("Secretary"),
        SeatKind.MEMBER: _l("Member"),
    }
)
ITEM_WORDS: dict[I, tuple[str, LazyString]] = Told(
    {
        I.WAITING: ("none", _l("To come")),
        I.LIVE: ("now", _l("Now")),
        I.DONE: ("ok", _l("Done")),
    }
)
VOTING_WORDS: dict[B, tuple[str, LazyString]] = Told(
    {
        B.NONE: ("none", _l("No votes")),
        B.OPEN: ("now", _l("Voting open")),
        B.CLOSED: ("ok", _l("Voting closed")),
    }
)
CHOICE_WORDS: dict[Choice, tuple[str, LazyString]] = Told(
    {
        Choice.YES: ("ok", _l("Yes")),
        Choice.NO: ("bad", _l("No")),
        Choice.ABSTAIN: ("none", _l("Abstain")),
    }
)

meetings = Workflow(
    Meeting.state,
    Move("open", {M.PLANNED}, M.RUNNING, by=RUNS, label=_l("Open the meeting")),
    Move("close", {M.RUNNING}, M.CLOSED, by=RUNS, label=_l("Close the meeting"), danger=True),
    Move("reopen", {M.CLOSED}, M.RUNNING, by=RUNS, label=_l("Open the meeting again"), wants_note=True),
    Move("cancel", {M.PLANNED}, M.CANCELLED, by=manager, label=_l("Cancel the meeting"), danger=True),
)

items = Workflow(
    AgendaItem.state,
    Move("call", {I.WAITING, I.DONE}, I.LIVE, by=RUNS, label=_l("Speak about it now")),
    Move("finish", {I.LIVE}, I.DONE, by=RUNS, label=_l("Finish this item")),
)

votings = Workflow(
    AgendaItem.voting,
    Move("open_votes", {B.NONE, B.CLOSED}, B.OPEN, by=RUNS & ~barred, label=_l("Open the voting")),
    Move("close_votes", {B.OPEN}, B.CLOSED, by=RUNS & ~barred, label=_l("Close the voting")),
    # Made with the end of the item by somebody who is out for it; never by a button.
    Move("shut_votes", {B.OPEN}, B.CLOSED, by=CLOCK, label=_l("Close the voting")),
)
