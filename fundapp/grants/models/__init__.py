"""Awards, agreements, milestones, payees, bank accounts."""

from fundapp.grants.models.agreements import UNDER_WAY, Agreement, AgreementState
from fundapp.grants.models.awards import Award, AwardState
from fundapp.grants.models.milestones import Milestone, MilestoneState
from fundapp.grants.models.payees import BankAccount, Payee

__all__ = [
    "UNDER_WAY",
    "Agreement",
    "AgreementState",
    "Award",
    "AwardState",
    "BankAccount",
    "Milestone",
    "MilestoneState",
    "Payee",
]
