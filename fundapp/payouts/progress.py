"""How far the milestones of a grant are, and what was asked for them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value

from fundapp.accounts.models import User
from fundapp.core.db import db
from fundapp.grants import windows
from fundapp.grants.models import Award, AwardState, Milestone, MilestoneState
from fundapp.grants.workflow import MILESTONE_WORDS
from fundapp.payouts.models import Claim, ClaimDraft, ClaimLine, ClaimState, Payment, PaymentState
from fundapp.payouts.workflow import BOUNCED, CLAIM_WORDS, OWN_CLAIM_WORDS, SENT

PARTLY = ("run", _l("Partly delivered"))
ASKED = ("now", _l("Being checked"))
GONE = (MilestoneState.DROPPED, MilestoneState.EXPIRED)
APPROVED = (ClaimState.APPROVED, ClaimState.PAID)
DEAD = (ClaimState.REFUSED, ClaimState.WITHDRAWN)


@dataclass(frozen=True)
class Request:
    """A request with the newest payment made for it, if any."""

    claim: Claim
    payment: Payment | None

    def words(self, *, own: bool) -> tuple[str, Any]:
        """Say where it stands, to the grantee or to the office, as (shape, words)."""
        state = self.claim.state
        if self.payment is not None and state is ClaimState.APPROVED:
            if self.payment.state is PaymentState.ORDERED:
                return SENT
            if self.payment.state is PaymentState.RETURNED:
                return BOUNCED
        return (OWN_CLAIM_WORDS if own else CLAIM_WORDS)[state]

    @property
    def paid_on(self) -> date | None:
        """The day the bank paid it."""
        is_paid = self.payment is not None and self.payment.state is PaymentState.PAID
        return self.payment.paid_on if is_paid and self.payment is not None else None


@dataclass(frozen=True)
class Step:
    """A milestone with what was asked for it, in cents, and its live requests.

    parts: its subtasks; the milestone then has no money of its own, and stands where they stand.
    last_day: until when it can be claimed.
    """

    milestone: Milestone
    level: int
    amount_cents: int
    parts: list[Milestone]
    asked_cents: int
    done_cents: int
    requests: list[tuple[Request, ClaimLine]]
    last_day: date | None

    @property
    def has_parts(self) -> bool:
        """Whether its money stands with its parts."""
        return bool(self.parts)

    @property
    def rest_cents(self) -> int:
        """What can still be asked for."""
        return 0 if self.has_parts else self.milestone.amount_cents - self.asked_cents

    @property
    def state(self) -> tuple[str, Any]:
        """Say where it stands, as (shape, words); of a milestone with parts by where they stand."""
        states = {one.state for one in self.parts if one.state not in GONE}
        if not self.parts or not states:
            return self._own_state
        if states == {MilestoneState.DELIVERED}:
            return MILESTONE_WORDS[MilestoneState.DELIVERED]
        if self.done_cents or self.asked_cents or MilestoneState.DELIVERED in states:
            return PARTLY
        return MILESTONE_WORDS[states.pop()] if len(states) == 1 else PARTLY

    @property
    def _own_state(self) -> tuple[str, Any]:
        """Say where a milestone without parts stands: while it is open, by what was asked for it."""
        if self.milestone.state is MilestoneState.OPEN and self.asked_cents > self.done_cents:
            return ASKED
        if self.milestone.state is MilestoneState.OPEN and self.done_cents:
            return PARTLY
        return MILESTONE_WORDS[self.milestone.state]


@dataclass(frozen=True)
class Progress:
    """All there is to show about the work on a grant.

    owners: names of who looks after milestones, by id. draft: of the next request.
    """

    steps: list[Step]
    requests: list[Request]
    owners: dict[int, str]
    draft: ClaimDraft | None


def progress(award: Award) -> Progress:
    """Gather milestones, requests and the draft of the next one, in two statements; none while planned."""
    if award.state is AwardState.PLANNING:
        return Progress([], [], {}, None)
    rows = db.session.execute(
        select(Milestone, User.name, ClaimDraft)
        .outerjoin(User, User.id == Milestone.responsible_id)
        .outerjoin(ClaimDraft, (ClaimDraft.award_id == award.id) & ClaimDraft.claim_id.is_(None))
        .where(Milestone.award_id == award.id)
        .order_by(Milestone.position, Milestone.id)
    ).all()
    milestones = [row[0] for row in rows]
    set_committed_value(award, "milestones", milestones)  # they need not be asked for again
    requests, last = _requests(award), windows.last_days(award, milestones)
    return Progress(
        steps=[_step(one, milestones, requests, last.get(one.id)) for one in milestones],
        requests=requests,
        owners={one.responsible_id: name for one, name, _draft in rows if one.responsible_id},
        draft=rows[0][2] if rows else None,
    )


def _requests(award: Award) -> list[Request]:
    """List the requests of a grant, each with its newest payment that was not taken out of a batch."""
    is_live = (Payment.claim_id == Claim.id) & (Payment.state != PaymentState.REMOVED)
    rows = db.session.execute(
        select(Claim, Payment)
        .outerjoin(Payment, is_live)
        .where(Claim.award_id == award.id)
        .options(joinedload(Claim.lines), joinedload(Claim.bank_account))
        .order_by(Claim.number, Payment.id)
    ).unique()
    newest: dict[Claim, Payment | None] = {row[0]: row[1] for row in rows}
    return [Request(claim, payment) for claim, payment in newest.items()]


def _step(
    milestone: Milestone, every: list[Milestone], requests: list[Request], last_day: date | None
) -> Step:
    parts = [one for one in every if one.parent_id == milestone.id]
    ids = {one.id for one in parts} or {milestone.id}
    asked = [
        (request, line)
        for request in requests
        if request.claim.state not in DEAD
        for line in request.claim.lines
        if line.milestone_id in ids
    ]
    return Step(
        milestone=milestone,
        level=1 if milestone.parent_id else 0,
        amount_cents=sum(one.amount_cents for one in parts) or milestone.amount_cents,
        parts=parts,
        asked_cents=sum(line.amount_cents for _request, line in asked),
        done_cents=sum(line.amount_cents for request, line in asked if request.claim.state in APPROVED),
        requests=asked,
        last_day=last_day,
    )


def step_of(milestone: Milestone) -> Step:
    """Give one milestone with its requests, or with those of its parts."""
    found = progress(milestone.award)
    return next(step for step in found.steps if step.milestone.id == milestone.id)
