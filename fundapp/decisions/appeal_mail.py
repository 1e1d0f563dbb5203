"""Mail about appeals, both ways."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from fundapp.accounts.models import User
from fundapp.applications import queries as applications
from fundapp.core import mail
from fundapp.decisions import appeal_rows
from fundapp.decisions.models import Appeal
from fundapp.decisions.rules import SECOND


def outsiders(appeal: Appeal) -> list[User]:
    """List the managers who may look again: no tie, no hand in the decision."""
    return [user for user in appeal_rows.managers(appeal.fund_id) if SECOND(user, appeal)]


def received(appeal: Appeal, *, at: datetime) -> None:
    """Tell the applicants that it came in, and by when they hear; ask the office to take it in hand."""
    _to_applicants("appeal-received", appeal, at)
    for user in outsiders(appeal):
        _queue("appeal-to-handle", appeal, user, at)


def extended(appeal: Appeal, reason: str, *, at: datetime) -> None:
    """Tell the applicants that the answer comes later, and why."""
    _to_applicants("appeal-extended", appeal, at, reason=reason)


def to_agree(appeal: Appeal, people: Iterable[User], *, at: datetime) -> None:
    """Ask colleagues to read a proposed answer and agree with it."""
    for user in people:
        _queue("appeal-to-agree", appeal, user, at, stamp=at)


def returned(appeal: Appeal, reason: str, *, at: datetime) -> None:
    """Tell who wrote an answer that a colleague asks for another."""
    if appeal.answerer is not None:
        _queue("appeal-answer-returned", appeal, appeal.answerer, at, stamp=at, reason=reason)


def answered(appeal: Appeal, *, at: datetime) -> None:
    """Send the applicants the answer."""
    _to_applicants("appeal-answered", appeal, at)


def withdrawn(appeal: Appeal, *, at: datetime) -> None:
    """Tell whoever had it in hand that it was taken back; else all who might."""
    handler = appeal.handler
    for user in [handler] if handler is not None else outsiders(appeal):
        _queue("appeal-withdrawn", appeal, user, at)


def _to_applicants(name: str, appeal: Appeal, at: datetime, **values: Any) -> None:
    for user in applications.applicants(appeal.application_id):
        _queue(name, appeal, user, at, **values)


def _queue(
    name: str, appeal: Appeal, to: User, at: datetime, stamp: datetime | None = None, **values: Any
) -> bool:
    """Put one mail in the outbox. stamp: for what can happen more than once."""
    key = f"{name}:{appeal.id}:{to.id}" + (f":{stamp:%Y%m%d%H%M%S}" if stamp else "")
    return mail.queue(name, key=key, to=to, at=at, application=appeal.application, appeal=appeal, **values)
