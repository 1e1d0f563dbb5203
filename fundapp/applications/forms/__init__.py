"""What applicants and the office fill in about a proposal, beside the form of the round itself."""

from fundapp.applications.forms.people import InviteForm, LevelForm, PartnerForm
from fundapp.applications.forms.proposals import BeginForm, CopyForm, FileForm, SettleForm, WithdrawForm
from fundapp.applications.forms.texts import LONGEST, DescriptionForm, PlanTextForm
from fundapp.applications.versions import AMOUNT
from fundapp.rounds.forms.kinds import MARK
from fundapp.rounds.forms.questions import ProposalForm, build, version_of

__all__ = [
    "AMOUNT",
    "LONGEST",
    "MARK",
    "BeginForm",
    "CopyForm",
    "DescriptionForm",
    "FileForm",
    "InviteForm",
    "LevelForm",
    "PartnerForm",
    "PlanTextForm",
    "ProposalForm",
    "SettleForm",
    "WithdrawForm",
    "build",
    "version_of",
]  # fmt: skip
