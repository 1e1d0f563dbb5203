"""Notes inside the office, and the colleagues whose attention they ask for."""

from datetime import datetime

from fundapp.accounts.models import User
from fundapp.applications import conversations, threads
from fundapp.applications.models import Application, Audience, Thread, ThreadKind

SUBJECT = 60


def write(
    application: Application, body: str, *, to: User | None = None, actor: User, at: datetime
) -> Thread:
    """Write a note that only the office reads; who is mentioned in it, or in `to`, hears of it by mail.

    Raises Refusal (nothing written) and MoveRefused (not theirs).
    """
    text = body.strip()
    if to is not None and text:
        text = f"@{to.name} {text}"
    return threads.open_thread(
        application,
        kind=ThreadKind.NOTE,
        audience=Audience.OFFICE,
        subject=_subject(body),
        body=text,
        actor=actor,
        at=at,
    )


def _subject(body: str) -> str:
    first = " ".join(body.split())
    return first if len(first) <= SUBJECT else f"{first[:SUBJECT].rpartition(' ')[0] or first[:SUBJECT]} …"


def of_application(user: User, application_id: int) -> list[Thread]:
    """List the notes on an application, newest first, as far as the person reads them."""
    found = conversations.seen_threads(user, application_id, (ThreadKind.NOTE,))
    return sorted(found, key=lambda thread: -thread.id)
