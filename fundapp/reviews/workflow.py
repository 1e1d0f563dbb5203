"""The way of a review: asked, accepted, handed in; or declined, or taken off by staff."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from fundapp.accounts.rules import manager
from fundapp.core.newer import Told
from fundapp.core.rules import CLOCK, PUBLIC
from fundapp.core.workflow import Move, Workflow
from fundapp.reviews.models import InvitationState as I
from fundapp.reviews.models import PoolInvitation, Review
from fundapp.reviews.models import ReviewState as S
from fundapp.reviews.rules import MANAGE, REVIEW, asked

OPEN = (S.INVITED, S.ACCEPTED)
"""Still to be done."""

LIVE = (*OPEN, S.SUBMITTED)
"""Of use to the reviewer: to be done, or done."""

WORDS: dict[S, tuple[str, LazyString]] = Told(
    {
        S.INVITED: ("wait", _l("Asked")),
        S.ACCEPTED: ("run", _l("Under way")),
        S.DECLINED: ("none", _l("Turned down")),
        S.SUBMITTED: ("ok", _l("Handed in")),
        S.RELEASED: ("none", _l("Taken off")),
    }
)

workflow = Workflow(
    Review.state,
    Move("accept", {S.INVITED}, S.ACCEPTED, by=REVIEW, label=_l("Take it on")),
    Move(
        "decline", set(OPEN), S.DECLINED, by=asked | CLOCK, label=_l("Decline this review"), wants_note=True
    ),
    Move("submit", {S.ACCEPTED}, S.SUBMITTED, by=REVIEW, label=_l("Hand in")),
    Move("revise", {S.SUBMITTED}, None, by=REVIEW, label=_l("Change it"), wants_note=True),
    Move("stand", {S.SUBMITTED}, None, by=REVIEW, label=_l("My review still stands")),
    Move("reopen", {S.SUBMITTED}, S.ACCEPTED, by=MANAGE | CLOCK, label=_l("Hand back"), wants_note=True),
    Move("ask_again", {S.DECLINED, S.RELEASED}, S.INVITED, by=MANAGE | CLOCK, label=_l("Ask again")),
    Move(
        "release",
        set(OPEN),
        S.RELEASED,
        by=MANAGE | CLOCK,
        label=_l("Take off"),
        danger=True,
        wants_note=True,
    ),
)

# Who has the link of an invitation may answer it; the service has looked at the link.
invitations = Workflow(
    PoolInvitation.state,
    Move("accept", {I.SENT}, I.ACCEPTED, by=PUBLIC, label=_l("Yes, I want to review")),
    Move("decline", {I.SENT}, I.DECLINED, by=PUBLIC, label=_l("No, thank you")),
    Move("take_back", {I.SENT}, I.TAKEN_BACK, by=manager, label=_l("Take it back"), danger=True),
)

INVITED_WORDS: dict[I, tuple[str, LazyString]] = Told(
    {
        I.SENT: ("wait", _l("Invited")),
        I.ACCEPTED: ("ok", _l("Joined")),
        I.DECLINED: ("none", _l("Said no")),
        I.TAKEN_BACK: ("none", _l("Taken back")),
    }
)
