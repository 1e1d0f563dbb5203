"""What a payment says to the bank, and what keeps it back: the only place where an account stands whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.fernet import InvalidToken
from flask_babel import gettext as _
from sqlalchemy import select

from fundapp.accounts.models import Party
from fundapp.config import Settings
from fundapp.core.bank_letters import for_bank
from fundapp.core.db import db
from fundapp.funds.models import Fund
from fundapp.grants.account_checks import why_not_usable
from fundapp.grants.models import BankAccount
from fundapp.grants.sealing import unseal
from fundapp.payouts import bank_file
from fundapp.payouts.bank_file import LONGEST_NAME, Address, Line, UnusableBatch
from fundapp.payouts.models import Batch, Claim, Payment, PaymentState


@dataclass(frozen=True, slots=True)
class Told:
    """One payment of a batch as the bank will read it. fault: why it cannot go; then it is set aside."""

    payment: Payment
    line: Line | None
    fault: str

    @property
    def name(self) -> str:
        """The payee's name in the letters of banks."""
        return for_bank(self.line.creditor_name, LONGEST_NAME) if self.line is not None else ""


def of_batch(batch: Batch, fund: Fund, settings: Settings, at: datetime) -> list[Told]:
    """Give every listed payment of a batch in the order of the file; one statement."""
    rows = db.session.execute(
        select(Payment, Claim, BankAccount, Party)
        .join(Claim, Claim.id == Payment.claim_id)
        .join(BankAccount, BankAccount.id == Payment.bank_account_id)
        .join(Party, Party.id == Claim.party_id)
        .where(Payment.batch_id == batch.id, Payment.state == PaymentState.LISTED)
        .order_by(Payment.id)
    )
    return [_told(row, fund, settings, at) for row in rows]


def going(told: Sequence[Told]) -> list[Payment]:
    """List the payments that nothing keeps back."""
    return [one.payment for one in told if not one.fault]


def _told(row: Any, fund: Fund, settings: Settings, at: datetime) -> Told:
    payment, claim, account, party = row
    if fault := why_not_usable(account, zone=fund.zone, at=at):
        return Told(payment, None, fault)
    try:
        line = _line(payment, claim, account, party, settings)
    except InvalidToken:
        return Told(payment, None, str(_("The account cannot be opened with the keys of this server.")))
    try:
        bank_file.check_line(line)
    except UnusableBatch as refused:
        return Told(payment, line, refused.words)
    return Told(payment, line, "")


def _line(payment: Payment, claim: Claim, account: BankAccount, party: Party, settings: Settings) -> Line:
    holder = unseal(account.holder_sealed, settings)
    return Line(
        end_to_end_id=payment.end_to_end_id,
        creditor_name=holder if for_bank(holder, LONGEST_NAME) else party.legal_name,
        iban=unseal(account.iban_sealed, settings),
        bic=account.bic,
        amount_cents=payment.amount_cents,
        creditor_reference=claim.reference,
        address=address_of(party.address, party.country),
    )


def address_of(kept: Mapping[str, Any] | None, country: str | None) -> Address:
    """Give the address of a party, as it is kept, in the fields banks want."""
    kept = kept or {}
    return Address(
        town=str(kept.get("town") or ""),
        country=country or "",
        street=str(kept.get("street") or ""),
        building=str(kept.get("number") or ""),
        postcode=str(kept.get("postcode") or ""),
    )


def party_fault(party: Party) -> str:
    """Say what a party's address lacks for a bank, long before anything is paid; empty when it will do."""
    return bank_file.address_fault(address_of(party.address, party.country))
