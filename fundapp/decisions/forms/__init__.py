"""What is filled in to decide, by noun."""

from fundapp.core.forms import EmptyForm
from fundapp.decisions.forms.appeals import AnswerForm, AppealForm, ExtensionForm, HearingForm
from fundapp.decisions.forms.deciding import (
    ApprovalForm,
    EmbargoForm,
    ManyForm,
    PlaceForm,
    PreviewForm,
    ProposalForm,
    ReadForm,
    ReleaseForm,
)
from fundapp.decisions.forms.letters import LetterForm, ReasonForm, TextForm
from fundapp.decisions.forms.meetings import (
    CaptureForm,
    MeetingForm,
    MembersForm,
    RemarksForm,
    VoteForm,
)

__all__ = [
    "AnswerForm",
    "AppealForm",
    "ApprovalForm",
    "CaptureForm",
    "EmbargoForm",
    "EmptyForm",
    "ExtensionForm",
    "HearingForm",
    "LetterForm",
    "ManyForm",
    "MeetingForm",
    "MembersForm",
    "PlaceForm",
    "PreviewForm",
    "ProposalForm",
    "ReadForm",
    "ReasonForm",
    "ReleaseForm",
    "RemarksForm",
    "TextForm",
    "VoteForm",
]
