"""The address in a mail that ends reminders, without signing in (RFC 8058)."""

from typing import Any

from flask import g, render_template

from fundapp.accounts.models import User
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.rules import PUBLIC
from fundapp.reminders import habits, links
from fundapp.reminders.views.blueprint import bp


def _reader(_user: Any, token: str) -> User | None:
    id = links.reader_of(token)
    return db.session.get(User, id) if id is not None else None


@bp.get("/reminders/stop/<token>")
@guard(PUBLIC, _reader)
def stop(reader: User) -> Any:
    """Ask whether all reminders that the reader may do without should end; a visit alone ends nothing."""
    return render_template("reminders/stop.html", reader=reader, is_done=False)


@bp.post("/reminders/stop/<token>")
@guard(PUBLIC, _reader)
def stop_all(reader: User) -> Any:
    """End the reminders the reader may do without."""
    habits.mute(habits.optional_kinds(), actor=reader, at=g.arrived_at)
    db.session.commit()
    return render_template("reminders/stop.html", reader=reader, is_done=True)
