"""Awards, agreements, milestones, payees, bank accounts."""

from fundapp.grants.models.agreements import UNDER_WAY, Agreement, AgreementState, ChangeClass
from fundapp.grants.models.awards import Award, AwardState
from fundapp.grants.models.conditions import Condition, ConditionKind, ConditionState
from fundapp.grants.models.milestones import Milestone, MilestoneState
from fundapp.grants.models.payee_invitations import PayeeInvitation
from fundapp.grants.models.payees import BankAccount, NameCheck, PartyDetail, Payee
from fundapp.grants.models.plan_versions import PlanState, PlanVersion
from fundapp.grants.models.progress_reports import (
    ProgressReport,
    ReportAnswer,
    ReportBlock,
    ReportKind,
    ReportPolicy,
    ReportRemark,
    ReportRule,
    ReportState,
    ReportVersion,
)
from fundapp.grants.models.rulings import CommitteeRuling
from fundapp.grants.models.texts import AgreementText, AmendmentPolicy

__all__ = [
    "UNDER_WAY",
    "Agreement",
    "AgreementState",
    "AgreementText",
    "AmendmentPolicy",
    "Award",
    "AwardState",
    "BankAccount",
    "ChangeClass",
    "CommitteeRuling",
    "Condition",
    "ConditionKind",
    "ConditionState",
    "Milestone",
    "MilestoneState",
    "NameCheck",
    "PartyDetail",
    "Payee",
    "PayeeInvitation",
    "PlanState",
    "PlanVersion",
    "ProgressReport",
    "ReportAnswer",
    "ReportBlock",
    "ReportKind",
    "ReportPolicy",
    "ReportRemark",
    "ReportRule",
    "ReportState",
    "ReportVersion",
]
