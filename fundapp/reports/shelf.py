"""The shelf of downloads as one person sees it: what is being made, and what lies ready."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from fundapp.accounts.models import User
from fundapp.applications.models import Application
from fundapp.applications.queries import mine, seen
from fundapp.core import clock, tasks
from fundapp.core.db import db
from fundapp.core.tasks import State, Task

MOST = 50
ABOUT = "application_id"
"""A task about one application says so in its payload under this key: a tie hides it from the shelf too."""


def shelf_of(user: User) -> list[Task]:
    """List what somebody asked for, newest first; without what is about an application they may not see."""
    rows = db.session.scalars(
        select(Task)
        .where(Task.asked_by == user.id)
        .order_by(Task.id.desc())
        .limit(MOST)
        .options(joinedload(Task.file))
    ).all()
    return _visible(user, rows)


def _visible(user: User, rows: Sequence[Task]) -> list[Task]:
    about = {row.payload[ABOUT] for row in rows if ABOUT in row.payload}
    if not about:
        return list(rows)
    asked = select(Application.id).where(Application.id.in_(about))
    open_to = {*db.session.scalars(asked.where(seen(user))), *db.session.scalars(asked.where(mine(user)))}
    return [row for row in rows if row.payload.get(ABOUT) is None or row.payload[ABOUT] in open_to]


def own_task(user: User, id: int) -> Task | None:
    """Load something the person asked for and may still see."""
    row = db.session.scalar(
        select(Task).where(Task.id == id, Task.asked_by == user.id).options(joinedload(Task.file))
    )
    return row if row is not None and _visible(user, [row]) else None


def ready_task(user: User, id: int) -> Task | None:
    """Load something that lies ready and that the person may have at this moment."""
    row = own_task(user, id)
    if row is None or row.state is not State.DONE or row.file is None:
        return None
    is_there = row.expires_at is not None and row.expires_at > clock.now()
    return row if is_there and tasks.may_take(user, row) else None
