"""The letter an applicant gets: written in their language, read over before, sent after release."""

from datetime import datetime
from typing import Any, NamedTuple

from fundapp.accounts.models import User
from fundapp.applications import queries as applications
from fundapp.core import mail
from fundapp.decisions.models import Decision


class Letter(NamedTuple):
    """One letter as it will go out."""

    to: User
    subject: str
    text: str


def send(decision: Decision, *, at: datetime) -> None:
    """Put a letter to each applicant in the outbox, in the present transaction; the worker sends it after."""
    for reader in applications.applicants(decision.application_id):
        mail.queue(
            "decision",
            key=f"decision:{decision.id}:{reader.id}",
            to=reader,
            at=at,
            application=decision.application,
            **_values(decision),
        )


def preview(decision: Decision) -> list[Letter]:
    """Write the letters as they will go out, one per applicant, each in their language."""
    application = decision.application
    letters = []
    for reader in applications.applicants(application.id):
        parts = mail.write("decision", reader, application, _values(decision))
        letters.append(Letter(reader, parts["subject"], parts["txt"].strip()))
    return letters


def _values(decision: Decision) -> dict[str, Any]:
    return {
        "decision": decision,
        "round": decision.application.round,
        "reasons": decision.to_applicant.strip(),
    }
