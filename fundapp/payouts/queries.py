"""Requests, payments, batches as the asking person may see them."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload, selectinload

from fundapp.accounts.models import RoleName, User
from fundapp.applications.models import Application
from fundapp.applications.queries import barred_for, mine, seen
from fundapp.core.db import db
from fundapp.core.files import File
from fundapp.grants.models import Award, BankAccount, Milestone
from fundapp.grants.queries import is_office
from fundapp.payouts.models import (
    Batch,
    BatchState,
    Claim,
    ClaimLine,
    ClaimState,
    FinalAccount,
    Payment,
    PaymentState,
    Signoff,
)

LIVE = (PaymentState.LISTED, PaymentState.ORDERED, PaymentState.PAID)
DEAD = (ClaimState.REFUSED, ClaimState.WITHDRAWN)


# --- one row, through a door -------------------------------------------------------


def claim(user: User, id: int) -> Claim | None:
    """Load one request with all that its page and its rules look at."""
    doors = [seen, mine] if is_office(user) else [mine]
    for door in doors:
        if (found := _claim(door(user), id)) is not None:
            return found
    return None


def _claim(door: ColumnElement[bool], id: int) -> Claim | None:
    project = joinedload(Claim.award).joinedload(Award.application)
    statement = (
        select(Claim)
        .join(Award, Award.id == Claim.award_id)
        .join(Application, Application.id == Award.application_id)
        .where(Claim.id == id, door)
        .options(
            project.joinedload(Application.fund),
            project.joinedload(Application.round),
            project.joinedload(Application.party),
            project.joinedload(Application.access),
            project.joinedload(Application.conflicts),
            joinedload(Claim.bank_account),
            joinedload(Claim.signoffs),
            selectinload(Claim.lines).joinedload(ClaimLine.milestone),
        )
    )
    return db.session.scalars(statement).unique().one_or_none()


def batch(user: User, id: int) -> Batch | None:
    """Load one batch of a fund whose money the person handles or audits."""
    funds = user.funds(RoleName.FINANCE, RoleName.AUDITOR)
    return db.session.scalar(select(Batch).where(Batch.id == id, Batch.fund_id.in_(funds)))


def whole_batch(user: User, id: int) -> Batch | None:
    """Load one batch of which the person may read every line, as its file holds them all.

    None when one of its payments is about a project they have a tie to.
    """
    tied = (
        select(Payment.id)
        .join(Claim, Claim.id == Payment.claim_id)
        .join(Award, Award.id == Claim.award_id)
        .where(
            Payment.batch_id == Batch.id,
            Payment.state != PaymentState.REMOVED,
            Award.application_id.in_(barred_for(user)),
        )
    )
    funds = user.funds(RoleName.FINANCE, RoleName.AUDITOR)
    return db.session.scalar(select(Batch).where(Batch.id == id, Batch.fund_id.in_(funds), ~tied.exists()))


def payment(user: User, id: int) -> Payment | None:
    """Load one payment of a fund whose money the person handles or audits, unless a tie bars them."""
    funds = user.funds(RoleName.FINANCE, RoleName.AUDITOR)
    statement = (
        select(Payment)
        .join(Claim, Claim.id == Payment.claim_id)
        .join(Award, Award.id == Claim.award_id)
        .where(Payment.id == id, Payment.fund_id.in_(funds), Award.application_id.not_in(barred_for(user)))
    )
    return db.session.scalar(statement)


def batch_file(batch: Batch) -> File | None:
    """Give the file that was made at the release; it is reached through its batch only."""
    return db.session.get(File, batch.file_id) if batch.file_id else None


# --- what services ask -------------------------------------------------------------


def open_rest(award: Award, apart_from: Claim | None = None) -> dict[int, int]:
    """Give, for each milestone of a grant that carries money, the cents that no live request asks yet."""
    asked = (
        select(ClaimLine.milestone_id, func.sum(ClaimLine.amount_cents).label("cents"))
        .join(Claim, Claim.id == ClaimLine.claim_id)
        .where(
            ClaimLine.award_id == award.id,
            Claim.state.not_in(DEAD),
            Claim.id != (apart_from.id if apart_from is not None else 0),
        )
        .group_by(ClaimLine.milestone_id)
        .subquery()
    )
    left = Milestone.amount_cents - func.coalesce(asked.c.cents, 0)
    statement = (
        select(Milestone.id, left)
        .outerjoin(asked, asked.c.milestone_id == Milestone.id)
        .where(Milestone.award_id == award.id, Milestone.amount_cents > 0)
    )
    return {int(id): int(cents) for id, cents in db.session.execute(statement)}


def live_payment(claim: Claim) -> Payment | None:
    """Give the payment of a request that is in a batch, at the bank or paid; the database allows one."""
    return db.session.scalar(
        select(Payment).where(Payment.claim_id == claim.id, Payment.state.in_(LIVE)).with_for_update()
    )


def live_signoff(claim: Claim) -> Signoff | None:
    """Give the approval of a request that stands."""
    return db.session.scalar(select(Signoff).where(Signoff.claim_id == claim.id, Signoff.voided_at.is_(None)))


def attempts(claim: Claim) -> int:
    """Count the payments a request ever had."""
    return db.session.scalar(select(func.count(Payment.id)).where(Payment.claim_id == claim.id)) or 0


def open_batch_of(fund_id: int) -> Batch | None:
    """Give the batch of a fund that payments are put in now."""
    return db.session.scalar(select(Batch).where(Batch.fund_id == fund_id, Batch.state == BatchState.OPEN))


def claims_to_account(account: BankAccount, states: Sequence[ClaimState]) -> list[Claim]:
    """List the requests to be paid to an account, in the order in which they are locked."""
    statement = select(Claim).where(Claim.bank_account_id == account.id, Claim.state.in_(states))
    return list(db.session.scalars(statement.order_by(Claim.fund_id, Claim.id)))


def final_account(award: Award) -> FinalAccount | None:
    """Give the final account of a grant, if one was begun."""
    return db.session.scalar(select(FinalAccount).where(FinalAccount.award_id == award.id))
