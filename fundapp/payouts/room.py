"""The payout room: what waits, what stands in a batch, what went to the bank lately."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from fundapp.accounts.models import Party, User
from fundapp.applications.models import Application
from fundapp.applications.queries import barred_for
from fundapp.core.db import db
from fundapp.funds.models import Fund
from fundapp.funds.queries import OFFICE_ROLES
from fundapp.grants.models import Award, BankAccount, Milestone, Payee
from fundapp.payouts.models import (
    Batch,
    BatchState,
    Claim,
    ClaimLine,
    ClaimState,
    Payment,
    PaymentState,
    Signoff,
)
from fundapp.payouts.queries import LIVE

WAITING = (ClaimState.SUBMITTED, ClaimState.APPROVED)
RECENT = 10


def funds_of(user: User) -> list[Fund]:
    """List the funds whose payouts the person may look at, by name of address."""
    funds = user.funds(*OFFICE_ROLES)
    return list(db.session.scalars(select(Fund).where(Fund.id.in_(funds)).order_by(Fund.slug)))


def waiting(user: User, fund: Fund) -> Sequence[Any]:
    """List the requests of a fund that wait to be checked or paid, oldest first, without those a tie hides.

    Columns: of the claim, its project, who asked and who checked, the payment in a batch, the
    account, and three marks: is_first (nothing was paid to this account before), is_shared (another
    party has the same IBAN), is_partial (less than the whole of a milestone).
    """
    statement = (
        _requests()
        .where(
            Claim.fund_id == fund.id,
            Claim.state.in_(WAITING),
            Award.application_id.not_in(barred_for(user)),
        )
        .order_by(Claim.submitted_at, Claim.id)
        .limit(100)
    )
    return db.session.execute(statement).all()


def _requests() -> Any:
    asker, checker, twin, earlier = aliased(User), aliased(User), aliased(BankAccount), aliased(Payment)
    paid_before = select(earlier.id).where(
        earlier.bank_account_id == BankAccount.id, earlier.state == PaymentState.PAID
    )
    shared = select(twin.id).where(
        twin.iban_mark == BankAccount.iban_mark, twin.party_id != BankAccount.party_id
    )
    partial = (
        select(ClaimLine.id)
        .join(Milestone, Milestone.id == ClaimLine.milestone_id)
        .where(ClaimLine.claim_id == Claim.id, ClaimLine.amount_cents < Milestone.amount_cents)
    )
    return (
        select(
            Claim.id,
            Claim.code,
            Claim.state,
            Claim.amount_cents,
            Claim.submitted_at,
            Claim.claimed_by,
            Claim.award_id,
            Application.title,
            asker.name.label("asked_by"),
            Signoff.approved_by,
            Signoff.approved_at,
            checker.name.label("checked_by"),
            Payment.id.label("payment_id"),
            Payment.state.label("payment_state"),
            BankAccount.entered_at,
            BankAccount.confirmed_at,
            BankAccount.number.label("account_number"),
            BankAccount.retired_at,
            BankAccount.usable_from_at,
            BankAccount.waived_at,
            Party.country.label("party_country"),
            Party.address.label("party_address"),
            (~paid_before.exists()).label("is_first"),
            shared.exists().label("is_shared"),
            partial.exists().label("is_partial"),
        )
        .join(Award, Award.id == Claim.award_id)
        .join(Application, Application.id == Award.application_id)
        .join(asker, asker.id == Claim.claimed_by)
        .join(BankAccount, BankAccount.id == Claim.bank_account_id)
        .join(Party, Party.id == Claim.party_id)
        .outerjoin(Signoff, (Signoff.claim_id == Claim.id) & Signoff.voided_at.is_(None))
        .outerjoin(checker, checker.id == Signoff.approved_by)
        .outerjoin(Payment, (Payment.claim_id == Claim.id) & Payment.state.in_(LIVE))
    )


def refs_of(claim_ids: Sequence[int]) -> dict[int, list[str]]:
    """Give the milestones each request asks for: reference and title."""
    statement = (
        select(ClaimLine.claim_id, Milestone.ref, Milestone.title)
        .join(Milestone, Milestone.id == ClaimLine.milestone_id)
        .where(ClaimLine.claim_id.in_(claim_ids))
        .order_by(Milestone.position)
    )
    found: dict[int, list[str]] = {}
    for claim_id, ref, title in db.session.execute(statement):
        found.setdefault(claim_id, []).append(f"{ref} {title}")
    return found


def unconfirmed(user: User, fund: Fund) -> Sequence[Any]:
    """List the accounts that wait to be confirmed: award_id, title, masked, entered_by."""
    statement = (
        select(Award.id.label("award_id"), Application.title, BankAccount.masked, BankAccount.entered_by)
        .join(Payee, Payee.party_id == BankAccount.party_id)
        .join(Award, Award.id == Payee.award_id)
        .join(Application, Application.id == Award.application_id)
        .where(
            Award.fund_id == fund.id,
            BankAccount.retired_at.is_(None),
            BankAccount.confirmed_at.is_(None),
            Application.id.not_in(barred_for(user)),
        )
        .order_by(BankAccount.entered_at)
        .limit(50)
    )
    return db.session.execute(statement).all()


def batches_of(fund: Fund, before: int | None = None) -> Sequence[Any]:
    """List a fund's batches that left the open state, newest first, one more than a page holds.

    Columns: id, number, message_id, state, pay_on, total_cents, released_at, releaser, payments, came_back.
    """
    came_back = func.count(Payment.id).filter(Payment.state == PaymentState.RETURNED)
    counted = func.count(Payment.id).filter(Payment.state != PaymentState.REMOVED)
    statement = (
        select(
            Batch.id,
            Batch.number,
            Batch.message_id,
            Batch.state,
            Batch.pay_on,
            Batch.total_cents,
            Batch.released_at,
            User.name.label("releaser"),
            counted.label("payments"),
            came_back.label("came_back"),
        )
        .outerjoin(User, User.id == Batch.released_by)
        .outerjoin(Payment, Payment.batch_id == Batch.id)
        .where(Batch.fund_id == fund.id, Batch.state != BatchState.OPEN)
        .group_by(Batch.id, User.name)
        .order_by(Batch.id.desc())
        .limit(RECENT + 1)
    )
    if before is not None:
        statement = statement.where(Batch.id < before)
    return db.session.execute(statement).all()


def open_batch(fund: Fund) -> Any:
    """Give the batch that is being filled, or None: id, message_id, pay_on, payments and cents in it."""
    statement = (
        select(
            Batch.id,
            Batch.message_id,
            Batch.pay_on,
            func.count(Payment.id).label("payments"),
            func.coalesce(func.sum(Payment.amount_cents), 0).label("cents"),
        )
        .outerjoin(Payment, (Payment.batch_id == Batch.id) & (Payment.state == PaymentState.LISTED))
        .where(Batch.fund_id == fund.id, Batch.state == BatchState.OPEN)
        .group_by(Batch.id)
    )
    return db.session.execute(statement).one_or_none()


def lines_of(user: User, batch: Batch) -> Sequence[Any]:
    """List the payments of a batch in the order of its file, taken-out ones left out.

    Columns: id, end_to_end_id, state, paid_on, amount_cents, bank_account_id, claim_id, code, title,
    reference, masked, asked_by, checked_by, party. Control totals count all of them, so lines of
    projects the person has a tie to keep their amount and lose their names (is_hidden).
    """
    asker, checker = aliased(User), aliased(User)
    statement = (
        select(
            Payment.id,
            Payment.end_to_end_id,
            Payment.state,
            Payment.paid_on,
            Payment.amount_cents,
            Payment.bank_account_id,
            Payment.claimed_by,
            Payment.approved_by,
            Claim.id.label("claim_id"),
            Claim.code,
            Claim.reference,
            Application.title,
            BankAccount.masked,
            asker.name.label("asked_by"),
            checker.name.label("checked_by"),
            Application.id.in_(barred_for(user)).label("is_hidden"),
        )
        .join(Claim, Claim.id == Payment.claim_id)
        .join(Award, Award.id == Claim.award_id)
        .join(Application, Application.id == Award.application_id)
        .join(BankAccount, BankAccount.id == Payment.bank_account_id)
        .join(asker, asker.id == Payment.claimed_by)
        .join(checker, checker.id == Payment.approved_by)
        .where(Payment.batch_id == batch.id, Payment.state != PaymentState.REMOVED)
        .order_by(Payment.id)
    )
    return db.session.execute(statement).all()


def people_of(batch: Batch) -> dict[str, str]:
    """Name who released a batch: released, second, and first while the second is waited for."""
    hands = {"first": batch.signed_by, "released": batch.released_by, "second": batch.second_released_by}
    ids = {id for id in hands.values() if id is not None}
    found = dict(db.session.execute(select(User.id, User.name).where(User.id.in_(ids))).all()) if ids else {}
    return {hand: found.get(id or 0, "") for hand, id in hands.items()}
