"""Where a grantee is paid: accounts that are entered by one person, confirmed by another, and never changed.

A change is a new row; what was approved for the old account is approved no more, and nothing is paid to
the new one before its cooling-off is over.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from fundapp.accounts.models import Party, User
from fundapp.config import Settings
from fundapp.core import audit, iban
from fundapp.core.bank_letters import for_bank
from fundapp.core.db import db, locked
from fundapp.core.refusals import ChangedMeanwhile, MoveRefused, Refusal
from fundapp.funds import ledger
from fundapp.funds.models import Fund
from fundapp.grants.contacts import contacts_of
from fundapp.grants.letters import queue
from fundapp.grants.models import Award, BankAccount, Payee
from fundapp.grants.queries import payees
from fundapp.grants.rules import CONFIRM, speaks_for
from fundapp.grants.sealing import current_key_id, mark, seal, unseal

LONGEST_HOLDER = 70
"""What a bank file carries of a name."""

ON_CHANGE: list[Callable[[BankAccount, BankAccount, User, datetime], None]] = []
"""What must happen when a party's account is replaced: (old, new, actor, at)."""


def live_account(party_id: int) -> BankAccount | None:
    """Give the account a party is paid to now, confirmed or not."""
    return db.session.scalar(
        select(BankAccount).where(BankAccount.party_id == party_id, BankAccount.retired_at.is_(None))
    )


def live_accounts(party_ids: Iterable[int]) -> dict[int, BankAccount]:
    """Give the accounts these parties are paid to now, confirmed or not, by party; one query."""
    rows = db.session.scalars(
        select(BankAccount).where(BankAccount.party_id.in_(list(party_ids)), BankAccount.retired_at.is_(None))
    )
    return {row.party_id: row for row in rows}


def payee_of(award: Award, party_id: int | None = None) -> Payee:
    """Give the payee of a grant whose account it is about: the first, or the one named.

    Raises Refusal when there is nobody to pay, or the party is none of its payees.
    """
    found = [one for one in payees(award) if party_id in (None, one.party_id)]
    if not found:
        raise Refusal(_("This grant has nobody to pay yet."))
    return found[0]


def enter_account(
    award: Award,
    holder: str,
    iban_text: str,
    bic: str = "",
    *,
    settings: Settings,
    actor: User,
    at: datetime,
    party_id: int | None = None,
) -> BankAccount:
    """Enter the account of a grant's payee; the one before is retired and its approvals fall away.

    party_id: which payee; None: the first. Raises UnusableIban, MoveRefused (not the grantee, or another
    speaks for this payee), Refusal (no payee, no name a bank can read, or the account that is in use
    already). Every grantee is told, and of a change everybody who ever was one.
    """
    payee = payee_of(award, party_id)
    if not speaks_for(actor, award, payee):
        raise MoveRefused(_("Only the grantee enters an account to be paid to."))
    read = iban.read(iban_text)
    _lock_funds_of(payee.party)
    old = live_account(payee.party_id)
    name = _name(holder)
    account = BankAccount(
        party_id=payee.party_id,
        number=_next_number(payee.party_id),
        iban_sealed=seal(read.iban, settings),
        holder_sealed=seal(name, settings),
        key_id=current_key_id(settings),
        bic=bic.replace(" ", "").upper() or read.bic,
        iban_mark=mark(read.iban, settings),
        masked=iban.masked(read.iban),
        country=read.country,
        entered_by=actor.id,
        entered_at=at,
        usable_from_at=_cooled(payee.party_id, at),
    )
    if old is not None and old.iban_mark == account.iban_mark and unseal(old.holder_sealed, settings) == name:
        raise Refusal(_("This is the account we have already."))
    return _replace(old, account, award, actor=actor, at=at)


def _name(holder: str) -> str:
    name = " ".join(holder.split())[:LONGEST_HOLDER]
    if not name:
        raise Refusal(_("Write the name the account is in."))
    if not for_bank(name, LONGEST_HOLDER):
        raise Refusal(_("Banks have no letters for this name. Write it in Latin letters too."))
    return name


def _cooled(party_id: int, at: datetime) -> datetime | None:
    """Give the end of the cooling-off, the longest of the funds that pay it; None for a first account."""
    confirmed = select(BankAccount.id).where(
        BankAccount.party_id == party_id, BankAccount.confirmed_at.is_not(None)
    )
    if db.session.scalar(confirmed.limit(1)) is None:
        return None
    days = db.session.scalar(
        select(func.max(Fund.cooling_off_days))
        .join(Payee, Payee.fund_id == Fund.id)
        .where(Payee.party_id == party_id)
    )
    return at + timedelta(days=days) if days else None


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
    key = f"{account.id}:{award.id}"
    told: dict[str, Any] = {"award": award, "account": account}
    queue("account-entered", award.application, key, at=at, **told)
    if account.usable_from_at is not None:
        others = contacts_of(award, account.party_id)
        queue("account-changed", award.application, key, at=at, to=others, old=old, **told)
    return account


def confirm_account(award: Award, account_id: int, *, actor: User, at: datetime) -> BankAccount:
    """Confirm, as finance officer, that the account is the payee's own; nothing is paid before.

    account_id: the account that was on the page. Raises ChangedMeanwhile when it is no longer the
    one in use, MoveRefused when the actor entered it or may not confirm.
    """
    account = held_account(award, account_id)
    if not CONFIRM(actor, award) or account.entered_by == actor.id:
        raise MoveRefused(_("Somebody at finance who did not enter the account confirms it."))
    if account.confirmed_at is None:
        account.confirmed_by, account.confirmed_at = actor.id, at
        audit.record("confirm_account", award, actor=actor, at=at, detail={"number": account.number})
        key = f"{account.id}:{award.id}"
        queue("account-confirmed", award.application, key, at=at, award=award, account=account)
    return account


def held_account(award: Award, account_id: int) -> BankAccount:
    """Lock the fund and the account that was on a page. Raises ChangedMeanwhile when it is not in use now."""
    ledger.lock(award.fund_id)
    live = [live_account(payee.party_id) for payee in payees(award)]
    if account_id not in {account.id for account in live if account is not None}:
        raise ChangedMeanwhile(_("The grantee entered another account in the meantime."))
    return locked(BankAccount, account_id)


def _lock_funds_of(party: Party) -> None:
    """Lock every fund that pays this party, lowest id first, since claims at each of them may follow."""
    ids = db.session.scalars(select(Payee.fund_id).where(Payee.party_id == party.id).distinct())
    for fund_id in sorted(ids):
        ledger.lock(fund_id)


def _next_number(party_id: int) -> int:
    last = db.session.scalar(select(func.max(BankAccount.number)).where(BankAccount.party_id == party_id))
    return (last or 0) + 1
