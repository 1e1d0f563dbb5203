"""Claims, sign-offs, batches, payments; what the bank says of them."""

from fundapp.payouts.models.claims import (
    Claim,
    ClaimDraft,
    ClaimLine,
    ClaimState,
    ClaimVersion,
    EvidenceMark,
    Signoff,
)
from fundapp.payouts.models.opinions import OpinionState, SecondOpinion, Verdict
from fundapp.payouts.models.payments import Batch, BatchState, Payment, PaymentState
from fundapp.payouts.models.statements import BankStatement, LineState, StatementKind, StatementLine

__all__ = [
    "BankStatement",
    "Batch",
    "BatchState",
    "Claim",
    "ClaimDraft",
    "ClaimLine",
    "ClaimState",
    "ClaimVersion",
    "EvidenceMark",
    "LineState",
    "OpinionState",
    "Payment",
    "PaymentState",
    "SecondOpinion",
    "Signoff",
    "StatementKind",
    "StatementLine",
    "Verdict",
]
