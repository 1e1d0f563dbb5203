"""Claims, sign-offs, batches, payments; what the bank says of them."""

from fundapp.payouts.models.payments import (
    Batch,
    BatchState,
    Claim,
    ClaimLine,
    ClaimState,
    Payment,
    PaymentState,
    Signoff,
)
from fundapp.payouts.models.statements import BankStatement, LineState, StatementKind, StatementLine

__all__ = [
    "BankStatement",
    "Batch",
    "BatchState",
    "Claim",
    "ClaimLine",
    "ClaimState",
    "LineState",
    "Payment",
    "PaymentState",
    "Signoff",
    "StatementKind",
    "StatementLine",
]
