"""Notes inside the office, and the colleagues whose attention they ask for."""

from datetime import datetime

from sqlalchemy import select, update

from fundapp.accounts.models import User
from fundapp.applications import conversations, threads
from fundapp.applications.models import Application, Audience, Mention, Message, Thread, ThreadKind
from fundapp.core.db import db

SUBJECT = 60


def write(application: Application, body: str, *, to: User | None = None, actor: User, at: datetime) -> Thread:
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


def see(application_id: int, *, actor: User, at: datetime) -> int:
    """Keep that a person has seen what mentions them on an application; give how many it were."""
    messages = (
        select(Message.id)
        .join(Thread, Thread.id == Message.thread_id)
        .where(Thread.application_id == application_id)
    )
    done = db.session.execute(
        update(Mention)
        .where(Mention.user_id == actor.id, Mention.seen_at.is_(None), Mention.message_id.in_(messages))
        .values(seen_at=at)
        .execution_options(synchronize_session=False)
    )
    return int(done.rowcount)  # type: ignore[attr-defined]
