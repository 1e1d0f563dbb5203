"""How long earlier rounds of a fund took, from closing to decision: told only where there is enough."""

from dataclasses import dataclass
from datetime import datetime
from math import ceil
from statistics import median

from sqlalchemy import select

from fundapp.applications.models import Application, ApplicationState
from fundapp.core.db import db
from fundapp.rounds.models import Round, RoundState, Stage

S = ApplicationState
DECIDED = (S.AWARDED, S.RESERVE, S.DECLINED, S.INELIGIBLE)
FEWEST = 5
"""Below this many decisions a median says more about chance than about the fund."""
MOST = 5_000


@dataclass(frozen=True, slots=True)
class Usual:
    """Days from the closing of a call (or the sending, in a call without end) to the decision.

    median and ninetieth: half, and nine in ten, of the proposals had their decision within so many days.
    proposals, rounds: what it rests on.
    """

    median: int
    ninetieth: int
    proposals: int
    rounds: int


def times(fund_id: int) -> Usual | None:
    """Sum up the released rounds of a fund; None where there are too few decisions to say anything."""
    rows = db.session.execute(
        select(Application.round_id, Stage.closes_at, Application.submitted_at, Application.state_at)
        .join(Round, Round.id == Application.round_id)
        .join(Stage, Stage.id == Application.stage_id)
        .where(
            Application.fund_id == fund_id,
            Application.state.in_(DECIDED),
            Application.import_key.is_(None),
            Round.state.in_((RoundState.RELEASED, RoundState.ARCHIVED)),
            Round.is_trial.is_(False),
        )
        .order_by(Application.id.desc())
        .limit(MOST)
    ).all()
    days = sorted(_days(row.closes_at or row.submitted_at, row.state_at) for row in rows)
    if len(days) < FEWEST:
        return None
    return Usual(
        median=round(median(days)),
        ninetieth=days[ceil(len(days) * 0.9) - 1],
        proposals=len(days),
        rounds=len({row.round_id for row in rows}),
    )


def _days(start: datetime, end: datetime) -> int:
    return max(0, ceil((end - start).total_seconds() / 86400))
