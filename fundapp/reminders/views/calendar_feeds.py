"""Calendars for other programs: one's own dates by a secret address, and the calls for everybody."""

from datetime import timedelta
from typing import Any

from flask import Response, g, request
from flask_babel import force_locale

from fundapp.accounts.models import User
from fundapp.core.guard import guard
from fundapp.core.rules import PUBLIC
from fundapp.core.web import language
from fundapp.reminders import calendars, habits
from fundapp.reminders.views.blueprint import bp


def _reader(_user: Any, secret: str) -> User | None:
    return habits.reader_of_calendar(secret)


def _calendar(data: bytes) -> Any:
    """Answer with a calendar; a program that has it already gets 304."""
    answer = Response(data, mimetype="text/calendar")
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.cache_control.private = True
    answer.cache_control.max_age = int(timedelta(hours=1).total_seconds())
    answer.add_etag()
    return answer.make_conditional(request)


@bp.get("/calendar/<secret>.ics")
@guard(PUBLIC, _reader)
def calendar(reader: User) -> Any:
    """Give a person's own dates."""
    with force_locale(reader.language):
        return _calendar(calendars.own(reader, g.arrived_at))


@bp.get("/calls.ics")
@guard(PUBLIC)
def calls() -> Any:
    """Give when calls open and close."""
    return _calendar(calendars.calls(language(), g.arrived_at))
