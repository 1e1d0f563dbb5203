"""The report of a round, gathered from rows into the data of a snapshot."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from fundapp.applications.models import ApplicationState as State
from fundapp.applications.models import ConflictState
from fundapp.core import clock
from fundapp.funds import ledger
from fundapp.reports import measures, rows
from fundapp.reports.afterwards import appeal_figures, movement_figures
from fundapp.reports.group_figures import breakdowns
from fundapp.reports.measures import percent, tidy
from fundapp.reports.round_reviews import Reviewed, reviewed
from fundapp.reports.round_shape import (
    ConflictFigures,
    Headline,
    MoneyFigures,
    Ranked,
    Reviewing,
    RoundReport,
    StepFigures,
    TimeFigures,
)
from fundapp.reports.sources import fund_card, round_card
from fundapp.reports.standing_rows import ranking, with_stability
from fundapp.reports.time_figures import times
from fundapp.reviews.models import ReviewState
from fundapp.rounds.models import Round

OUT = frozenset(
    {State.INELIGIBLE, State.WITHDRAWN, State.LAPSED, State.INCOMPLETE, State.DEFERRED, State.MERGED}
)
"""States in which an application no longer takes part in the round."""
DECIDED = frozenset({State.AWARDED, State.RESERVE, State.DECLINED, State.INELIGIBLE})
FIFTH = 0.2


@dataclass(frozen=True)
class Gathered:
    """The rows of a round, read once, and what follows from its reviews."""

    round: Round
    applications: Sequence[Any]
    assignments: Sequence[Any]
    reviews: Reviewed
    ranking: list[Ranked]

    @property
    def awarded_cents(self) -> int:
        """All that was granted in this round."""
        return sum(row.awarded_cents or 0 for row in self.won)

    @property
    def won(self) -> list[Any]:
        """The applications that were awarded a grant."""
        return [row for row in self.applications if row.state is State.AWARDED]

    @property
    def taking_part(self) -> list[Any]:
        """The applications that were not turned away or taken back."""
        return [row for row in self.applications if row.state not in OUT]


def gather(round: Round, *, at: datetime) -> RoundReport:
    """Gather everything the report of a round says, at this instant; a dozen queries, however many rows."""
    applications = rows.applications_of(round.id)
    found = reviewed(round)
    got = Gathered(round, applications, rows.assignments_of(round.id), found, ranking(applications, found))
    with_stability(got.ranking, found, got.taking_part, round)
    took, groups = _times(got), breakdowns(applications, round.fund)
    return {
        "kind": "round",
        "made_at": clock.local(at, round.fund.zone).strftime("%Y-%m-%dT%H:%M"),
        "fund": fund_card(round.fund),
        "round": round_card(round),
        "headline": _headline(got, took),
        "steps": _steps(got),
        "themes": groups["themes"],
        "countries": groups["countries"],
        "forms": groups["forms"],
        "licences": groups["licences"],
        "layers": groups["layers"],
        "first": groups["first"],
        "scale": found.scale,
        "ranking": got.ranking,
        "times": took,
        "reviewers": found.load(got.assignments, round.fund.zone),
        "agreement": found.agreement(),
        "conflicts": _conflicts(round.id),
        "appeals": appeal_figures([round.id]),
        "movement": movement_figures(round.id),
        "money": _money(round),
        "profile": found.profile({row.id for row in got.won}),
    }


# --- counts ------------------------------------------------------------------------


def _headline(got: Gathered, took: Sequence[TimeFigures]) -> Headline:
    awards = sorted(row.awarded_cents for row in got.won if row.awarded_cents)
    asked = sum(row.requested_cents or 0 for row in got.applications)
    states = Counter(row.state for row in got.applications)
    decision = next((one for one in took if one["key"] == "decision"), None)
    budget = got.round.budget_cents
    return {
        "received": len(got.applications),
        "applicants": len({row.party_id or f"-{row.id}" for row in got.applications}),
        "eligible": len(got.taking_part),
        "reviewed": sum(got.reviews.has(row.id) for row in got.taking_part),
        "decided": sum(states[state] for state in DECIDED),
        "funded": states[State.AWARDED],
        "reserve": states[State.RESERVE],
        "rate": percent(states[State.AWARDED], len(got.applications)),
        "asked_cents": asked,
        "awarded_cents": got.awarded_cents,
        "awarded_of_asked": percent(got.awarded_cents, asked),
        "times_asked": tidy(asked / budget),
        "awarded_of_budget": percent(got.awarded_cents, budget) if awards else None,
        "left_cents": budget - got.awarded_cents,
        "median_award_cents": round(measures.middle(awards) or 0) if awards else None,
        "lowest_award_cents": awards[0] if awards else None,
        "highest_award_cents": awards[-1] if awards else None,
        "days_median": decision["median"] if decision else None,
        "days_p90": decision["p90"] if decision else None,
        **_reviewing(got),
    }


def _reviewing(got: Gathered) -> Reviewing:
    """Count the reviewing: people who handed in, reviews asked and done, pairs far apart."""
    asked = [row for row in got.assignments if row.state not in (ReviewState.DECLINED, ReviewState.RELEASED)]
    done = [row for row in asked if row.state is ReviewState.SUBMITTED]
    wide = FIFTH * (got.reviews.scale["high"] - got.reviews.scale["low"])
    return {
        "alpha": got.reviews.alpha,
        "reviewers": len({row.reviewer_id for row in done}),
        "reviews_wanted": len(asked),
        "reviews_done": len(done),
        "far_apart": sum(one["spread"] is not None and one["spread"] >= wide for one in got.ranking),
    }


def _steps(got: Gathered) -> list[StepFigures]:
    parts = {
        "received": list(got.applications),
        "eligible": got.taking_part,
        "reviewed": [row for row in got.taking_part if got.reviews.has(row.id)],
        "funded": got.won,
    }
    before, found = len(got.applications), []
    for key, part in parts.items():
        found.append(_step(key, part, before, len(got.applications)))
        before = len(part)
    return found


def _step(key: str, part: Sequence[Any], before: int, received: int) -> StepFigures:
    return {
        "key": key,
        "count": len(part),
        "left": max(before - len(part), 0),
        "of_received": percent(len(part), received),
        "of_previous": percent(len(part), before),
        "asked_cents": sum(row.requested_cents or 0 for row in part),
    }


def _conflicts(round_id: int) -> ConflictFigures:
    ties = rows.ties_of(round_id)
    states = Counter(row.state for row in ties)
    return {
        "declared": len(ties),
        "barred": states[ConflictState.BARRED],
        "unsure": states[ConflictState.UNSURE],
        "clear": states[ConflictState.CLEAR],
        "applications": len({row.application_id for row in ties}),
    }


def _money(round: Round) -> MoneyFigures:
    """Read the round's money from the ledger, where every page and report reads it."""
    held = ledger.figures(round.fund_id, ledger.Where(round_id=round.id))
    return {
        "budget": held.reserved + held.promised + held.paid,
        "granted": held.granted,
        "reserved": held.reserved,
        "committed": held.committed - held.advanced,  # what was paid ahead stands under paid already
        "approved": held.approved,
        "ordered": held.ordered,
        "paid": held.paid,
    }


def _times(got: Gathered) -> list[TimeFigures]:
    call = got.round
    row = SimpleNamespace(id=call.id, closes_at=call.stage.closes_at, decide_by_on=call.decide_by_on)
    return times([row], got.applications, got.reviews.last_in, call.fund)
