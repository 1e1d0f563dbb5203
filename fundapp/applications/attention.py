"""Mentions that were seen: they leave the list of what waits for a person."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select, update

from fundapp.accounts.models import User
from fundapp.applications.models import Mention, Message, Thread
from fundapp.core.db import db


def see(application_id: int, *, actor: User, at: datetime) -> int:
    """Keep that a person has seen what mentions them on an application; give how many it were."""
    turns = select(Message.id).join(Thread, Thread.id == Message.thread_id)
    return _see(turns.where(Thread.application_id == application_id), actor, at)


def see_thread(thread_id: int, *, actor: User, at: datetime) -> int:
    """Keep that a person has seen what mentions them in one conversation; give how many it were."""
    return _see(select(Message.id).where(Message.thread_id == thread_id), actor, at)


def _see(messages: Select[Any], actor: User, at: datetime) -> int:
    done = db.session.execute(
        update(Mention)
        .where(Mention.user_id == actor.id, Mention.seen_at.is_(None), Mention.message_id.in_(messages))
        .values(seen_at=at)
        .execution_options(synchronize_session=False)
    )
    return int(done.rowcount)  # type: ignore[attr-defined]


def unseen(user: User, application_id: int) -> int:
    """Count the mentions of a person on an application that they have not seen."""
    return (
        db.session.scalar(
            select(func.count(Mention.message_id))
            .join(Message, Message.id == Mention.message_id)
            .join(Thread, Thread.id == Message.thread_id)
            .where(
                Mention.user_id == user.id,
                Mention.seen_at.is_(None),
                Thread.application_id == application_id,
            )
        )
        or 0
    )
