"""The decisions of a round: proposed by one manager, approved and released by the other."""

from datetime import datetime

from sqlalchemy import select

from fundapp.core.db import db
from fundapp.decisions import service as decisions
from fundapp.decisions.models import Decision, Outcome
from fundapp.demo import content
from fundapp.demo.cast import Cast
from fundapp.rounds import service as rounds


def propose(cast: Cast, key: str, at: datetime) -> None:
    """Propose what the content says about a proposal."""
    verdict = content.proposal(key).decision
    if verdict is None:
        raise ValueError(f"{key} has no decision to propose")
    decisions.propose(
        cast.applications[key],
        outcome=Outcome(verdict.outcome),
        amount_cents=verdict.euros * 100 if verdict.euros else None,
        to_applicant=verdict.to_applicant,
        internal=verdict.internal,
        actor=cast["noor"],
        at=at,
    )


def approve(cast: Cast, keys: list[str], at: datetime, *, has_read: bool = True) -> None:
    """Let the second manager approve what the first proposed. has_read: their letters too."""
    for key in keys:
        decisions.approve(decision_of(cast, key), actor=cast["maarten"], at=at, has_read=has_read)


def release(cast: Cast, key: str, at: datetime) -> None:
    """Release one decision by itself: who does not meet the conditions hears it at once."""
    decisions.release(decision_of(cast, key), actor=cast["maarten"], at=at)


def deliberate(cast: Cast, slug: str, at: datetime) -> None:
    """Go from reviewing to deciding."""
    rounds.deliberate(cast.rounds[slug], actor=cast["noor"], at=at)


def release_round(cast: Cast, slug: str, at: datetime) -> None:
    """Send all letters of a round; the awards open."""
    decisions.release_round(cast.rounds[slug], actor=cast["maarten"], at=at)


def decision_of(cast: Cast, key: str) -> Decision:
    """Find the decision about a proposal."""
    return db.session.scalars(
        select(Decision).where(Decision.application_id == cast.applications[key].id)
    ).one()
