"""What the pages of deciding show, put together from the queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fundapp.accounts.models import User
from fundapp.applications import eligibility
from fundapp.applications.models import Application, ApplicationState
from fundapp.decisions import queries
from fundapp.decisions.models import DecisionState, Outcome
from fundapp.decisions.queries import LIVE
from fundapp.decisions.workflow import OUTCOME_WORDS
from fundapp.funds import ledger
from fundapp.reviews import queries as review_queries
from fundapp.reviews.ranking import Scale, line_up
from fundapp.reviews.sheet import scales
from fundapp.rounds.models import Round


@dataclass(frozen=True)
class Line:
    """One application with its place, if it has one, and the decision under way, if there is one."""

    row: Any
    rank: int | None
    is_shared: bool
    is_above: bool
    decision: Any

    @property
    def spread_ppm(self) -> int | None:
        """How far its reviews lie apart; none for what is not in review or may not be seen yet."""
        return None if getattr(self.row, "is_own_open", True) else self.row.spread_ppm

    @property
    def reviews(self) -> str:
        """How many reviews count; nothing for what is not in review or may not be seen yet."""
        return "" if getattr(self.row, "is_own_open", True) else str(self.row.reviews or 0)

    @property
    def score_ppm(self) -> int | None:
        """Its score; none for what is not in review or may not be seen yet."""
        return None if getattr(self.row, "is_own_open", True) else self.row.mean_ppm


@dataclass(frozen=True)
class Deciding:
    """A round being decided: every application in order, and what it comes to."""

    lines: list[Line]
    reserved_cents: int
    scale: Scale

    def _under_way(self, *states: DecisionState) -> list[Line]:
        return [line for line in self.lines if line.decision is not None and line.decision.state in states]

    @property
    def undecided(self) -> list[Line]:
        """Live applications that nobody proposed anything for."""
        waits = [line for line in self.lines if line.row.state in LIVE]
        return [line for line in waits if line.decision is None or line.decision.state is DecisionState.DRAFT]

    @property
    def proposed(self) -> list[Line]:
        """Proposals that wait for approval."""
        return self._under_way(DecisionState.PROPOSED)

    @property
    def approved(self) -> list[Line]:
        """Decisions that wait for their release."""
        return self._under_way(DecisionState.APPROVED)

    @property
    def embargo_until(self) -> datetime | None:
        """Until when what is under way stays inside, if it does."""
        lines = self._under_way(DecisionState.PROPOSED, DecisionState.APPROVED)
        return max(
            (line.decision.embargo_until_at for line in lines if line.decision.embargo_until_at), default=None
        )

    @property
    def is_ready(self) -> bool:
        """Whether all that lives has an approved decision, as far as this person sees."""
        return bool(self.approved) and not self.undecided and not self.proposed

    @property
    def asked_cents(self) -> int:
        """What all awards under way come to."""
        lines = self._under_way(DecisionState.PROPOSED, DecisionState.APPROVED)
        return sum(line.decision.amount_cents or 0 for line in lines)

    @property
    def left_cents(self) -> int:
        """What the round has left after them; less than zero is too much."""
        return self.reserved_cents - self.asked_cents

    def outcomes(self) -> list[tuple[Any, int, int]]:
        """Count the approved decisions by outcome: (word, how many, cents)."""
        counted = []
        for outcome in Outcome:
            found = [line.decision for line in self.approved if line.decision.outcome is outcome]
            if found:
                cents = sum(decision.amount_cents or 0 for decision in found)
                counted.append((OUTCOME_WORDS[outcome][1], len(found), cents))
        return counted


def deciding(user: User, round: Round) -> Deciding:
    """Put the page of a round's decisions together; six queries, however many applications."""
    rubric = round.decided_stage.rubric
    ranking = line_up(
        review_queries.ranking(user, round),
        budget_cents=round.budget_cents,
        threshold_ppm=rubric.threshold_ppm,
    )
    decisions = queries.decisions_in(user, round)
    places = [*ranking.above, *ranking.below]
    above = {place.row.id for place in ranking.above}
    lines = [
        Line(place.row, place.rank, place.is_shared, place.row.id in above, decisions.get(place.row.id))
        for place in places
    ]
    rest: Sequence[Any] = [
        *ranking.unread,
        *ranking.apart,
        *queries.not_admitted(user, round),
    ]
    lines += [Line(row, None, False, False, decisions.get(row.id)) for row in rest]
    reserved = ledger.figures(round.fund_id, ledger.Where(round_id=round.id)).reserved
    return Deciding(lines, reserved, Scale.of(scales(rubric.criteria)))


def reasons(user: User, application: Application) -> str:
    """Gather what reviewers wrote for the applicant, as a first draft of the reasons; no names.

    Before the review: what was found of the conditions that are not met.
    """
    if application.state is ApplicationState.SUBMITTED:
        return eligibility.first_draft(application)
    told = review_queries.reviews_for(user, application)
    return "\n\n".join(one.to_applicant.strip() for one in told if one.to_applicant.strip())


PAGE = 50
"""How many applications one page of the decisions of a round shows."""


@dataclass(frozen=True)
class Part:
    """One page of a long list."""

    lines: list[Line]
    number: int
    pages: int


def part(lines: list[Line], number: int) -> Part:
    """Cut one page out of the lines of a round; a number beyond the last gives the last."""
    pages = max(1, -(-len(lines) // PAGE))
    number = min(max(1, number), pages)
    return Part(lines[PAGE * (number - 1) : PAGE * number], number, pages)


def left(round: Round) -> int:
    """Give what a round still has to give, in cents."""
    return ledger.figures(round.fund_id, ledger.Where(round_id=round.id)).reserved
