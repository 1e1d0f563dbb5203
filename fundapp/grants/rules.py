"""Who sees a grant, who works on its plan, who signs."""

from typing import Any

from fundapp.accounts.rules import finance
from fundapp.applications.models import ConflictKind, ConflictSource
from fundapp.applications.rules import OFFICE, barred, owner, partner, staff, writer
from fundapp.core.rules import person

offerer = person(lambda user, agreement: agreement.offered_by == user.id, "offerer")
acceptor = person(lambda user, agreement: agreement.accepted_by == user.id, "acceptor")

SEE = partner | OFFICE
PLAN = staff | writer
"""The plan is written together; nothing in it binds anybody before it is offered and signed."""

SIGN = owner
COUNTERSIGN = staff & ~offerer & ~acceptor
"""Four eyes at the fund: who offers a contract does not sign it too."""

RUN = staff
"""Who pauses, closes and ends a grant and its milestones."""

KEEP = staff | writer
"""Who plans the work on a milestone: puts it on hold, moves its date, says who looks after it."""

ENTER = writer
"""Who says who the grantee is and where they are paid."""


named = person(
    lambda user, award: any(one.user_id == user.id and one.left_at is None for one in award.payees), "named"
)
OWN_DETAILS = writer | named
"""Who opens the pages of a payee's details; whether it is their own payee is tested each time."""

joined = person(
    lambda user, row: any(
        tie.user_id == user.id and (tie.source, tie.kind) == (ConflictSource.ACCESS, ConflictKind.GRANTEE)
        for tie in row.application.conflicts
    ),
    "joined",
)
OWN_SHARE = partner | joined
"""Who opens the page of their share in a version: through the project's door, or that of a payee."""


def speaks_for(user: Any, award: Any, payee: Any) -> bool:
    """Tell whether somebody gives the details of a payee: whoever is named for it, else who may write."""
    if payee.user_id is not None:
        return bool(payee.user_id == user.id)
    return bool(ENTER(user, award))


CONFIRM = finance & ~barred & ~partner
"""Who confirms an account; that it is not the person who entered it, the database keeps too."""

watcher = person(lambda user, condition: condition.watcher_id == user.id, "watcher")
unwatched = person(lambda user, condition: condition.watcher_id is None, "unwatched")

JUDGE = (watcher & ~barred & ~partner) | (staff & unwatched)
"""Who says whether a condition is met: who watches it, or the staff while nobody does."""

CHECK = JUDGE | OFFICE
"""Who opens the page of one condition."""

COUNTER = writer
"""Who proposes another plan than the one that was offered."""

WAIVE = (finance | staff) & ~barred & ~partner
"""Who lets a changed account be used at once; that it is a third person, the database keeps too."""
