"""Claims, sign-offs, batches, payments; what the bank says of them."""

from fundapp.payouts.models.claims import (
    Claim,
    ClaimDraft,
    ClaimKind,
    ClaimLine,
    ClaimState,
    ClaimVersion,
    EvidenceMark,
    Signoff,
)
from fundapp.payouts.models.handlings import Handled, LineHandling
from fundapp.payouts.models.opinions import OpinionState, SecondOpinion, Verdict
from fundapp.payouts.models.payments import Batch, BatchState, Payment, PaymentState
from fundapp.payouts.models.recoveries import (
    Instalment,
    Recovery,
    RecoveryReason,
    RecoveryReceipt,
    RecoveryState,
)
from fundapp.payouts.models.risks import WarningAnswer
from fundapp.payouts.models.settlements import AccountState, CostLine, FinalAccount
from fundapp.payouts.models.statements import BankStatement, LineState, StatementKind, StatementLine

__all__ = [
    "AccountState",
    "BankStatement",
    "Batch",
    "BatchState",
    "Claim",
    "ClaimDraft",
    "ClaimKind",
    "ClaimLine",
    "ClaimState",
    "ClaimVersion",
    "CostLine",
    "EvidenceMark",
    "FinalAccount",
    "Handled",
    "Instalment",
    "LineHandling",
    "LineState",
    "OpinionState",
    "Payment",
    "PaymentState",
    "Recovery",
    "RecoveryReason",
    "RecoveryReceipt",
    "RecoveryState",
    "SecondOpinion",
    "Signoff",
    "StatementKind",
    "StatementLine",
    "Verdict",
    "WarningAnswer",
]
