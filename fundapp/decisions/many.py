"""Decisions in numbers: many proposed, or approved, at once, all or none."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from fundapp.accounts.models import RoleName, User
from fundapp.applications.models import Application
from fundapp.applications.queries import barred_for, seen
from fundapp.core.db import db
from fundapp.core.refusals import ChangedMeanwhile, Refusal
from fundapp.decisions import scenarios, service
from fundapp.decisions.models import Decision, DecisionState, Outcome
from fundapp.decisions.queries import OPEN
from fundapp.reviews.models import Review, ReviewPurpose, ReviewState
from fundapp.rounds.models import Round

MOST = 200
"""How many at once: more than a page ever shows."""


class Wanted(NamedTuple):
    """What is to be proposed about one application. shown: the mark of what stood on the page."""

    application_id: int
    outcome: Outcome
    amount_cents: int | None
    to_applicant: str
    codes: Sequence[str]
    shown: str


@dataclass(frozen=True)
class Candidate:
    """One ticked application with what it would get, and why it can't be in, where it can't."""

    application: Any
    mark: str
    to_applicant: str
    amount_cents: int | None
    fault: str = ""

    @property
    def amount_text(self) -> str:
        """The amount as a field shows it."""
        return f"{self.amount_cents / 100:.2f}".removesuffix(".00") if self.amount_cents else ""


def mark(application: Any, decision: Any) -> str:
    """Name what is known of an application and its decision, so that a change meanwhile shows."""
    made = f"{decision.id}.{decision.row_version}" if decision is not None else "0"
    return f"{application.id}-{application.state.value}-{made}"


# --- preview -----------------------------------------------------------------------


def candidates(user: User, round: Round, ids: Sequence[int], outcome: Outcome, text: str) -> list[Candidate]:
    """Put together what would be proposed about the ticked applications, in the order of the codes.

    text: standard words that end each letter's reasons. Applications the person may not see are not
    there, as everywhere. Five queries, however many.
    """
    rows = _ticked(user, round, ids)
    decisions = live_of([row.id for row in rows])
    told = told_to_applicants(user, [row.id for row in rows])
    tried = scenarios.awards(round)
    return [
        _candidate(
            row,
            decisions.get(row.id),
            told.get(row.id, []),
            outcome,
            text=text,
            tried_cents=tried.get(row.id),
        )
        for row in rows
    ]


def _candidate(
    row: Application,
    decision: Decision | None,
    told: Sequence[str],
    outcome: Outcome,
    *,
    text: str,
    tried_cents: int | None,
) -> Candidate:
    """Put one row together; an award comes from the chosen scenario where there is one."""
    words = "\n\n".join([*told, text.strip()] if text.strip() else told)
    amount = (tried_cents or row.requested_cents) if outcome is Outcome.AWARDED else None
    if amount is not None:
        amount = min(amount, row.round.highest_cents)
    return Candidate(row, mark(row, decision), words, amount, _fault(row, decision, outcome))


def _fault(row: Application, decision: Decision | None, outcome: Outcome) -> str:
    if decision is not None and decision.state in OPEN:
        return str(_("There is a proposal already: take it back first."))
    if outcome not in service.open_outcomes(row):
        return str(_("This outcome is not open for an application in this state."))
    return ""


def _ticked(user: User, round: Round, ids: Sequence[int]) -> list[Application]:
    return list(
        db.session.scalars(
            select(Application)
            .where(
                Application.id.in_(list(ids)[:MOST]),
                Application.round_id == round.id,
                Application.fund_id.in_(user.funds(RoleName.MANAGER)),
                seen(user),
            )
            .options(
                joinedload(Application.round).joinedload(Round.fund),
                joinedload(Application.stage),
                joinedload(Application.fund),
                selectinload(Application.access),
                selectinload(Application.conflicts),
            )
            .order_by(Application.code)
        )
    )


def live_of(ids: Sequence[int]) -> dict[int, Decision]:
    """Load the live decisions of applications by application id."""
    rows = db.session.scalars(
        select(Decision).where(Decision.application_id.in_(ids), Decision.state != DecisionState.SUPERSEDED)
    )
    return {row.application_id: row for row in rows}


def told_to_applicants(user: User, ids: Sequence[int]) -> dict[int, list[str]]:
    """Give what reviewers wrote for each applicant, without names, by application id; one query."""
    rows = db.session.execute(
        select(Review.application_id, Review.to_applicant)
        .where(
            Review.application_id.in_(ids),
            Review.purpose == ReviewPurpose.SELECTION,
            Review.state == ReviewState.SUBMITTED,
            Review.to_applicant != "",
            Review.application_id.not_in(barred_for(user)),
        )
        .order_by(Review.submitted_at, Review.id)
    )
    told: dict[int, list[str]] = {}
    for application_id, text in rows:
        if text.strip():
            told.setdefault(application_id, []).append(text.strip())
    return told


# --- doing it ----------------------------------------------------------------------


class AtRow(Refusal):
    """One of many can't be done; nothing was. application_id: which one."""

    def __init__(self, application_id: int, fault: Refusal) -> None:
        super().__init__(fault.message)
        self.application_id, self.status = application_id, fault.status


def propose_all(round: Round, wanted: Iterable[Wanted], *, actor: User, at: datetime) -> list[Decision]:
    """Propose many decisions in the present transaction: all of them or none.

    Applications that a tie bars the person from are not found, and so left out. Raises AtRow for the
    first that is refused, with status 409 where somebody was quicker.
    """
    given = list(wanted)
    rows = {row.id: row for row in _ticked(actor, round, [one.application_id for one in given])}
    decisions = live_of(list(rows))
    made = []
    for one in given:
        row = rows.get(one.application_id)
        if row is None:
            continue
        try:
            made.append(_propose(row, decisions.get(row.id), one, actor, at))
        except Refusal as fault:
            raise AtRow(one.application_id, fault) from fault
    return made


def _propose(row: Application, decision: Decision | None, one: Wanted, actor: User, at: datetime) -> Decision:
    if mark(row, decision) != one.shown:
        raise ChangedMeanwhile(_("Somebody decided about this one meanwhile."))
    return service.propose(
        row,
        outcome=one.outcome,
        amount_cents=one.amount_cents,
        to_applicant=one.to_applicant,
        codes=one.codes,
        actor=actor,
        at=at,
    )


def approve_all(round: Round, shown: Mapping[int, str], *, actor: User, at: datetime) -> tuple[int, int]:
    """Approve many proposals, each with the digest that was on the page: all of them or none.

    Gives how many were approved by it, and how many still need another. Their letters are read over
    afterwards, in the outbox. Raises AtRow for the first that is refused.
    """
    done = 0
    rows = _approvable(actor, round, list(shown))
    for decision in rows:
        try:
            done += service.approve(decision, actor=actor, at=at, shown=shown[decision.id], has_read=False)
        except Refusal as fault:
            raise AtRow(decision.application_id, fault) from fault
    return done, len(rows) - done


def _approvable(user: User, round: Round, ids: Sequence[int]) -> list[Decision]:
    return list(
        db.session.scalars(
            select(Decision)
            .join(Application, Application.id == Decision.application_id)
            .where(
                Decision.id.in_(ids[:MOST]),
                Decision.round_id == round.id,
                Decision.fund_id.in_(user.funds(RoleName.MANAGER)),
                seen(user),
            )
            .options(joinedload(Decision.application).joinedload(Application.fund))
            .order_by(Application.code)
        )
    )
