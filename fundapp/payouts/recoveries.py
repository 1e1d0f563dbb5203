"""Money that was paid too much comes back: claimed, in parts, received, or written off by two."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext as _

from fundapp.accounts.models import User
from fundapp.core import audit, clock, counters, references
from fundapp.core.db import db
from fundapp.core.refusals import ChangedMeanwhile, MoveRefused, Refusal
from fundapp.funds import ledger
from fundapp.funds.models import Account, Fund
from fundapp.grants.hold import hold
from fundapp.grants.letters import queue
from fundapp.grants.models import Award
from fundapp.payouts.models import (
    FinalAccount,
    Instalment,
    Recovery,
    RecoveryReason,
    RecoveryReceipt,
    RecoveryState,
    StatementLine,
)
from fundapp.payouts.settling import CLAIM_BACK, recoveries

DAYS_TO_PAY = 30
"""What a grantee gets when nobody says otherwise."""
MOST_PARTS = 36
BY_HAND = frozenset(RecoveryReason) - {RecoveryReason.SETTLEMENT}
"""Reasons a person chooses; a settlement claims back by itself."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a recovery: how much, and when at the latest."""

    due_on: date
    amount_cents: int


def most(award: Award) -> int:
    """Give what can be claimed back of a grant: what was paid, less what is claimed back already."""
    held = ledger.balances(award.fund_id, ledger.Where(award_id=award.id))
    return -held[Account.BANK] - held[Account.ADVANCES] - held[Account.RECOVERABLE]


def open_claim(
    award: Award,
    reason: RecoveryReason,
    cents: int,
    why: str,
    parts: Sequence[Part],
    *,
    actor: User,
    at: datetime,
) -> Recovery:
    """Claim back what was paid without an advance, and write to the grantee; the grant becomes smaller.

    parts: add up to the amount; none: all of it in a month. Raises MoveRefused (not staff or finance),
    Refusal: no reason, nothing or more than was paid, an unsettled advance, parts that do not add up.
    """
    fund = hold(award)
    if not CLAIM_BACK(actor, award):
        raise MoveRefused(_("Only somebody at the fund without a tie claims money back."))
    if not why.strip() or reason not in BY_HAND:
        raise Refusal(_("Say why the money has to come back."))
    if ledger.balances(fund.id, ledger.Where(award_id=award.id))[Account.ADVANCES]:
        raise Refusal(
            _("The advance is not settled yet. Settle it first: what is too much then comes back by itself.")
        )
    if not 0 < cents <= most(award):
        raise Refusal(_("Claim back more than nothing, and no more than was paid."))
    made = _make(award, reason, cents, why, parts=parts, actor=actor, at=at)
    where, onto = ledger.Where(award_id=award.id), _onto(award)
    ledger.move(
        fund, ledger.RECOVERY, f"recovery:{made.id}", cents, at_source=where, onto=onto, actor=actor, at=at
    )
    award.amount_cents -= cents
    return made


def from_settlement(
    account: FinalAccount, owed: Mapping[int, int], fund: Fund, *, actor: User, at: datetime
) -> list[Recovery]:
    """Claim back what an advance was more than the settled costs. The fund is locked by who calls.

    owed: cents by party; one recovery, with a letter of its own, for each payee.
    """
    award, cents = account.award, sum(owed.values())
    why = str(_("The advance was higher than the costs in the approved final account."))
    made = [
        _make(
            award, RecoveryReason.SETTLEMENT, part, why, account=account, actor=actor, at=at,
            party_id=party if len(owed) > 1 else None,
        )
        for party, part in owed.items()
    ]  # fmt: skip
    given: dict[str, Any] = {"at_source": ledger.Where(award_id=award.id), "onto": _onto(award)}
    for step in (ledger.CLAIM_BACK, ledger.CLAIM_BACK_ADVANCE):
        ledger.move(fund, step, f"{step.event}:{account.id}", cents, actor=actor, at=at, **given)
    award.amount_cents -= cents
    return made


def _onto(award: Award) -> ledger.Where:
    return ledger.Where(round_id=award.round_id, award_id=award.id)


def _make(
    award: Award,
    reason: RecoveryReason,
    cents: int,
    why: str,
    *,
    actor: User,
    at: datetime,
    parts: Sequence[Part] = (),
    account: FinalAccount | None = None,
    party_id: int | None = None,
) -> Recovery:
    today = clock.day(at, award.application.fund.zone)
    number = counters.next_number(f"recovery:{award.id}")
    code = f"{award.application.code or f'G{award.id}'}-R{number}"
    made = Recovery(
        award_id=award.id,
        fund_id=award.fund_id,
        number=number,
        code=code,
        reference=references.creditor_reference(code),
        reason=reason,
        why=why.strip(),
        amount_cents=cents,
        state_at=at,
        account_id=account.id if account is not None else None,
        party_id=party_id,
        opened_by=actor.id,
        opened_at=at,
    )
    db.session.add(made)
    db.session.flush()  # the log and the postings name its id
    db.session.refresh(made)  # the mail asks for its grant and its parts
    _write(made, parts or [Part(today + timedelta(days=DAYS_TO_PAY), cents)], today)
    audit.record("open", made, actor=actor, at=at, note=why, detail={"amount_cents": cents})
    queue("recovery-claimed", award.application, str(made.id), at=at, recovery=made, award=award)
    return made


# --- parts -----------------------------------------------------------------------


def reschedule(recovery: Recovery, parts: Sequence[Part], *, actor: User, at: datetime) -> None:
    """Agree on other parts and days for what is still owed, and write it to the grantee."""
    fund = hold(recovery)
    paid = recovery.received_cents
    recoveries.make("reschedule", recovery, actor=actor, at=at, detail={"parts": len(parts)})
    past = [Part(one.received_on, one.amount_cents) for one in recovery.receipts]
    _check(parts, recovery.amount_cents - paid, clock.day(at, fund.zone))
    recovery.instalments.clear()
    db.session.flush()  # numbers are used again
    _add(recovery, [*past, *parts])
    key = f"{recovery.id}:{recovery.row_version}"
    queue("recovery-parts", recovery.application, key, at=at, recovery=recovery, award=recovery.award)


def _write(recovery: Recovery, parts: Sequence[Part], today: date) -> None:
    _check(parts, recovery.amount_cents, today)
    _add(recovery, parts)


def _check(parts: Sequence[Part], cents: int, today: date) -> None:
    """Raise Refusal unless the parts add up to the amount, lie ahead, and follow each other."""
    if not 0 < len(parts) <= MOST_PARTS or any(one.amount_cents <= 0 for one in parts):
        raise Refusal(_("Give each part an amount above zero; there are at most %(most)s.", most=MOST_PARTS))
    if sum(one.amount_cents for one in parts) != cents:
        raise Refusal(_("The parts do not add up to what is still owed."))
    days = [one.due_on for one in parts]
    if days != sorted(days) or days[0] < today:
        raise Refusal(_("The days of the parts follow each other and have not passed."))


def _add(recovery: Recovery, parts: Sequence[Part]) -> None:
    for number, one in enumerate(parts, 1):
        recovery.instalments.append(
            Instalment(number=number, due_on=one.due_on, amount_cents=one.amount_cents)
        )
    db.session.flush()  # the letter reads them


# --- money that comes in -------------------------------------------------------------


def receive(
    recovery: Recovery,
    cents: int,
    received_on: date,
    *,
    actor: User | None,
    at: datetime,
    line: StatementLine | None = None,
) -> RecoveryReceipt:
    """Book money that came in for a recovery; it goes back to the round. The last cent settles it.

    line: the line of a statement that says so, used once; actor may then be None. Money of that line
    that stood in suspense is taken out by who calls. Raises Refusal: more than is owed, a day ahead.
    """
    fund = hold(recovery)
    if not 0 < cents <= recovery.rest_cents:
        raise Refusal(_("Enter more than nothing, and no more than is still owed."))
    if received_on > clock.day(at, fund.zone):
        raise Refusal(_("That day has not come yet."))
    detail = {"amount_cents": cents, "received_on": received_on.isoformat()}
    recoveries.make("receive", recovery, actor=actor, at=at, detail=detail)
    made = RecoveryReceipt(
        fund_id=fund.id,
        amount_cents=cents,
        received_on=received_on,
        statement_line_id=line.id if line is not None else None,
        entered_by=actor.id if actor is not None else None,
        entered_at=at,
    )
    recovery.receipts.append(made)
    db.session.flush()  # a line that was used before is refused here
    _book_receipt(recovery, made, fund, actor=actor, at=at)
    if recovery.rest_cents == 0:
        recovery.write_off_by, recovery.write_off_why = None, ""
        recoveries.make("settle", recovery, actor=actor, at=at)
    queue("recovery-received", recovery.application, str(made.id), at=at, recovery=recovery, receipt=made)
    return made


def _book_receipt(recovery: Recovery, made: RecoveryReceipt, fund: Fund, *, actor: Any, at: datetime) -> None:
    onto = _onto(recovery.award)
    if made.statement_line_id is not None:
        onto = ledger.Where(**onto.values(), statement_line_id=made.statement_line_id)
    where = ledger.Where(award_id=recovery.award_id)
    for step in (ledger.RECOVERED, ledger.RECOVERED_FREED):
        key = f"{step.event}:{made.id}"
        ledger.move(fund, step, key, made.amount_cents, at_source=where, onto=onto, actor=actor, at=at)


# --- money that does not ---------------------------------------------------------------


def propose_write_off(recovery: Recovery, why: str, *, actor: User, at: datetime) -> None:
    """Propose that the rest is not asked any more; somebody else decides."""
    hold(recovery)
    recoveries.make("propose_write_off", recovery, actor=actor, at=at, note=why)
    recovery.write_off_by, recovery.write_off_why = actor.id, why.strip()


def drop_write_off(recovery: Recovery, *, actor: User, at: datetime) -> None:
    """Take the proposal off the table."""
    hold(recovery)
    recoveries.make("drop_write_off", recovery, actor=actor, at=at)
    recovery.write_off_by, recovery.write_off_why = None, ""


def write_off(recovery: Recovery, shown_cents: int, *, actor: User, at: datetime) -> None:
    """Write off what is still owed, as a second person; the grantee keeps it; the grant is that much larger.

    shown_cents: the rest that was on the page. Raises MoveRefused (nothing proposed, or by oneself),
    ChangedMeanwhile.
    """
    fund = hold(recovery)
    if recovery.write_off_by is None:
        raise MoveRefused(_("Somebody proposes first to write it off, with the reason."))
    if recovery.rest_cents != shown_cents:
        raise ChangedMeanwhile(_("Money came in for this since you opened the page. Look at it again."))
    rest = recovery.rest_cents
    with db.session.no_autoflush:  # both names are written together, or the database refuses
        recoveries.make("write_off", recovery, actor=actor, at=at, detail={"amount_cents": rest})
        recovery.written_off_by = actor.id
    _let_go(recovery, rest, f"write-off:{recovery.id}", fund, actor=actor, at=at)
    queue("recovery-dropped", recovery.application, str(recovery.id), at=at, recovery=recovery, cents=rest)


def cancel(recovery: Recovery, why: str, *, actor: User, at: datetime) -> None:
    """Drop a claim that was a mistake, before anything came in; what a settlement says stays."""
    fund = hold(recovery)
    if recovery.reason is RecoveryReason.SETTLEMENT or recovery.receipts:
        raise MoveRefused(_("This can only be written off: it follows from a settlement, or money came in."))
    recoveries.make("cancel", recovery, actor=actor, at=at, note=why)
    cents = recovery.amount_cents
    _let_go(recovery, cents, f"recovery-cancelled:{recovery.id}", fund, actor=actor, at=at)
    queue("recovery-dropped", recovery.application, str(recovery.id), at=at, recovery=recovery, cents=cents)


def _let_go(recovery: Recovery, cents: int, key: str, fund: Fund, *, actor: User, at: datetime) -> None:
    award = recovery.award
    where = ledger.Where(award_id=award.id)
    ledger.move(fund, ledger.WRITE_OFF, key, cents, at_source=where, onto=_onto(award), actor=actor, at=at)
    award.amount_cents += cents


def is_open(recovery: Recovery) -> bool:
    """Tell whether money is still owed."""
    return recovery.state is RecoveryState.OPEN
