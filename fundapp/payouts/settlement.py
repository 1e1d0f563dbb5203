"""The final account of a grant with an advance: handed in, checked by another, and settled."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from fundapp.accounts.models import User
from fundapp.core.db import db, locked
from fundapp.core.refusals import ChangedMeanwhile, Refusal
from fundapp.funds import ledger
from fundapp.funds.models import Account, Fund
from fundapp.grants import accounts as bank_accounts
from fundapp.grants import milestones, report_days
from fundapp.grants.hold import hold
from fundapp.grants.letters import queue
from fundapp.grants.models import Award, MilestoneState
from fundapp.grants.workflow import milestones as milestone_moves
from fundapp.payouts import (
    account_files,
    advances,
    cost_sums,
    payee_parts,
    queries,
    recoveries,
    service,
    whole_claims,
)
from fundapp.payouts.account_writing import SETTLES_IN, begun, sums
from fundapp.payouts.asking import account_fault, usable_account
from fundapp.payouts.models import (
    AccountState,
    Claim,
    ClaimKind,
    ClaimState,
    FinalAccount,
)
from fundapp.payouts.settling import accounts
from fundapp.rounds.reading import digest_of


def outstanding(award: Award) -> int:
    """Give the advance that is approved or paid and not settled yet, in cents."""
    return ledger.balances(award.fund_id, ledger.Where(award_id=award.id))[Account.ADVANCES]


def outcome(account: FinalAccount) -> cost_sums.Settled:
    """Give what follows from an account: as it was settled, or as it would be now."""
    if account.award_cents is not None and account.advance_cents is not None:
        return cost_sums.settled(account.settled_cents or 0, account.advance_cents, account.award_cents)
    award = account.award
    return cost_sums.settled(sums(account).asked, outstanding(award), award.amount_cents)


# --- handed in -------------------------------------------------------------------


def open_points(account: FinalAccount, found: cost_sums.Settled | None = None) -> list[str]:
    """Say what keeps the account from being handed in; nothing when it can be. found: its known outcome."""
    points = []
    if not any(line.net_cents or line.vat_cents for line in account.lines):
        points.append(_("Write down what the work cost, line by line."))
    with_files = account_files.by_line(account)
    for line in account.lines:
        if not line.title:
            points.append(_("Give each line a name."))
        if (line.net_cents or line.vat_cents) and not (line.evidence or with_files.get(line.id)):
            points.append(_("“%(line)s” needs evidence: a link or a file.", line=line.title))
    if any(claim.state is not ClaimState.PAID for claim in advances.live(account.award)):
        points.append(_("The advance is still under way. Wait until it is paid, or withdraw it."))
    if account.award.state not in SETTLES_IN:
        points.append(_("This grant does not run now."))
    points += _unpayable(account, found or outcome(account))
    return list(dict.fromkeys(points))


def digest(account: FinalAccount) -> str:
    """Give the SHA-256 of what an approval binds to: every line, its evidence, and what stands around."""
    with_files = account_files.by_line(account)
    lines = [
        {
            "title": line.title,
            "cents": [line.budget_cents, line.net_cents, line.vat_cents],
            "evidence": line.evidence,
            "files": [one.sha256 for one in with_files.get(line.id, ())],
            "note": line.note,
        }
        for line in account.lines
    ]
    around = [account.reclaims_vat, account.own_cents, account.other_cents, account.note]
    return digest_of({"award": account.award_id, "lines": lines, "around": around})


def submit(account: FinalAccount, *, actor: User, at: datetime) -> None:
    """Hand the account in; where it asks for more than the advance, the request for the rest goes with it.

    Raises Refusal with all that is missing.
    """
    hold(account)
    if points := open_points(account):
        raise Refusal(" ".join(points))
    account.costs_cents, account.digest = sums(account).asked, digest(account)
    account.submitted_by, account.submitted_at, account.answer = actor.id, at, ""
    accounts.make("submit", account, actor=actor, at=at, detail={"costs_cents": account.costs_cents})
    _ask_rest(account, outcome(account), actor=actor, at=at)
    queue("account-received", account.application, _key(account), at=at, account=account, award=account.award)


def _unpayable(account: FinalAccount, found: cost_sums.Settled) -> list[str]:
    """Say of which payees the account is missing to which the rest would be paid."""
    if not found.to_pay:
        return []
    payees = payee_parts.of_award(account.award)
    parts = payee_parts.of_settlement(account.award, payees, found).to_pay
    known, names = bank_accounts.live_accounts(parts), {one.party_id: one.party.legal_name for one in payees}
    faults = {party: account_fault(known.get(party)) for party in parts}
    return [
        f"{names[party]}: {fault}" if len(parts) > 1 else fault for party, fault in faults.items() if fault
    ]


def _ask_rest(account: FinalAccount, found: cost_sums.Settled, *, actor: User, at: datetime) -> None:
    """Bring the requests for the rest in line with the account, one a payee: made, changed, or withdrawn."""
    award = account.award
    payees = payee_parts.of_award(award)
    wanted = payee_parts.of_settlement(award, payees, found).to_pay
    kept: list[Claim] = []
    for claim in live_claims(account):
        if claim.party_id not in wanted:
            whole_claims.drop(claim, actor=actor, at=at)
            continue
        bank, cents = usable_account(award, claim.party_id), wanted.pop(claim.party_id)
        claim.amount_cents, claim.bank_account_id, claim.claimed_by = cents, bank.id, actor.id
        whole_claims.send(claim, actor=actor, at=at)
        kept.append(claim)
    for party, cents in wanted.items():
        bank = usable_account(award, party)
        kept.append(whole_claims.ask(award, ClaimKind.SETTLEMENT, cents, bank, "", actor=actor, at=at))
    account.claim_id = kept[0].id if kept else None


def live_claims(account: FinalAccount) -> list[Claim]:
    """List the requests for the rest that go with an account, one for each payee who gets something."""
    return list(
        db.session.scalars(
            select(Claim)
            .where(
                Claim.award_id == account.award_id,
                Claim.kind == ClaimKind.SETTLEMENT,
                Claim.state.not_in(queries.DEAD),
            )
            .order_by(Claim.id)
        )
    )


def take_back(account: FinalAccount, *, actor: User, at: datetime) -> None:
    """Take the account back to change it; its requests for the rest are withdrawn."""
    hold(account)
    accounts.make("take_back", account, actor=actor, at=at)
    for claim in live_claims(account):
        whole_claims.drop(claim, actor=actor, at=at)
    account.claim_id = None


# --- checked ---------------------------------------------------------------------


def return_account(account: FinalAccount, note: str, *, actor: User, at: datetime) -> None:
    """Ask the grantee for a change, with the reason."""
    hold(account)
    accounts.make("return", account, actor=actor, at=at, note=note)
    account.answer = note.strip()
    for claim in live_claims(account):
        service.return_claim(claim, note, actor=actor, at=at)
    queue("account-returned", account.application, _key(account), at=at, account=account, award=account.award)


def approve(
    account: FinalAccount, note: str, shown_digest: str, *, actor: User, at: datetime
) -> cost_sums.Settled:
    """Approve exactly the account that was on the page, and settle; give what followed.

    Costs above the advance are approved for payment, up to the grant; an advance above the costs is
    claimed back; the rest of the grant goes back to the round. Source: domain model, section 5.
    Raises ChangedMeanwhile, MoveRefused (who handed it in never approves it), Refusal for a final report
    that the fund wants first.
    """
    fund = hold(account)
    award = locked(Award, account.award_id)
    if account.digest != shown_digest or digest(account) != shown_digest:
        raise ChangedMeanwhile(_("The account was changed while you had it open. Look at it again."))
    report_days.check_settlement(award)
    found = cost_sums.settled(sums(account).asked, outstanding(award), award.amount_cents)
    claims = live_claims(account)
    if sum(claim.amount_cents for claim in claims) != found.to_pay:
        raise Refusal(
            _("The grant or its advance changed since this was handed in. Return it to be sent again.")
        )
    _close(account, "approve", note, found, actor=actor, at=at)
    _book(account, award, found, fund, claims, actor=actor, at=at)
    queue("account-approved", account.application, str(account.id), at=at, account=account, award=award)
    return found


def settle_without(award: Award, note: str, *, actor: User, at: datetime) -> cost_sums.Settled:
    """Settle at nothing, when no account comes: the whole advance is claimed back, with the reason."""
    fund = hold(award)
    account = queries.final_account(award) or begun(award, actor=actor, at=at)
    if not note.strip():
        raise Refusal(_("Give a reason for this step."))
    found = cost_sums.settled(0, outstanding(award), award.amount_cents)
    if not found.advance:
        raise Refusal(_("There is no advance to settle."))
    account.submitted_by = None
    _close(account, "settle_without", note, found, actor=actor, at=at)
    _book(account, award, found, fund, [], actor=actor, at=at)
    return found


def _close(
    account: FinalAccount, move: str, note: str, found: cost_sums.Settled, *, actor: User, at: datetime
) -> None:
    account.award_cents, account.advance_cents = found.award, found.advance
    account.settled_cents, account.answer = found.final, note.strip()
    detail = {"settled_cents": found.final, "advance_cents": found.advance, "award_cents": found.award}
    with db.session.no_autoflush:  # approved, by whom and when are written together, or the database refuses
        accounts.make(move, account, actor=actor, at=at, note=note, detail=detail)
        account.approved_by, account.approved_at = actor.id, at
    db.session.flush()  # the request below is approved only for a settled account


def _book(
    account: FinalAccount,
    award: Award,
    found: cost_sums.Settled,
    fund: Fund,
    claims: Sequence[Claim],
    *,
    actor: User,
    at: datetime,
) -> None:
    where, onto = ledger.Where(award_id=award.id), ledger.Where(round_id=award.round_id, award_id=award.id)
    if found.against:
        key = f"settle:{account.id}"
        ledger.move(fund, ledger.SETTLE, key, found.against, at_source=where, onto=onto, actor=actor, at=at)
    for claim in claims:
        service.approve(claim, account.answer, claim.digest, actor=actor, at=at)
    if found.back:
        owed = payee_parts.of_settlement(award, payee_parts.of_award(award), found).back
        recoveries.from_settlement(account, owed, fund, actor=actor, at=at)
    if found.released:
        milestones.release(fund, award, found.released, f"settled:{account.id}", actor=actor, at=at)
    for one in award.milestones:
        if one.state in (MilestoneState.OPEN, MilestoneState.HELD):
            milestone_moves.make("deliver", one, actor=actor, at=at)


def _key(account: FinalAccount) -> str:
    return f"{account.id}:{account.row_version}"


def is_settled(award: Award) -> bool:
    """Tell whether the advance of a grant was settled."""
    account = queries.final_account(award)
    return account is not None and account.state is AccountState.APPROVED
