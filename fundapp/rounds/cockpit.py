"""What waits in a round, told by every feature that has a part in it, and the sensible next step."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from fundapp.accounts.models import User
from fundapp.rounds.models import Round


@dataclass(frozen=True)
class Wait:
    """One thing that waits. label: of the button that goes on with it; empty: nothing to do but wait.

    endpoint and values give the page; shape is that of its badge: warn when it is late, run when it runs.
    """

    text: str
    endpoint: str
    values: dict[str, Any] = field(default_factory=dict)
    label: str = ""
    shape: str = "run"


WAITS: list[Callable[[User, Round, datetime], list[Wait]]] = []
"""What each feature says of a round, in the order of the work: (user, round, at) → what waits there."""


def waits(user: User, round: Round, at: datetime) -> list[Wait]:
    """List what waits in a round, in the order of the work, without what a tie bars the person from."""
    return [one for tell in WAITS for one in tell(user, round, at)]
