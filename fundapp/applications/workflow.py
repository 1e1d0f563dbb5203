"""The states of an application and of a conflict, their moves, and what each state is called."""

from enum import StrEnum
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from fundapp.accounts.rules import manager
from fundapp.applications.models import Application, Conflict, Thread
from fundapp.applications.models import ApplicationState as S
from fundapp.applications.models import ConflictState as C
from fundapp.applications.models import ThreadState as T
from fundapp.applications.rules import owner, staff, writer
from fundapp.core.newer import Told
from fundapp.core.rules import CLOCK, person
from fundapp.core.workflow import Move, Workflow

tried = manager & person(lambda user, row: row.application.round.is_trial, "tried")
"""A manager, of a proposal in a trial: even one of their own may be wiped."""

# Outcomes are made by the release of a decision alone: see applications.service.conclude.
workflow = Workflow(
    Application.state,
    Move("submit", {S.DRAFT, S.SUBMITTED, S.INVITED}, S.SUBMITTED, by=owner, label=_l("Send the proposal")),
    Move("discard", {S.DRAFT}, S.WITHDRAWN, by=owner, label=_l("Throw the draft away"), danger=True),
    Move(
        "withdraw", {S.SUBMITTED, S.INCOMPLETE, S.IN_REVIEW, S.INVITED, S.RESERVE}, S.WITHDRAWN, by=owner,
        label=_l("Withdraw the proposal"), danger=True, wants_note=True,
    ),
    Move("ask_completion", {S.SUBMITTED}, S.INCOMPLETE, by=staff, label=_l("Ask for what is missing")),
    # Only as an undo, before the applicants were told.
    Move("drop_completion", {S.INCOMPLETE}, S.SUBMITTED, by=staff, label=_l("Ask nothing after all")),
    Move("complete", {S.INCOMPLETE}, S.SUBMITTED, by=writer, label=_l("Send what was missing")),
    Move("lapse", {S.INCOMPLETE}, S.SUBMITTED, by=CLOCK, label=_l("The term is over")),
    Move("admit", {S.SUBMITTED}, S.IN_REVIEW, by=staff, label=_l("Take into review")),
    Move("put_back", {S.IN_REVIEW}, S.SUBMITTED, by=staff, label=_l("Put back")),  # only as an undo
    Move(
        "defer", {S.SUBMITTED, S.IN_REVIEW}, S.DEFERRED, by=staff, label=_l("Move to the next call"),
        wants_note=True,
    ),
    # Only by the deferral of an earlier application, whose text it takes along: never a button.
    Move("carry_over", {S.DRAFT}, S.SUBMITTED, by=staff, label=_l("Take along from an earlier call")),
    Move("merge", {S.SUBMITTED, S.IN_REVIEW}, S.MERGED, by=staff, label=_l("Join with another")),
    Move("find_ineligible", {S.SUBMITTED}, S.INELIGIBLE, by=staff, label=_l("Does not meet the conditions")),
    Move("invite", {S.IN_REVIEW}, S.INVITED, by=staff, label=_l("Invite a full proposal")),
    Move("run_out", {S.INVITED}, S.LAPSED, by=CLOCK, label=_l("No full proposal came in time")),
    Move(
        "revive", {S.LAPSED}, S.INVITED, by=staff | CLOCK, label=_l("Invite again"), wants_note=True,
    ),
    Move("award", {S.IN_REVIEW, S.RESERVE}, S.AWARDED, by=staff, label=_l("Award")),
    Move("reserve", {S.IN_REVIEW}, S.RESERVE, by=staff, label=_l("Put on the reserve list")),
    Move("decline", {S.IN_REVIEW, S.RESERVE}, S.DECLINED, by=staff, label=_l("Decline")),
    Move(
        "overturn", {S.DECLINED, S.INELIGIBLE}, S.IN_REVIEW, by=staff, label=_l("Take up again"),
        wants_note=True,
    ),
    Move("wipe", frozenset(S), S.WITHDRAWN, by=tried, label=_l("Wipe the trial"), danger=True),
)  # fmt: skip

OUTCOMES: dict[S, str] = {
    S.INELIGIBLE: "find_ineligible",
    S.INVITED: "invite",
    S.AWARDED: "award",
    S.RESERVE: "reserve",
    S.DECLINED: "decline",
}
"""The move that brings each outcome of a decision."""

WORDS: dict[S, tuple[str, LazyString]] = Told(
    {
        S.DRAFT: ("none", _l("Draft")),
        S.SUBMITTED: ("wait", _l("Received")),
        S.INCOMPLETE: ("warn", _l("Waits for the applicant")),
        S.IN_REVIEW: ("run", _l("In review")),
        S.INVITED: ("now", _l("Invited")),
        S.AWARDED: ("ok", _l("Awarded")),
        S.RESERVE: ("warn", _l("Reserve list")),
        S.DECLINED: ("bad", _l("Declined")),
        S.INELIGIBLE: ("bad", _l("Not eligible")),
        S.DEFERRED: ("none", _l("Deferred")),
        S.MERGED: ("none", _l("Joined with another")),
        S.WITHDRAWN: ("none", _l("Withdrawn")),
        S.LAPSED: ("none", _l("Invitation lapsed")),
    }
)
"""Shape and office word of each state."""

PUBLIC_WORDS: dict[S, tuple[str, LazyString]] = Told(
    {
        S.DRAFT: ("wait", _l("Not sent in yet")),
        S.SUBMITTED: ("ok", _l("Received")),
        S.INCOMPLETE: ("warn", _l("We need something from you")),
        S.IN_REVIEW: ("run", _l("Being assessed")),
        S.INVITED: ("now", _l("You may write the full proposal")),
        S.AWARDED: ("ok", _l("Awarded")),
        S.RESERVE: ("warn", _l("On the reserve list")),
        S.DECLINED: ("bad", _l("Not awarded")),
        S.INELIGIBLE: ("bad", _l("Does not meet the conditions")),
        S.DEFERRED: ("none", _l("Moved to the next call")),
        S.MERGED: ("none", _l("Joined with another proposal")),
        S.WITHDRAWN: ("none", _l("Withdrawn")),
        S.LAPSED: ("warn", _l("No full proposal came in time")),
    }
)
"""Shape and word of each state for the applicant; a draft is only ever theirs."""


def _oneself(user: Any, row: Any) -> bool:
    return bool(row.user_id == user.id)


oneself = person(_oneself, "oneself")
settler = manager & ~oneself
"""A manager settles what others declared, never their own."""

ANY: frozenset[StrEnum] = frozenset(C)
conflicts = Workflow(
    Conflict.state,
    Move("declare_clear", {C.HINTED, C.CLEAR}, C.CLEAR, by=oneself, label=_l("I have no ties")),
    Move("declare_unsure", {C.HINTED, C.CLEAR, C.UNSURE}, C.UNSURE, by=oneself, label=_l("I am not sure")),
    Move("declare_barred", ANY, C.BARRED, by=oneself, label=_l("I have a tie")),
    Move(
        "settle_clear", {C.HINTED, C.UNSURE, C.BARRED}, C.CLEAR, by=settler, label=_l("No tie that matters")
    ),
    Move("settle_barred", {C.HINTED, C.CLEAR, C.UNSURE}, C.BARRED, by=settler | CLOCK, label=_l("Keep away")),
)

CONFLICT_WORDS: dict[C, tuple[str, LazyString]] = Told(
    {
        C.HINTED: ("warn", _l("Perhaps a tie")),
        C.CLEAR: ("ok", _l("No ties")),
        C.UNSURE: ("warn", _l("Not sure; sees nothing")),
        C.BARRED: ("bad", _l("A tie; sees nothing")),
    }
)
"""Shape and word of what is known of a tie."""


threads = Workflow(
    Thread.state,
    Move("answer", {T.OPEN}, T.ANSWERED, by=writer, label=_l("Send the answer")),
    Move("ask_again", {T.ANSWERED}, T.OPEN, by=staff, label=_l("Ask further")),
    Move("extend", {T.OPEN, T.EXPIRED}, T.OPEN, by=staff, label=_l("Give more time"), wants_note=True),
    Move("close", {T.OPEN, T.ANSWERED, T.EXPIRED}, T.CLOSED, by=staff | CLOCK, label=_l("Close")),
    Move("expire", {T.OPEN}, T.EXPIRED, by=CLOCK, label=_l("The term is over")),
)

THREAD_WORDS: dict[T, tuple[str, LazyString]] = Told(
    {
        T.OPEN: ("now", _l("Waits for an answer")),
        T.ANSWERED: ("ok", _l("Answered")),
        T.CLOSED: ("none", _l("Closed")),
        T.EXPIRED: ("bad", _l("Not answered in time")),
    }
)
"""Shape and office word of a question to the applicants."""

PUBLIC_THREAD_WORDS: dict[T, tuple[str, LazyString]] = Told(
    {
        T.OPEN: ("now", _l("Waits for your answer")),
        T.ANSWERED: ("ok", _l("Answered, we read it")),
        T.CLOSED: ("none", _l("Closed")),
        T.EXPIRED: ("bad", _l("Too late")),
    }
)
"""Shape and word of a question for those who are asked."""
