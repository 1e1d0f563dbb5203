"""What outsiders are told about a round: it follows from its state and its dates."""

from datetime import datetime
from enum import StrEnum

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from fundapp.core.newer import Told
from fundapp.rounds.models import Round, RoundState


class Phase(StrEnum):
    """Where a published round stands, for everybody."""

    SCHEDULED = "scheduled"
    OPEN = "open"
    ASSESSING = "assessing"
    DECIDED = "decided"
    CANCELLED = "cancelled"


WORDS: dict[Phase, tuple[str, LazyString]] = Told(
    {
        Phase.SCHEDULED: ("wait", _l("Opens soon")),
        Phase.OPEN: ("now", _l("Open")),
        Phase.ASSESSING: ("run", _l("Closed; being assessed")),
        Phase.DECIDED: ("ok", _l("Decided")),
        Phase.CANCELLED: ("bad", _l("Cancelled")),
    }
)
"""Shape and public word of each phase; pages write the date beside it."""


def phase(round: Round, at: datetime) -> Phase | None:
    """Tell where a round stands at an instant; None while it is not published."""
    if round.state is RoundState.DRAFT:
        return None
    if round.state is RoundState.CANCELLED:
        return Phase.CANCELLED
    if round.state in (RoundState.RELEASED, RoundState.ARCHIVED):
        return Phase.DECIDED
    if round.state is RoundState.PUBLISHED and at < round.stage.opens_at:
        return Phase.SCHEDULED
    closes_at = round.stage.closes_at  # the grace after it is never told
    is_open = round.opens_for(at) and (closes_at is None or at < closes_at)
    return Phase.OPEN if is_open else Phase.ASSESSING
