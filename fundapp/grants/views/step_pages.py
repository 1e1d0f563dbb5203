"""Steps of a grant that ask for a reason first."""

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.core import clock
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.workflow import Move
from fundapp.grants import awards
from fundapp.grants.forms import NoteForm
from fundapp.grants.models import Award
from fundapp.grants.rules import RUN
from fundapp.grants.views import bp, load
from fundapp.grants.workflow import BY_HAND, workflow

STEPS: dict[str, Callable[..., Any]] = {
    "pause": awards.pause,
    "resume": awards.resume,
    "complete": awards.complete,
    "terminate": awards.terminate,
}


def _award(user: Any, id: int, name: str) -> Award | None:
    return load(user, id) if name in BY_HAND else None


@bp.get("/grants/<int:id>/steps/<name>")
@guard(RUN, _award)
def ask_step(award: Award) -> Any:
    """Ask before a step of a grant, with a reason where one is wanted."""
    return _ask(award, _move(), NoteForm(formdata=None))


@bp.post("/grants/<int:id>/steps/<name>")
@guard(RUN, _award)
def step(award: Award) -> Any:
    """Take a step of a grant."""
    move, form = _move(), NoteForm()
    if move.wants_note and not (form.note.data or "").strip():
        form.note.errors = [_("Give a reason for this step.")]
        return _ask(award, move, form), 422
    STEPS[move.name](award, actor=current_user, at=clock.now(), note=form.note.data or "")
    db.session.commit()
    flash(_("Done: %(step)s.", step=move.label))
    return redirect(url_for(".show", id=award.id))


def _move() -> Move:
    name = (request.view_args or {})["name"]
    if name not in workflow.moves:
        abort(404)
    move: Move = workflow[name]
    return move


def _ask(award: Award, move: Move, form: NoteForm) -> str:
    subject = award.application.title
    return render_template("grants/step.html", award=award, subject=subject, move=move, form=form)
