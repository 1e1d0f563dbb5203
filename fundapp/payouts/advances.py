"""The advance: a part of the grant that is paid before the work, and settled after it."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from fundapp.accounts.models import User
from fundapp.core.db import db
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.funds.models import PaymentScheme
from fundapp.grants.hold import hold
from fundapp.grants.models import Award, AwardState
from fundapp.payouts import queries, whole_claims
from fundapp.payouts.asking import usable_account
from fundapp.payouts.models import Claim, ClaimKind
from fundapp.payouts.rules import ASK
from fundapp.payouts.workflow import workflow


def amount(award: Award) -> int:
    """Give the advance in cents: the grant's percentage of its amount, rounded down to a whole cent."""
    return award.amount_cents * award.advance_percent // 100


def of(award: Award) -> Claim | None:
    """Give the request for the advance that counts: not refused and not withdrawn."""
    return db.session.scalar(
        select(Claim).where(
            Claim.award_id == award.id, Claim.kind == ClaimKind.ADVANCE, Claim.state.not_in(queries.DEAD)
        )
    )


def obstacle(award: Award) -> str:
    """Say what keeps the advance from being asked; an empty text when nothing does."""
    if award.scheme is not PaymentScheme.ADVANCE:
        return str(_("This grant is paid by milestone; there is no advance."))
    if award.state is not AwardState.ACTIVE or award.agreement_in_force is None:
        return str(_("The advance can be asked for once the agreement is in force and while the grant runs."))
    if of(award) is not None:
        return str(_("The advance was asked for already."))
    if queries.final_account(award) is not None:
        return str(_("The final account was begun, so there is no advance any more."))
    return ""


def ask(award: Award, note: str, *, actor: User, at: datetime) -> Claim:
    """Ask for the advance of a grant and give the request; it goes the way of every payment.

    Raises MoveRefused (not a grantee who may write), Refusal: see `obstacle`, or no confirmed account.
    """
    hold(award)
    if not ASK(actor, award):
        raise MoveRefused(_("Only the grantee asks for a payment."))
    if told := obstacle(award):
        raise Refusal(told)
    account = usable_account(award)
    return whole_claims.ask(award, ClaimKind.ADVANCE, amount(award), account, note, actor=actor, at=at)


def ask_again(claim: Claim, note: str, *, actor: User, at: datetime) -> None:
    """Send a request for the advance again that came back with a question, for the advance as it is now."""
    hold(claim)
    if claim.kind is not ClaimKind.ADVANCE or not workflow.allows("submit", actor, claim):
        raise MoveRefused(_("This request cannot be sent again."))
    claim.amount_cents, claim.claimed_by = amount(claim.award), actor.id
    claim.bank_account_id, claim.note = usable_account(claim.award).id, note.strip()
    whole_claims.send(claim, actor=actor, at=at)
