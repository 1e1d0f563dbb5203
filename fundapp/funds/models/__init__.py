"""Funds, their bank account, contributions, ledger postings."""

from fundapp.funds.models.funds import (
    FileFormat,
    Fund,
    FundAccount,
    PaymentScheme,
    PublicationRule,
    Regime,
)
from fundapp.funds.models.gifts import Contribution, Gift
from fundapp.funds.models.postings import DEBIT_NORMAL, Account, Posting

__all__ = [
    "DEBIT_NORMAL",
    "Account",
    "Contribution",
    "FileFormat",
    "Fund",
    "FundAccount",
    "Gift",
    "PaymentScheme",
    "Posting",
    "PublicationRule",
    "Regime",
]
