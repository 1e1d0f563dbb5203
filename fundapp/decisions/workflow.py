"""The way of a decision: proposed, approved by others, released; an outcome leaves the house only then."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from fundapp.core.rules import CLOCK
from fundapp.core.workflow import Move, Workflow
from fundapp.decisions.models import Decision, Outcome
from fundapp.decisions.models import DecisionState as S
from fundapp.decisions.rules import JUDGE, staff

WORDS: dict[S, tuple[str, LazyString]] = {
    S.DRAFT: ("none", _l("Taken back")),
    S.PROPOSED: ("wait", _l("Proposed")),
    S.APPROVED: ("run", _l("Approved, not sent")),
    S.RELEASED: ("ok", _l("Released")),
    S.SUPERSEDED: ("none", _l("Replaced")),
}

OUTCOME_WORDS: dict[Outcome, tuple[str, LazyString]] = {
    Outcome.AWARDED: ("ok", _l("Award")),
    Outcome.RESERVE: ("warn", _l("Reserve list")),
    Outcome.DECLINED: ("bad", _l("Decline")),
    Outcome.INELIGIBLE: ("bad", _l("Not eligible")),
}
"""What the office calls an outcome before it is one."""

workflow = Workflow(
    Decision.state,
    Move("propose", {S.DRAFT}, S.PROPOSED, by=staff, label=_l("Propose")),
    Move("approve", {S.PROPOSED}, S.APPROVED, by=JUDGE, label=_l("Approve")),
    Move("release", {S.APPROVED}, S.RELEASED, by=JUDGE, label=_l("Release"), danger=True),
    Move("revise", {S.PROPOSED, S.APPROVED}, S.DRAFT, by=staff, label=_l("Take back")),
    # Made by a later decision that takes its place (from the reserve list), never by a button.
    Move("supersede", {S.RELEASED}, S.SUPERSEDED, by=CLOCK, label=_l("Replace")),
)
