"""Mail to applicants about what they sent or took back."""

from datetime import datetime

from fundapp.accounts.models import User
from fundapp.applications import queries, reading
from fundapp.applications.models import Application, ApplicationVersion
from fundapp.core import mail

COPY = "send_copy"
"""The question whether the receipt should carry the text."""


def send(application: Application, version: ApplicationVersion, *, at: datetime) -> None:
    """Tell each applicant that a version came in, with its text unless they asked for none."""
    for user in queries.applicants(application.id):
        mail.queue(
            "application-received",
            key=f"application-received:{application.id}:{version.number}:{user.id}",
            to=user,
            at=at,
            application=application,
            version=version,
            round=application.round,
            closes_at=application.extended_until_at or application.stage.closes_at,
            copy=_copy(application, version, user),
        )


def _copy(
    application: Application, version: ApplicationVersion, user: User
) -> list[tuple[str, list[tuple[str, str]]]]:
    if version.answers.get(COPY) is False:
        return []
    form, currency = version.form.definition, application.fund.currency
    return reading.plain(form, version.answers, user.language, currency=currency)


def confirm_withdrawal(application: Application, *, at: datetime) -> None:
    """Tell each applicant that the proposal is withdrawn."""
    for user in queries.applicants(application.id):
        mail.queue(
            "application-withdrawn",
            key=f"application-withdrawn:{application.id}:{user.id}",
            to=user,
            at=at,
            application=application,
            round=application.round,
        )
