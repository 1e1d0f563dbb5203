"""Applications, their working answers and immutable versions, access, conflicts, questions."""

from fundapp.applications.models.access import APPLICANTS, WORKERS, Access, Capacity, Level
from fundapp.applications.models.conflicts import Conflict, ConflictKind, ConflictSource, ConflictState
from fundapp.applications.models.invitations import Invitation, Partner
from fundapp.applications.models.knockouts import Checklist, Knockout, KnockoutRuling, Screening, Stand
from fundapp.applications.models.likeness import Fingerprint, Likeness, LikenessState, Trait
from fundapp.applications.models.proposals import (
    Answer,
    Application,
    ApplicationState,
    ApplicationVersion,
    VersionReason,
)
from fundapp.applications.models.search_texts import SearchText
from fundapp.applications.models.steps import SavedView, Step, StepKind, StepRow
from fundapp.applications.models.tags import ApplicationTag, Flag, Tag
from fundapp.applications.models.threads import (
    Audience,
    Mention,
    Message,
    ReplyDraft,
    Thread,
    ThreadKind,
    ThreadState,
)

__all__ = [
    "APPLICANTS",
    "WORKERS",
    "Access",
    "Answer",
    "Application",
    "ApplicationState",
    "ApplicationTag",
    "ApplicationVersion",
    "Audience",
    "Capacity",
    "Checklist",
    "Conflict",
    "ConflictKind",
    "ConflictSource",
    "ConflictState",
    "Fingerprint",
    "Flag",
    "Invitation",
    "Knockout",
    "KnockoutRuling",
    "Level",
    "Likeness",
    "LikenessState",
    "Mention",
    "Message",
    "Partner",
    "ReplyDraft",
    "SavedView",
    "Screening",
    "SearchText",
    "Stand",
    "Step",
    "StepKind",
    "StepRow",
    "Tag",
    "Thread",
    "ThreadKind",
    "ThreadState",
    "Trait",
    "VersionReason",
]
