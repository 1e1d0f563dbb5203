"""Steps of a grant and of its milestones that ask for a reason first."""

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.core import clock
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.workflow import Move
from fundapp.grants import awards, milestones
from fundapp.grants.forms import NoteForm
from fundapp.grants.models import Award, Milestone
from fundapp.grants.rules import RUN
from fundapp.grants.views import bp, load
from fundapp.grants.workflow import BY_HAND, MILESTONES_BY_HAND, workflow
from fundapp.grants.workflow import milestones as milestone_moves

AWARD_STEPS: dict[str, Callable[..., Any]] = {
    "pause": awards.pause,
    "resume": awards.resume,
    "complete": awards.complete,
    "terminate": awards.terminate,
}
MILESTONE_STEPS: dict[str, Callable[..., Any]] = {
    "hold": milestones.put_on_hold,
    "resume": milestones.resume,
    "expire": milestones.expire,
    "revive": milestones.revive,
}


def _award(user: Any, id: int, name: str) -> Award | None:
    return load(user, id) if name in BY_HAND else None


def _milestone(user: Any, id: int, ref: str, name: str) -> Milestone | None:
    award = load(user, id) if name in MILESTONES_BY_HAND else None
    return next((one for one in award.milestones if one.ref == ref), None) if award else None


@bp.get("/grants/<int:id>/steps/<name>")
@guard(RUN, _award)
def ask_step(award: Award) -> Any:
    """Ask before a step of a grant, with a reason where one is wanted."""
    return _ask(award, award, _move(workflow), NoteForm(formdata=None))


@bp.post("/grants/<int:id>/steps/<name>")
@guard(RUN, _award)
def step(award: Award) -> Any:
    """Take a step of a grant."""
    return _take(award, award, _move(workflow), AWARD_STEPS)


@bp.get("/grants/<int:id>/milestones/<ref>/<name>")
@guard(RUN, _milestone)
def ask_milestone_step(milestone: Milestone) -> Any:
    """Ask before a step of a milestone, with a reason where one is wanted."""
    return _ask(milestone.award, milestone, _move(milestone_moves), NoteForm(formdata=None))


@bp.post("/grants/<int:id>/milestones/<ref>/<name>")
@guard(RUN, _milestone)
def milestone_step(milestone: Milestone) -> Any:
    """Take a step of a milestone."""
    return _take(milestone.award, milestone, _move(milestone_moves), MILESTONE_STEPS)


def _move(flow: Any) -> Move:
    name = (request.view_args or {})["name"]
    if name not in flow.moves:
        abort(404)
    move: Move = flow[name]
    return move


def _ask(award: Award, row: Award | Milestone, move: Move, form: NoteForm) -> Any:
    subject = award.application.title if row is award else f"{row.ref} {row.title}"  # type: ignore[union-attr]
    return render_template("grants/step.html", award=award, subject=subject, move=move, form=form)


def _take(award: Award, row: Award | Milestone, move: Move, steps: dict[str, Callable[..., Any]]) -> Any:
    form = NoteForm()
    if move.wants_note and not (form.note.data or "").strip():
        form.note.errors = [_("Give a reason for this step.")]
        return _ask(award, row, move, form), 422
    steps[move.name](row, actor=current_user, at=clock.now(), note=form.note.data or "")
    db.session.commit()
    flash(_("Done: %(step)s.", step=move.label))
    return redirect(url_for(".show", id=award.id))
