"""Mail about appeals, both ways."""

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


def _queue(name: str, appeal: Appeal, to: User, at: datetime, **values: Any) -> bool:
    key = f"{name}:{appeal.id}:{to.id}"
    return mail.queue(name, key=key, to=to, at=at, application=appeal.application, appeal=appeal, **values)
