"""Where a grantee is paid: accounts that are entered by one person, confirmed by another, and never changed.

A change is a new row; what was approved for the old account is approved no more.
"""

from collections.abc import Callable
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select

from fundapp.accounts.models import Party, User
from fundapp.config import Settings
from fundapp.core import audit, iban
from fundapp.core.db import db, locked
from fundapp.core.refusals import ChangedMeanwhile, MoveRefused, Refusal
from fundapp.funds import ledger
from fundapp.grants.letters import queue
from fundapp.grants.models import Award, BankAccount, Payee
from fundapp.grants.queries import payees
from fundapp.grants.rules import CONFIRM, ENTER
from fundapp.grants.sealing import mark, seal, unseal

LONGEST_HOLDER = 70
"""What a bank file carries of a name."""

ON_CHANGE: list[Callable[[BankAccount, BankAccount, User, datetime], None]] = []
"""What must happen when a party's account is replaced: (old, new, actor, at)."""


def live_account(party_id: int) -> BankAccount | None:
    """Give the account a party is paid to now, confirmed or not."""
    return db.session.scalar(
        select(BankAccount).where(BankAccount.party_id == party_id, BankAccount.retired_at.is_(None))
    )


def enter_account(
    award: Award, holder: str, iban_text: str, bic: str = "", *, settings: Settings, actor: User, at: datetime
) -> BankAccount:
    """Enter the account of a grant's payee; the one before is retired and its approvals fall away.

    Raises UnusableIban, MoveRefused (not the grantee), Refusal (no payee, no name, or the account
    that is in use already). Every grantee is told, so that a change by a stranger is noticed.
    """
    if not ENTER(actor, award):
        raise MoveRefused(_("Only the grantee enters an account to be paid to."))
    read = iban.read(iban_text)
    party = _payee(award)
    _lock_funds_of(party)
    old = live_account(party.id)
    name = " ".join(holder.split())[:LONGEST_HOLDER]
    account = BankAccount(
        party_id=party.id,
        number=_next_number(party),
        iban_sealed=seal(read.iban, settings),
        holder_sealed=seal(name, settings),
        bic=bic.replace(" ", "").upper() or read.bic,
        iban_mark=mark(read.iban, settings),
        masked=iban.masked(read.iban),
        country=read.country,
        entered_by=actor.id,
        entered_at=at,
    )
    if not name:
        raise Refusal(_("Write the name the account is in."))
    if old is not None and old.iban_mark == account.iban_mark and unseal(old.holder_sealed, settings) == name:
        raise Refusal(_("This is the account we have already."))
    return _replace(old, account, award, actor=actor, at=at)


def _replace(
    old: BankAccount | None, account: BankAccount, award: Award, *, actor: User, at: datetime
) -> BankAccount:
    if old is not None:
        old.retired_at = at
        db.session.flush()  # a party has one account in use at any moment
    db.session.add(account)
    audit.record("enter_account", award, actor=actor, at=at, detail={"number": account.number})
    db.session.flush()  # claims that are under way refer to its id
    if old is not None:
        for follow in ON_CHANGE:
            follow(old, account, actor, at)
    queue(
        "account-entered", award.application, f"{account.id}:{award.id}", at=at, award=award, account=account
    )
    return account


def confirm_account(award: Award, account_id: int, *, actor: User, at: datetime) -> BankAccount:
    """Confirm, as finance officer, that the account is the payee's own; nothing is paid before.

    account_id: the account that was on the page. Raises ChangedMeanwhile when it is no longer the
    one in use, MoveRefused when the actor entered it or may not confirm.
    """
    ledger.lock(award.fund_id)
    account = live_account(_payee(award).id)
    if account is None or account.id != account_id:
        raise ChangedMeanwhile(_("The grantee entered another account in the meantime."))
    locked(BankAccount, account.id)
    if not CONFIRM(actor, award) or account.entered_by == actor.id:
        raise MoveRefused(_("Somebody at finance who did not enter the account confirms it."))
    if account.confirmed_at is None:
        account.confirmed_by, account.confirmed_at = actor.id, at
        audit.record("confirm_account", award, actor=actor, at=at, detail={"number": account.number})
        key = f"{account.id}:{award.id}"
        queue("account-confirmed", award.application, key, at=at, award=award, account=account)
    return account


def _payee(award: Award) -> Party:
    found = payees(award)
    if not found:
        raise Refusal(_("This grant has nobody to pay yet."))
    return found[0].party


def _lock_funds_of(party: Party) -> None:
    """Lock every fund that pays this party, lowest id first, since claims at each of them may follow."""
    ids = db.session.scalars(select(Payee.fund_id).where(Payee.party_id == party.id).distinct())
    for fund_id in sorted(ids):
        ledger.lock(fund_id)


def _next_number(party: Party) -> int:
    last = db.session.scalar(select(func.max(BankAccount.number)).where(BankAccount.party_id == party.id))
    return (last or 0) + 1
