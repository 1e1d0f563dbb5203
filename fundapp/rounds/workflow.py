"""The states of a round and the moves between them; what each state is called in the office."""

from enum import StrEnum

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from fundapp.core.newer import Told
from fundapp.core.rules import CLOCK
from fundapp.core.workflow import Move, Workflow
from fundapp.rounds.models import Round
from fundapp.rounds.models import RoundState as S
from fundapp.rounds.rules import MANAGE, TRIED

PAST_DRAFT: frozenset[StrEnum] = frozenset(S) - {S.DRAFT}

workflow = Workflow(
    Round.state,
    Move("publish", {S.DRAFT}, S.PUBLISHED, by=MANAGE, label=_l("Publish the call")),
    Move("close", {S.PUBLISHED}, S.REVIEWING, by=MANAGE | CLOCK, label=_l("Close the call")),
    Move(
        "open_early", {S.PUBLISHED}, None, by=MANAGE, label=_l("Break the seal"), danger=True, wants_note=True
    ),
    Move("reopen", {S.REVIEWING}, S.PUBLISHED, by=MANAGE, label=_l("Open the call again"), wants_note=True),
    Move("deliberate", {S.REVIEWING}, S.DECIDING, by=MANAGE, label=_l("Go on to deciding")),
    Move("release", {S.DECIDING}, S.RELEASED, by=MANAGE, label=_l("Release the decisions"), danger=True),
    Move("archive", {S.RELEASED}, S.ARCHIVED, by=MANAGE, label=_l("Archive the round"), danger=True),
    Move(
        "cancel", {S.DRAFT, S.PUBLISHED}, S.CANCELLED, by=MANAGE, label=_l("Cancel the round"),
        danger=True, wants_note=True,
    ),
    Move("wipe", PAST_DRAFT, S.CANCELLED, by=TRIED, label=_l("Wipe the trial"), danger=True),
)  # fmt: skip

WORDS: dict[S, tuple[str, LazyString]] = Told(
    {
        S.DRAFT: ("none", _l("Being prepared")),
        S.PUBLISHED: ("now", _l("Published")),
        S.REVIEWING: ("run", _l("In review")),
        S.DECIDING: ("run", _l("Being decided")),
        S.RELEASED: ("ok", _l("Decided")),
        S.ARCHIVED: ("none", _l("Archived")),
        S.CANCELLED: ("bad", _l("Cancelled")),
    }
)
"""Shape and office word of each state."""
