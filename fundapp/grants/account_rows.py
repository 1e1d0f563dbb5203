"""The accounts of a grant's payees as pages show them: masked, with what waits and for whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import LazyString
from sqlalchemy import select

from fundapp.accounts.models import Party, User
from fundapp.core.clock import now
from fundapp.core.db import db
from fundapp.core.rules import Rule
from fundapp.grants.account_checks import CHECK_WORDS, is_cooling
from fundapp.grants.models import Award, BankAccount, Payee
from fundapp.grants.rules import CONFIRM, WAIVE, speaks_for


@dataclass(frozen=True)
class AccountRow:
    """One payee with the account in use, if there is one, and what the reader may do about it."""

    payee: Payee
    party: Party
    account: Any
    is_cooling: bool
    may_enter: bool = False
    may_confirm: bool = False
    may_check: bool = False
    may_waive: bool = False

    @property
    def lacks_address(self) -> bool:
        """Whether banks would refuse the payee's address: it has no town or no country."""
        return not ((self.party.address or {}).get("town") and self.party.country)

    @property
    def name_check(self) -> tuple[str, LazyString] | None:
        """Shape and words of the bank's answer about the name."""
        return CHECK_WORDS[self.account.name_check] if self.account and self.account.name_check else None


def of_award(award: Award, at: datetime | None = None) -> list[AccountRow]:
    """List the payees of a grant with their accounts; one statement."""
    return [
        AccountRow(payee, party, account, account is not None and is_cooling(account, at or now()))
        for payee, party, account in _found(award)
    ]


def _found(award: Award) -> Sequence[Any]:
    in_use = (BankAccount.party_id == Payee.party_id) & BankAccount.retired_at.is_(None)
    return db.session.execute(
        select(Payee, Party, BankAccount)
        .join(Party, Party.id == Payee.party_id)
        .outerjoin(BankAccount, in_use)
        .where(Payee.award_id == award.id, Payee.left_at.is_(None))
        .order_by(Payee.id)
    ).all()


def shown(award: Award, reader: User, at: datetime) -> list[AccountRow]:
    """List the payees of a grant with their accounts and what this reader may do; one statement."""
    may = {rule for rule in (CONFIRM, WAIVE) if rule(reader, award)}
    return [_row(one, award, reader, may, at) for one in _found(award)]


def _row(found: Any, award: Award, reader: User, may: set[Rule], at: datetime) -> AccountRow:
    payee, party, account = found
    is_there = account is not None
    cooling = is_there and is_cooling(account, at)
    is_own = is_there and reader.id == account.entered_by
    is_confirmed = is_there and account.confirmed_at is not None
    return AccountRow(
        payee=payee,
        party=party,
        account=account,
        is_cooling=cooling,
        may_enter=speaks_for(reader, award, payee),
        may_confirm=CONFIRM in may and is_there and not is_confirmed and not is_own,
        may_check=CONFIRM in may and is_there,
        may_waive=WAIVE in may
        and cooling
        and is_confirmed
        and not is_own
        and reader.id != account.confirmed_by,
    )
