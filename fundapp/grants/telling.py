"""Mail about a milestone to the other side: to the grantees from the office, to the office from them."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from fundapp.accounts.models import User
from fundapp.applications.conversations import handlers
from fundapp.applications.rules import partner
from fundapp.grants.letters import queue
from fundapp.grants.models import Milestone
from fundapp.grants.queries import grantees

SAID: dict[str, LazyString] = {
    "hold": _l("is on hold"),
    "resume": _l("goes on"),
    "move": _l("has another date"),
    "entrust": _l("is yours to look after"),
    "extend": _l("can be claimed longer"),
    "expire": _l("can no longer be claimed"),
    "revive": _l("is open again"),
}
"""What the subject of the mail says of the milestone, by move."""


def tell(
    move: str,
    milestone: Milestone,
    note: str,
    *,
    actor: User | None,
    at: datetime,
    to: Sequence[User] | None = None,
    cents: int | None = None,
) -> None:
    """Queue one mail about a step; the clock's steps go to both sides.

    cents: what went back to the round or came from it.
    """
    application = milestone.award.application
    queue(
        "milestone-changed",
        application,
        f"{milestone.id}:{move}:{milestone.row_version}",
        at=at,
        to=_readers(milestone, actor) if to is None else to,
        milestone=milestone,
        move=move,
        said=SAID[move],
        who=actor.name if actor else "",
        note=note,
        cents=cents,
    )


def _readers(milestone: Milestone, actor: User | None) -> list[User]:
    application = milestone.award.application
    if actor is None:
        return [*grantees(application), *handlers(application)]
    return handlers(application) if partner(actor, milestone) else grantees(application)
