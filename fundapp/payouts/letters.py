"""Mail about requests and payments, to everyone who writes for the grant."""

from datetime import datetime
from typing import Any

from fundapp.core import mail
from fundapp.grants.queries import grantees
from fundapp.payouts.models import Claim, Payment


def tell(name: str, claim: Claim, *, at: datetime) -> None:
    """Queue one mail about a request for each grantee; each step of the request is told once."""
    _queue(name, claim, f"{name}:{claim.id}:{claim.row_version}", at=at)


def tell_payment(name: str, payment: Payment, *, at: datetime) -> None:
    """Queue one mail about a payment for each grantee."""
    _queue(name, payment.claim, f"{name}:{payment.id}", at=at, payment=payment)


def _queue(name: str, claim: Claim, key: str, *, at: datetime, **values: Any) -> None:
    application = claim.award.application
    for person in grantees(application):
        mail.queue(
            name,
            key=f"{key}:{person.id}",
            to=person,
            at=at,
            application=application,
            claim=claim,
            fund=application.fund,
            **values,
        )
