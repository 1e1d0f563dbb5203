"""Where a second opinion stands, and who moves it."""

from enum import StrEnum

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from fundapp.applications.rules import barred, partner, staff
from fundapp.core.newer import Told
from fundapp.core.rules import CLOCK, PUBLIC, person
from fundapp.core.workflow import Move, Workflow
from fundapp.payouts.models import OpinionState, SecondOpinion, Verdict

S = OpinionState

expert = person(lambda user, opinion: opinion.user_id == user.id, "expert")
EXPERT = expert & ~barred & ~partner
"""Who accepted, as long as no tie bars them."""

opinions = Workflow(
    SecondOpinion.state,
    Move("accept", {S.ASKED}, S.ACCEPTED, by=PUBLIC, label=_l("Yes, I will look at it")),
    Move("decline", {S.ASKED, S.ACCEPTED}, S.DECLINED, by=PUBLIC, label=_l("No, I can’t")),
    Move("send_again", {S.ASKED}, None, by=staff, label=_l("Send it again")),
    Move("give", {S.ACCEPTED}, S.GIVEN, by=EXPERT, label=_l("Give this advice")),
    Move(
        "take_back", {S.ASKED, S.ACCEPTED}, S.TAKEN_BACK, by=staff | CLOCK, label=_l("Take it back"),
        danger=True,
    ),
)  # fmt: skip

Words = dict[StrEnum, tuple[str, LazyString]]

OPINION_WORDS: Words = Told(
    {
        S.ASKED: ("wait", _l("Asked")),
        S.ACCEPTED: ("run", _l("Looks at it")),
        S.GIVEN: ("ok", _l("Advised")),
        S.DECLINED: ("none", _l("Said no")),
        S.TAKEN_BACK: ("none", _l("Taken back")),
    }
)
VERDICT_WORDS: Words = Told(
    {
        Verdict.APPROVE: ("ok", _l("Advises to approve")),
        Verdict.DOUBT: ("warn", _l("Has doubts")),
        Verdict.REFUSE: ("bad", _l("Advises to refuse")),
    }
)
