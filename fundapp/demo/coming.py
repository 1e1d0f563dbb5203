"""Scenes of what comes next: a limit that the fund sets itself, and a round of two stages being prepared."""

from datetime import datetime, timedelta
from functools import partial

from fundapp.core.db import db
from fundapp.demo.calendar import ZONE
from fundapp.demo.cast import Cast
from fundapp.funds import settings
from fundapp.rounds import clones, dates, stages

FOURTH = "steady-hands"
NAME = {"en": "Round 4: Steady hands", "nl": "Ronde 4: Vaste handen"}
IDEA = {"en": "Idea", "nl": "Idee"}
WHOLE = {"en": "Full proposal", "nl": "Volledig voorstel"}
MOST_PER_PARTY = 4_000_000
"""Euro cents; nobody in the demo comes near it."""


def next_round(cast: Cast, after: str) -> None:
    """Set a limit for each applicant, and prepare a round after the last one, in two stages."""
    days, plan = cast.calendar.days, cast.calendar.plan
    plan(days(-30, "13:40"), partial(_limit, cast))
    plan(days(-3, "15:10"), partial(_clone, cast, after))


def _limit(cast: Cast, at: datetime) -> None:
    fund = cast.fund
    settings.change(
        fund, version=fund.row_version, cap_party_cents=MOST_PER_PARTY, actor=cast["maarten"], at=at
    )


def _clone(cast: Cast, after: str, at: datetime) -> None:
    earlier, actor = cast.rounds[after], cast["noor"]
    stage = earlier.stage
    opens_at = dates.shifted(stage.opens_at, 26 * dates.WEEK, ZONE, closing=False) or stage.opens_at
    made = clones.clone(earlier, slug=FOURTH, name=NAME, opens_at=opens_at, actor=actor, at=at)
    made.decide_by_on = None  # it follows the second stage
    closes_at = made.stage.closes_at or opens_at
    stages.change(made.stage, name=IDEA, actor=actor, at=at)
    second_opens = closes_at + timedelta(days=60)
    stages.add(
        made,
        name=WHOLE,
        form=stage.form,
        rubric=stage.rubric,
        opens_at=second_opens,
        closes_at=second_opens + timedelta(days=42),
        reviews_wanted=stage.reviews_wanted,
        actor=actor,
        at=at,
    )
    db.session.flush()
    cast.rounds[FOURTH] = made
