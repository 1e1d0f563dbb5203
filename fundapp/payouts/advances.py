"""The advance: a part of the grant that is paid before the work, and settled after it.

Where a grant has several payees, each has a request for their own part, to their own account.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from fundapp.accounts.models import User
from fundapp.core.db import db
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.funds.models import PaymentScheme
from fundapp.grants import accounts
from fundapp.grants.hold import hold
from fundapp.grants.models import Award, AwardState
from fundapp.payouts import payee_parts, queries, whole_claims
from fundapp.payouts.asking import account_fault, usable_account
from fundapp.payouts.models import Claim, ClaimKind
from fundapp.payouts.rules import ASK
from fundapp.payouts.workflow import workflow


@dataclass(frozen=True)
class Part:
    """One payee's part of an advance: what, its request once there is one, else what keeps it from it."""

    party_id: int
    name: str
    cents: int
    claim: Claim | None
    fault: str


def amount(award: Award) -> int:
    """Give the advance in cents: the grant's percentage of its amount, rounded down to a whole cent."""
    return award.amount_cents * award.advance_percent // 100


def live(award: Award) -> list[Claim]:
    """List the requests for the advance that count: not refused and not withdrawn; one for each payee."""
    return list(
        db.session.scalars(
            select(Claim)
            .where(
                Claim.award_id == award.id,
                Claim.kind == ClaimKind.ADVANCE,
                Claim.state.not_in(queries.DEAD),
            )
            .order_by(Claim.id)
        )
    )


def of(award: Award) -> Claim | None:
    """Give the first request for the advance that counts."""
    return next(iter(live(award)), None)


def parts(award: Award) -> list[Part]:
    """List who gets which part of the advance, and how far each is; nobody when there is no payee."""
    try:
        payees = payee_parts.of_award(award)
    except Refusal:
        return []
    divided = payee_parts.of_sum(payees, amount(award))
    asked = {claim.party_id: claim for claim in live(award)}
    found = accounts.live_accounts(divided)
    names = {one.party_id: one.party.legal_name for one in payees}
    return [
        Part(party, names[party], cents, asked.get(party), account_fault(found.get(party)))
        for party, cents in divided.items()
    ]


def obstacle(award: Award, divided: Sequence[Part] | None = None) -> str:
    """Say what keeps the advance from being asked; an empty text when nothing does.

    divided: the parts, where who asks has them already.
    """
    if award.scheme is not PaymentScheme.ADVANCE:
        return str(_("This grant is paid by milestone; there is no advance."))
    if award.state is not AwardState.ACTIVE or award.agreement_in_force is None:
        return str(_("The advance can be asked for once the agreement is in force and while the grant runs."))
    if queries.final_account(award) is not None:
        return str(_("The final account was begun, so there is no advance any more."))
    waiting = [part for part in (parts(award) if divided is None else divided) if part.claim is None]
    if not waiting:
        return str(_("The advance was asked for already."))
    return waiting[0].fault if all(part.fault for part in waiting) else ""


def ask(award: Award, note: str, *, actor: User, at: datetime) -> list[Claim]:
    """Ask for the advance of a grant: a request for each payee with a confirmed account, for their part.

    Whose account is not confirmed yet can be asked for later. Raises MoveRefused (not a grantee who may
    write), Refusal: see `obstacle`.
    """
    hold(award)
    if not ASK(actor, award):
        raise MoveRefused(_("Only the grantee asks for a payment."))
    divided = parts(award)
    if told := obstacle(award, divided):
        raise Refusal(told)
    return [
        whole_claims.ask(
            award,
            ClaimKind.ADVANCE,
            part.cents,
            usable_account(award, part.party_id),
            note,
            actor=actor,
            at=at,
        )
        for part in divided
        if part.claim is None and not part.fault
    ]


def ask_again(claim: Claim, note: str, *, actor: User, at: datetime) -> None:
    """Send a request for the advance again that came back with a question, for the part as it is now."""
    hold(claim)
    if claim.kind is not ClaimKind.ADVANCE or not workflow.allows("submit", actor, claim):
        raise MoveRefused(_("This request cannot be sent again."))
    account = usable_account(claim.award, claim.party_id)
    payees = payee_parts.of_award(claim.award)
    cents = payee_parts.of_sum(payees, amount(claim.award)).get(claim.party_id, 0)
    if not cents:
        raise Refusal(_("There is nothing to ask for."))
    claim.amount_cents, claim.claimed_by = cents, actor.id
    claim.bank_account_id, claim.note = account.id, note.strip()
    whole_claims.send(claim, actor=actor, at=at)
