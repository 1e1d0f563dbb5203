"""The term for deciding, and the clock that stands still while an applicant completes a proposal."""

from datetime import date, datetime, timedelta
from math import ceil

from fundapp.accounts.models import User
from fundapp.applications.models import Application, ApplicationState
from fundapp.applications.workflow import workflow
from fundapp.core.db import db

DAY_S = 24 * 60 * 60


def stop(application: Application, *, actor: User, at: datetime, note: str = "") -> None:
    """Ask for completion: the term stands still from here (Awb 4:15). Raises MoveRefused."""
    with db.session.no_autoflush:  # state and clock have to change together
        workflow.make("ask_completion", application, actor=actor, at=at, note=note)
        application.clock_stopped_at = at


def run(name: str, application: Application, *, actor: User | None, at: datetime, note: str = "") -> None:
    """Make a move out of the state that stops the clock, and let the term run again. Raises MoveRefused."""
    with db.session.no_autoflush:  # as above
        stopped_s = seconds(application, at)
        added = stopped_s - application.clock_stopped_s
        detail = {"stopped_s": added} if is_stopped(application) else None
        workflow.make(name, application, actor=actor, at=at, note=note, detail=detail)
        application.clock_stopped_s, application.clock_stopped_at = stopped_s, None


def seconds(application: Application, at: datetime) -> int:
    """Give how long the clock stood still in all, in seconds, up to an instant."""
    since = application.clock_stopped_at
    return application.clock_stopped_s + (max(int((at - since).total_seconds()), 0) if since else 0)


def stopped_days(application: Application, at: datetime) -> int:
    """Give the days the clock stood still, a day that has begun counted whole."""
    return ceil(seconds(application, at) / DAY_S)


def decide_by(application: Application, at: datetime) -> date | None:
    """Give the day before which there has to be a decision: that of the stage or the call, and
    later by each day that the clock stood still.

    While it stands still the day moves on with each day. None for a call without such a day.
    """
    day = application.stage.decide_by_on or application.round.decide_by_on
    return day + timedelta(days=stopped_days(application, at)) if day is not None else None


def is_stopped(application: Application) -> bool:
    """Tell whether the term stands still now."""
    return application.state is ApplicationState.INCOMPLETE
