"""What is filled in to decide, by noun."""

from fundapp.core.forms import EmptyForm
from fundapp.decisions.forms.appeals import (
    AnswerForm,
    AppealForm,
    ExtensionForm,
    HearingForm,
    ReturnForm,
)
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
    CancelForm,
    CaptureForm,
    MeetingChangeForm,
    MeetingForm,
    MembersForm,
    RemarksForm,
    VoteForm,
)

__all__ = [
    "AnswerForm",
    "AppealForm",
    "ApprovalForm",
    "CancelForm",
    "CaptureForm",
    "EmbargoForm",
    "EmptyForm",
    "ExtensionForm",
    "HearingForm",
    "LetterForm",
    "ManyForm",
    "MeetingChangeForm",
    "MeetingForm",
    "MembersForm",
    "PlaceForm",
    "PreviewForm",
    "ProposalForm",
    "ReadForm",
    "ReasonForm",
    "ReleaseForm",
    "RemarksForm",
    "ReturnForm",
    "TextForm",
    "VoteForm",
]
