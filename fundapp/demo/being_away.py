"""Scenes of dates: a fund that will be evaluated, and a manager who goes away and is stood in for."""

from datetime import datetime, timedelta
from functools import partial

from fundapp.core import clock
from fundapp.demo.calendar import ZONE
from fundapp.demo.cast import Cast
from fundapp.funds import settings
from fundapp.reminders import absences


def plan(cast: Cast) -> None:
    """Set the day of the evaluation, and let a manager take a week off."""
    days = cast.calendar.days
    cast.calendar.plan(days(-29, "09:20"), partial(_evaluation, cast))
    cast.calendar.plan(days(-2, "11:05"), partial(_week_off, cast))


def _evaluation(cast: Cast, at: datetime) -> None:
    day = clock.day(at, ZONE) + timedelta(days=160)
    version = cast.fund.row_version
    settings.change(cast.fund, version=version, evaluation_due_on=day, actor=cast["maarten"], at=at)


def _week_off(cast: Cast, at: datetime) -> None:
    today = clock.day(at, ZONE)
    first = today + timedelta(days=9)
    stand_in = cast["noor"]
    absences.go_away(first, first + timedelta(days=6), stand_in, actor=cast["maarten"], today=today, at=at)
