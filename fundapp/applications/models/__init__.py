"""Applications, their working answers and immutable versions, access, conflicts, questions."""

from fundapp.applications.models.access import APPLICANTS, WORKERS, Access, Capacity, Level
from fundapp.applications.models.conflicts import Conflict, ConflictKind, ConflictSource, ConflictState
from fundapp.applications.models.invitations import Invitation, Partner
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
from fundapp.applications.models.threads import Audience, Message, Thread, ThreadState

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
    "Conflict",
    "ConflictKind",
    "ConflictSource",
    "ConflictState",
    "Flag",
    "Invitation",
    "Level",
    "Message",
    "Partner",
    "SavedView",
    "SearchText",
    "Step",
    "StepKind",
    "StepRow",
    "Tag",
    "Thread",
    "ThreadState",
    "VersionReason",
]
