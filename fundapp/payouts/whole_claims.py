"""Requests about a grant as a whole: the advance, and the rest after the settlement."""

from datetime import datetime

from flask_babel import gettext as _

from fundapp.accounts.models import User
from fundapp.core import counters, references
from fundapp.core.db import db
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.grants.letters import queue
from fundapp.grants.models import Award, BankAccount
from fundapp.payouts import queries
from fundapp.payouts.asking import digest
from fundapp.payouts.models import AccountState, Claim, ClaimKind, ClaimState
from fundapp.payouts.workflow import workflow


def ask(
    award: Award,
    kind: ClaimKind,
    cents: int,
    account: BankAccount,
    note: str,
    *,
    actor: User,
    at: datetime,
) -> Claim:
    """Make one request for the whole grant and send it. The fund is locked by who calls.

    The database allows each payee one live request of each kind. Raises Refusal for nothing or less.
    """
    if cents <= 0:
        raise Refusal(_("There is nothing to ask for."))
    number = counters.next_number(f"claim:{award.id}")
    code = references.claim_code(award.application.code or f"G{award.id}", number)
    made = Claim(
        award_id=award.id,
        fund_id=award.fund_id,
        kind=kind,
        number=number,
        code=code,
        reference=references.creditor_reference(code),
        party_id=account.party_id,
        bank_account_id=account.id,
        amount_cents=cents,
        digest="",
        claimed_by=actor.id,
        note=note.strip(),
        created_at=at,
        state_at=at,
    )
    db.session.add(made)
    db.session.flush()  # a second live request of this kind is refused here
    send(made, actor=actor, at=at)
    return made


def send(claim: Claim, *, actor: User, at: datetime) -> None:
    """Send a request that is new or was returned, for the amount it has now."""
    claim.digest, claim.submitted_at = digest(claim), at
    workflow.make("submit", claim, actor=actor, at=at, detail={"amount_cents": claim.amount_cents})
    key = f"{claim.id}:{claim.row_version}"
    queue("claim-received", claim.award.application, key, at=at, claim=claim)


def drop(claim: Claim, *, actor: User, at: datetime) -> None:
    """Take a request back that asks for nothing any more."""
    if claim.state in (ClaimState.SUBMITTED, ClaimState.RETURNED):
        workflow.make("withdraw", claim, actor=actor, at=at)


def check_has_lines(claim: Claim) -> None:
    """Raise MoveRefused for a request whose amount is not the grantee's to change."""
    if claim.kind is not ClaimKind.MILESTONES:
        raise MoveRefused(_("The amount of this request follows from the grant; it cannot be changed."))


def check_by_itself(claim: Claim) -> None:
    """Raise MoveRefused for a request that is judged with its final account, not by itself."""
    if claim.kind is not ClaimKind.SETTLEMENT:
        return
    account = queries.final_account(claim.award)
    if account is not None and account.state is AccountState.SUBMITTED:
        raise MoveRefused(_("This request goes with the final account: judge or change that."))
