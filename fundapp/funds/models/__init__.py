"""Funds, their bank account, contributions, ledger postings."""

from fundapp.funds.models.corrections import Correction, CorrectionState, PostingSeal
from fundapp.funds.models.funds import (
    FileFormat,
    Fund,
    FundAccount,
    PaymentScheme,
    PublicationRule,
    Regime,
)
from fundapp.funds.models.gifts import Contribution, Gift, GiverKind, Refund, RefundState
from fundapp.funds.models.postings import DEBIT_NORMAL, Account, Posting

__all__ = [
    "DEBIT_NORMAL",
    "Account",
    "Contribution",
    "Correction",
    "CorrectionState",
    "FileFormat",
    "Fund",
    "FundAccount",
    "Gift",
    "GiverKind",
    "PaymentScheme",
    "Posting",
    "PostingSeal",
    "PublicationRule",
    "Refund",
    "RefundState",
    "Regime",
]
