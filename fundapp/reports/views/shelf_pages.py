"""The shelf: what is being made for somebody, how far it is, and what can be taken."""

from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, send_file, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.applications.attachments import size_text
from fundapp.core import clock, files, tasks
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.rules import SIGNED_IN
from fundapp.core.tasks import OPEN, WORDS, Task
from fundapp.reports import shelf

downloads = Blueprint("downloads", __name__, url_prefix="/downloads")


@downloads.get("")
@guard(SIGNED_IN)
def index() -> Any:
    """Show what is being made and what lies ready."""
    rows = shelf.shelf_of(current_user)
    making = [row for row in rows if row.state in OPEN]
    ended = [row for row in rows if row not in making]
    return render_template(
        "downloads/index.html", making=making, ended=ended, words=WORDS, size=size_text, page=tasks.page_of
    )


@downloads.get("/<int:id>")
@guard(SIGNED_IN, shelf.ready_task)
def take(row: Task) -> Any:
    """Give a file that lies ready, asked anew whether this person may have it; or lead to its own page."""
    if (page := tasks.page_of(row)) is not None:
        return redirect(url_for(page, id=row.id))
    if row.file is None or not files.is_kept(row.file):
        abort(410)
    return send_file(
        files.place(row.file), mimetype=row.file.media_type, as_attachment=True, download_name=row.file.name
    )


@downloads.post("/<int:id>/cancel")
@guard(SIGNED_IN, shelf.own_task)
def cancel(row: Task) -> Any:
    """Stop what is waiting or being made."""
    tasks.cancel(row, actor=current_user, at=clock.now())
    db.session.commit()
    flash(_("It is cancelled."))
    return redirect(url_for(".index"))


@downloads.post("/<int:id>/again")
@guard(SIGNED_IN, shelf.own_task)
def again(row: Task) -> Any:
    """Make something once more, from what the records say now."""
    if not tasks.may_take(current_user, row):
        abort(404)
    tasks.again(row, actor=current_user, at=clock.now())
    db.session.commit()
    return to_shelf()


def to_shelf() -> Any:
    """Send somebody who asked for a download to the shelf, and say what happens there."""
    flash(_("It is being made. It appears here as soon as it is ready; you can leave this page."))
    g.pop("row", None)
    return redirect(url_for("downloads.index"))
