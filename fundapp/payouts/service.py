"""Requests for payment: asked for, checked, approved by somebody else, and void when they change."""

from collections.abc import Collection, Sequence
from datetime import datetime

from flask_babel import gettext as _

from fundapp.accounts.models import User
from fundapp.core import counters, references
from fundapp.core.db import db, locked
from fundapp.core.refusals import ChangedMeanwhile, MoveRefused, Refusal
from fundapp.funds.models import Fund, PaymentScheme
from fundapp.grants import accounts, report_days
from fundapp.grants.hold import hold
from fundapp.grants.letters import queue
from fundapp.grants.models import Award, AwardState, BankAccount, MilestoneState
from fundapp.grants.queries import taken
from fundapp.grants.workflow import milestones
from fundapp.payouts import (
    booking,
    checklist,
    claim_versions,
    delivery,
    evidence,
    opinions,
    payments,
    queries,
    whole_claims,
)
from fundapp.payouts.asking import Asked, check_lines, digest, usable_account
from fundapp.payouts.models import (
    Claim,
    ClaimDraft,
    ClaimKind,
    ClaimLine,
    ClaimState,
    PaymentState,
    Signoff,
)
from fundapp.payouts.rules import ASK, VOID
from fundapp.payouts.workflow import workflow

UNDER_WAY = (ClaimState.DRAFT, ClaimState.SUBMITTED, ClaimState.RETURNED, ClaimState.APPROVED)


def claim(
    award: Award,
    lines: Sequence[Asked],
    note: str,
    *,
    party_id: int | None = None,
    draft: ClaimDraft | None = None,
    actor: User,
    at: datetime,
) -> Claim:
    """Ask for the payment of one or more milestones and give the request; it is sent at once.

    party_id: which payee; the first unless said. draft: what it was written in, which ends with it.
    Raises MoveRefused (not a grantee who may write), Refusal: the grant does not run, no confirmed
    account, nothing asked, too late, more than the open rest of a milestone, a link that is not one.
    """
    hold(award)
    if not ASK(actor, award):
        raise MoveRefused(_("Only the grantee asks for a payment."))
    if award.state is not AwardState.ACTIVE:
        raise Refusal(_("This grant does not run now, so no payment can be asked for."))
    if award.scheme is not PaymentScheme.MILESTONES:
        raise Refusal(_("This grant is paid by an advance and a settlement, not per milestone."))
    account = usable_account(award, party_id)
    check_lines(award, lines, at=at)
    number = counters.next_number(f"claim:{award.id}")
    code = references.claim_code(award.application.code or f"G{award.id}", number)
    made = Claim(
        award_id=award.id,
        fund_id=award.fund_id,
        number=number,
        code=code,
        reference=references.creditor_reference(code),
        party_id=account.party_id,
        bank_account_id=account.id,
        amount_cents=sum(line.amount_cents for line in lines),
        digest="",
        claimed_by=actor.id,
        note=note.strip(),
        created_at=at,
        state_at=at,
    )
    db.session.add(made)
    _write_lines(made, lines, draft)
    _send(made, actor=actor, at=at)
    return made


def revise(
    asked: Claim,
    lines: Sequence[Asked],
    note: str,
    *,
    party_id: int | None = None,
    draft: ClaimDraft | None = None,
    actor: User,
    at: datetime,
) -> None:
    """Change a request that the bank does not have yet; an approval of it falls away."""
    fund = hold(asked)
    if not workflow.allows("revise", actor, asked):
        raise MoveRefused(_("This request cannot be changed any more."))
    whole_claims.check_has_lines(asked)
    if asked.state is ClaimState.APPROVED:
        _void(asked, fund, _("The grantee changed the request."), actor=actor, at=at)
    check_lines(asked.award, lines, apart_from=asked, at=at)
    account = usable_account(asked.award, party_id or asked.party_id)
    asked.note, asked.party_id, asked.bank_account_id = note.strip(), account.party_id, account.id
    asked.amount_cents = sum(line.amount_cents for line in lines)
    asked.lines.clear()
    db.session.flush()  # a milestone stands in a request once: old lines go before new ones come
    _write_lines(asked, lines, draft)
    if asked.state is ClaimState.RETURNED:
        _send(asked, actor=actor, at=at)
    else:
        workflow.make("revise", asked, actor=actor, at=at, detail={"amount_cents": asked.amount_cents})
        claim_versions.keep(asked, actor=actor, at=at)


def _send(asked: Claim, *, actor: User, at: datetime) -> None:
    asked.submitted_at = at
    workflow.make("submit", asked, actor=actor, at=at, detail={"amount_cents": asked.amount_cents})
    claim_versions.keep(asked, actor=actor, at=at)
    queue("claim-received", asked.award.application, _key(asked), at=at, claim=asked)


def _write_lines(asked: Claim, lines: Sequence[Asked], draft: ClaimDraft | None) -> None:
    db.session.flush()  # lines refer to the id of the request
    for line in lines:
        asked.lines.append(
            ClaimLine(
                award_id=asked.award_id,
                milestone_id=line.milestone_id,
                amount_cents=line.amount_cents,
                evidence=list(line.evidence),
                files=[dict(one) for one in line.files],
                licence=line.licence.strip(),
                place=line.place.strip(),
                unpublished=line.unpublished.strip(),
                note=line.note.strip(),
            )
        )
    evidence.take_over(asked, draft)
    if draft is not None:
        db.session.delete(draft)
    db.session.flush()  # the digest reads them
    evidence.write_marks(asked)
    asked.digest = digest(asked)


def _key(asked: Claim) -> str:
    """Tell the steps of a request apart: each is told once."""
    return f"{asked.id}:{asked.row_version}"


# --- judged ----------------------------------------------------------------------


def return_claim(asked: Claim, note: str, *, actor: User, at: datetime) -> None:
    """Ask the grantee for a change, with the reason."""
    hold(asked)
    whole_claims.check_by_itself(asked)
    workflow.make("return", asked, actor=actor, at=at, note=note)
    asked.answer = note.strip()
    queue("claim-returned", asked.award.application, _key(asked), at=at, claim=asked)


def refuse(asked: Claim, note: str, *, actor: User, at: datetime) -> None:
    """Refuse a request for good, with the reason; its milestones can be asked for again."""
    hold(asked)
    whole_claims.check_by_itself(asked)
    workflow.make("refuse", asked, actor=actor, at=at, note=note)
    asked.answer = note.strip()
    opinions.close(asked, at=at)
    queue("claim-refused", asked.award.application, _key(asked), at=at, claim=asked)


def withdraw(asked: Claim, *, actor: User, at: datetime) -> None:
    """Take a request back before it is approved."""
    hold(asked)
    whole_claims.check_by_itself(asked)
    workflow.make("withdraw", asked, actor=actor, at=at)
    opinions.close(asked, at=at)


def approve(
    asked: Claim,
    note: str,
    shown_digest: str,
    *,
    checks: Collection[str] = (),
    agreed: Collection[int] = (),
    actor: User,
    at: datetime,
) -> Signoff:
    """Approve the content of exactly the request that was on the page, and give the sign-off.

    checks: what was ticked of the fund's list; it stays with the sign-off. agreed: milestones of which
    the approver agrees that nothing has to be public.
    The money moves from committed to approved; a milestone that is approved whole is delivered.
    Raises NotDelivered: a result without a free licence or a public place, a condition not met.
    Raises ChangedMeanwhile when the request is another by now, MoveRefused for who may not judge it
    (the claimant never may), Refusal for an unconfirmed account or too little left of a milestone.
    """
    fund = hold(asked)
    if asked.digest != shown_digest:
        raise ChangedMeanwhile(_("The request was changed while you had it open. Look at it again."))
    if asked.award.state not in (AwardState.ACTIVE, AwardState.PAUSED):
        raise MoveRefused(_("This grant has ended."))
    if asked.kind is not ClaimKind.ADVANCE:
        report_days.check_payment(asked.award, at)
    workflow.make("approve", asked, actor=actor, at=at, detail={"digest": asked.digest})
    check_account(asked)
    _check_rest(asked)
    delivery.check(asked, agreed)
    signoff = Signoff(
        claim_id=asked.id,
        fund_id=asked.fund_id,
        number=len(asked.signoffs) + 1,
        claimed_by=asked.claimed_by,
        approved_by=actor.id,
        approved_at=at,
        amount_cents=asked.amount_cents,
        bank_account_id=asked.bank_account_id,
        digest=asked.digest,
        note=note.strip(),
        checks=list(checklist.ticked(fund, checks)),
    )
    asked.answer = note.strip()
    asked.signoffs.append(signoff)
    db.session.flush()  # the database refuses an approval by the claimant here, before money moves
    booking.approve(asked, signoff, fund, actor=actor, at=at)
    delivery.keep(asked)
    _deliver(asked, actor=actor, at=at)
    opinions.close(asked, at=at)
    queue("claim-approved", asked.award.application, _key(asked), at=at, claim=asked)
    return signoff


def check_account(asked: Claim) -> None:
    """Raise Refusal unless the account of a request is confirmed and still in use."""
    account = asked.bank_account
    if account.retired_at is not None or account.confirmed_at is None:
        raise Refusal(_("The account of this request is not confirmed, or no longer in use."))


def _check_rest(asked: Claim) -> None:
    """A plan that came into force since the request may have taken a milestone away or made it smaller."""
    rest = queries.open_rest(asked.award, apart_from=asked)
    for line in asked.lines:
        is_open = line.milestone.state is MilestoneState.OPEN
        if not is_open or line.amount_cents > rest.get(line.milestone_id, 0):
            raise Refusal(
                _("%(ref)s has less left than this request asks, or is closed.", ref=line.milestone.ref)
            )


def _deliver(asked: Claim, *, actor: User, at: datetime) -> None:
    gone = taken(asked.award)
    for line in asked.lines:
        if gone.get(line.milestone_id, 0) == line.milestone.amount_cents:
            milestones.make("deliver", line.milestone, actor=actor, at=at)


# --- void ------------------------------------------------------------------------


def void(asked: Claim, note: str, *, actor: User, at: datetime) -> None:
    """Take an approval back, with the reason; MoveRefused once the bank has the payment."""
    fund = hold(asked)
    _void(asked, fund, note, actor=actor, at=at)


def _void(asked: Claim, fund: Fund, note: str, *, actor: User | None, at: datetime) -> None:
    if (payment := queries.live_payment(asked)) is not None:
        if payment.state is not PaymentState.LISTED:
            raise MoveRefused(_("The bank has this payment already."))
        payments.take_out(payment, actor=actor, at=at)
    signoff = queries.live_signoff(asked)
    workflow.make("void", asked, actor=actor, at=at, note=note)
    if signoff is not None:
        signoff.voided_at = at
        booking.void(asked, signoff, fund, actor=actor, at=at)
    for line in asked.lines:
        if line.milestone.state is MilestoneState.DELIVERED:
            milestones.make("reopen", line.milestone, actor=actor, at=at)


def follow_account(old: BankAccount, new: BankAccount, actor: User, at: datetime) -> None:
    """Move requests that the bank does not have yet to a party's new account; their approvals fall away.

    The funds are locked by who calls.
    """
    for asked in queries.claims_to_account(old, UNDER_WAY):
        locked(Claim, asked.id)
        payment = queries.live_payment(asked)
        if payment is not None and payment.state is not PaymentState.LISTED:
            continue
        if asked.state is ClaimState.APPROVED:
            by = actor if VOID(actor, asked) else None
            _void(asked, asked.award.application.fund, _("The account was changed."), actor=by, at=at)
        asked.bank_account_id = new.id
        asked.digest = digest(asked)


accounts.ON_CHANGE.append(follow_account)
