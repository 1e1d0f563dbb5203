"""The rows that the evaluation of a fund is gathered from."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, case, exists, func, or_, select
from sqlalchemy.orm import aliased

from fundapp.accounts.models import Party
from fundapp.applications.models import Application, Conflict
from fundapp.core.db import db
from fundapp.core.mail import Outbox, Posted
from fundapp.decisions.models import Appeal, AppealState, Decision
from fundapp.funds.models import Account, Contribution, Fund, Posting, PublicationRule
from fundapp.grants.models import Agreement, Award, Milestone
from fundapp.payouts.models import Claim, ClaimLine, ClaimState, Payment, PaymentState
from fundapp.reports.models import AliveCheck
from fundapp.reports.rows import RECEIPT
from fundapp.reviews.models import Review, ReviewPurpose, ReviewState, Score, ScoreChange
from fundapp.rounds.models import Criterion, Round, RoundState, Stage

GOOD_CLAIMS = (ClaimState.SUBMITTED, ClaimState.APPROVED, ClaimState.PAID)


def _rows(statement: Any) -> list[Row[Any]]:
    return list(db.session.execute(statement))


def rounds_of(fund_id: int) -> list[Row[Any]]:
    """List the rounds of a fund that were published, trials left out, in the order of their closing."""
    return _rows(
        select(
            Round.id, Round.slug, Round.name, Round.state, Round.is_sealed, Round.budget_cents,
            Round.decide_by_on, Stage.opens_at, Stage.closes_at,
        )
        .join(Stage, (Stage.round_id == Round.id) & (Stage.number == 1))
        .where(
            Round.fund_id == fund_id,
            Round.is_trial.is_(False),
            Round.state.not_in((RoundState.DRAFT, RoundState.CANCELLED)),
        )
        .order_by(Stage.opens_at, Round.id)
    )  # fmt: skip


def gifts_of(fund_id: int) -> list[Row[Any]]:
    """Add up what came in by kind of giver, as the ledger has it: (kind, number of gifts, cents)."""
    return _rows(
        select(
            Contribution.giver_kind,
            func.count(func.distinct(Contribution.id)),
            func.sum(Posting.amount_cents),
        )
        .join(Posting, Posting.contribution_id == Contribution.id)
        .where(
            Contribution.fund_id == fund_id,
            Posting.debit.in_((Account.BANK, Account.PLEDGED)),
            Posting.credit.in_((Account.FREE, Account.RESTRICTED)),
        )
        .group_by(Contribution.giver_kind)
        .order_by(Contribution.giver_kind)
    )


def flows_of(fund_id: int) -> list[Row[Any]]:
    """Add up what was booked on grants of a fund, day by day: (booked_on, debit, credit, cents)."""
    return _rows(
        select(Posting.booked_on, Posting.debit, Posting.credit, func.sum(Posting.amount_cents))
        .where(Posting.fund_id == fund_id, Posting.award_id.is_not(None))
        .group_by(Posting.booked_on, Posting.debit, Posting.credit)
        .order_by(Posting.booked_on)
    )


def costs_of(fund_id: int) -> int:
    """Add up what left the bank for no grant and no gift: the bank's own costs, in cents."""
    spent = select(func.sum(Posting.amount_cents)).where(
        Posting.fund_id == fund_id, Posting.debit == Account.FREE, Posting.credit == Account.BANK
    )
    return int(db.session.scalar(spent) or 0)


def awards_of(fund_id: int) -> list[Row[Any]]:
    """List the grants of a fund under their public names, oldest first."""
    shown = func.coalesce(Party.public_name, Application.applicant_name)
    legal = func.coalesce(Party.legal_name, shown)
    return _rows(
        select(
            Award.id, Award.application_id, Award.round_id, Award.state, Award.state_at, Award.amount_cents,
            Application.code, Application.title, Application.country,
            case((Fund.publication_rule == PublicationRule.LEGAL_NAME, legal), else_=shown).label("name"),
        )
        .join(Application, Application.id == Award.application_id)
        .join(Fund, Fund.id == Award.fund_id)
        .join(Round, Round.id == Award.round_id)
        .outerjoin(Party, Party.id == Application.party_id)
        .where(Award.fund_id == fund_id, Round.is_trial.is_(False))
        .order_by(Award.id)
    )  # fmt: skip


def tasks_of(award_ids: Sequence[int]) -> list[Row[Any]]:
    """List the tasks without parts of their own, with when they were last handed in."""
    part = aliased(Milestone)
    handed_in = (
        select(func.max(Claim.submitted_at))
        .join(ClaimLine, ClaimLine.claim_id == Claim.id)
        .where(ClaimLine.milestone_id == Milestone.id, Claim.state.in_(GOOD_CLAIMS))
        .correlate(Milestone)
        .scalar_subquery()
    )
    return _rows(
        select(
            Milestone.id, Milestone.award_id, Milestone.ref, Milestone.title, Milestone.deliverable,
            Milestone.amount_cents, Milestone.due_on, Milestone.state, Milestone.state_at,
            Milestone.licence, Milestone.place, handed_in.label("handed_in_at"),
        )
        .where(
            Milestone.award_id.in_(award_ids),
            ~exists().where(part.parent_id == Milestone.id).correlate(Milestone),
        )
        .order_by(Milestone.award_id, Milestone.position)
    )  # fmt: skip


def paid_lines(award_ids: Sequence[int]) -> dict[int, int]:
    """Add up what was paid for each task of these grants."""
    found = db.session.execute(
        select(ClaimLine.milestone_id, func.sum(ClaimLine.amount_cents))
        .join(Claim, Claim.id == ClaimLine.claim_id)
        .where(Claim.state == ClaimState.PAID, ClaimLine.award_id.in_(award_ids))
        .group_by(ClaimLine.milestone_id)
    )
    return {milestone: int(cents) for milestone, cents in found}


def paid_by_award(fund_id: int) -> dict[int, int]:
    """Give what left the bank for each grant, as the ledger has it."""
    found: dict[int, int] = {}
    for side, sign in ((Posting.credit, 1), (Posting.debit, -1)):
        sums = (
            select(Posting.award_id, func.sum(Posting.amount_cents).label("cents"))
            .where(Posting.fund_id == fund_id, Posting.award_id.is_not(None), side == Account.BANK)
            .group_by(Posting.award_id)
        )
        for row in db.session.execute(sums):
            found[row.award_id or 0] = found.get(row.award_id or 0, 0) + sign * int(row.cents)
    return found


# --- reviewing -----------------------------------------------------------------------


def reviewing_of(round_ids: Sequence[int]) -> Row[Any]:
    """Count the reviewing of rounds: people, reviews handed in, seconds measured, scores changed after."""
    done = (
        Review.round_id.in_(round_ids),
        Review.purpose == ReviewPurpose.SELECTION,
        Review.state == ReviewState.SUBMITTED,
    )
    changed = (
        select(func.count(ScoreChange.id))
        .join(Review, Review.id == ScoreChange.review_id)
        .where(*done)
        .scalar_subquery()
    )
    return db.session.execute(
        select(
            func.count(func.distinct(Review.reviewer_id)).label("reviewers"),
            func.count(Review.id).label("done"),
            func.coalesce(func.sum(Review.seconds), 0).label("seconds"),
            changed.label("changed"),
        ).where(*done)
    ).one()


def movement_of(round_id: int) -> list[Row[Any]]:
    """List the scores that moved after their review was handed in: (review_id, from, to)."""
    return _rows(
        select(ScoreChange.review_id, ScoreChange.from_value, ScoreChange.to_value)
        .join(Review, Review.id == ScoreChange.review_id)
        .where(Review.round_id == round_id, Review.purpose == ReviewPurpose.SELECTION)
        .order_by(ScoreChange.id)
    )


def appeals_of(round_ids: Sequence[int]) -> dict[AppealState, int]:
    """Count the appeals against decisions of these rounds by state; drafts are only the applicants'."""
    found = db.session.execute(
        select(Appeal.state, func.count(Appeal.id))
        .where(Appeal.round_id.in_(round_ids), Appeal.state != AppealState.DRAFT)
        .group_by(Appeal.state)
    )
    return {state: int(number) for state, number in found}


def ties_of(round_ids: Sequence[int]) -> list[Row[Any]]:
    """List the declared ties of rounds: application and state; those of applicants themselves left out."""
    return _rows(
        select(Conflict.application_id, Conflict.state)
        .join(Application, Application.id == Conflict.application_id)
        .where(
            Application.round_id.in_(round_ids),
            ~Conflict.is_pinned,
            or_(Conflict.bars, Conflict.kind.is_not(None)),
        )
    )


# --- times ---------------------------------------------------------------------------


def receipts_of(round_ids: Sequence[int]) -> list[Row[Any]]:
    """List when receipts were asked for and sent, over these rounds."""
    return _rows(
        select(Outbox.created_at, Outbox.sent_at)
        .join(Application, Application.id == Outbox.application_id)
        .where(Application.round_id.in_(round_ids), Outbox.name == RECEIPT, Outbox.state == Posted.SENT)
    )


def agreements_of(round_ids: Sequence[int]) -> list[Row[Any]]:
    """List when grants of these rounds were decided, and when their first agreement came into force."""
    return _rows(
        select(Decision.released_at, func.min(Agreement.in_force_at))
        .join(Award, Award.decision_id == Decision.id)
        .join(Agreement, Agreement.award_id == Award.id)
        .where(Award.round_id.in_(round_ids), Agreement.in_force_at.is_not(None))
        .group_by(Award.id, Decision.released_at)
    )


def payments_of(round_ids: Sequence[int]) -> list[Row[Any]]:
    """List when paid claims of these rounds were sent in and when the money arrived."""
    return _rows(
        select(Claim.submitted_at, Payment.paid_on)
        .join(Payment, Payment.claim_id == Claim.id)
        .join(Award, Award.id == Claim.award_id)
        .where(Award.round_id.in_(round_ids), Payment.state == PaymentState.PAID)
    )


# --- governance and life after ---------------------------------------------------------


def scores_of(application_ids: Sequence[int]) -> list[Row[Any]]:
    """List the scores of these applications, at the start and at the end, without those of tied people."""
    tied = exists().where(
        Conflict.application_id == Review.application_id,
        Conflict.user_id == Review.reviewer_id,
        Conflict.bars,
    )
    return _rows(
        select(
            Review.application_id, Review.purpose, Review.id.label("review_id"), Score.value, Score.expected,
            Score.is_na, Criterion.key, Criterion.group, Criterion.name, Criterion.lowest, Criterion.highest,
            Criterion.position,
        )
        .join(Score, Score.review_id == Review.id)
        .join(Criterion, Criterion.id == Score.criterion_id)
        .where(Review.application_id.in_(application_ids), Review.state == ReviewState.SUBMITTED, ~tied)
        .order_by(Review.application_id, Criterion.position, Review.id)
    )  # fmt: skip


def alive_of(award_ids: Sequence[int]) -> list[Row[Any]]:
    """List what is known of the life of projects after their grant."""
    return _rows(
        select(
            AliveCheck.award_id, AliveCheck.year, AliveCheck.due_on, AliveCheck.is_alive,
            AliveCheck.answered_at, AliveCheck.released_on, AliveCheck.contributors, AliveCheck.users,
            AliveCheck.funding, AliveCheck.link,
        )
        .where(AliveCheck.award_id.in_(award_ids))
        .order_by(AliveCheck.award_id, AliveCheck.year)
    )  # fmt: skip
