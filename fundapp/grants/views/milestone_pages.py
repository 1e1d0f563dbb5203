"""The page of one milestone: where it stands, who looks after it, its dates; and steps that ask first."""

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.applications.rules import partner
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.core.workflow import Move
from fundapp.grants import dates, history, milestones, windows
from fundapp.grants.forms import NoteForm
from fundapp.grants.forms.milestones import (
    ExtendForm,
    KeepBackForm,
    MoveForm,
    OwnerForm,
    ReviveForm,
    StepForm,
)
from fundapp.grants.models import Milestone
from fundapp.grants.rules import KEEP, RUN, SEE
from fundapp.grants.views import bp, load
from fundapp.grants.workflow import MILESTONE_WORDS, MILESTONES_BY_HAND
from fundapp.grants.workflow import milestones as moves

STEPS: dict[str, Callable[..., Any]] = {
    "hold": dates.put_on_hold,
    "resume": dates.resume,
    "expire": milestones.expire,
    "revive": milestones.revive,
}


def _milestone(user: Any, id: int, ref: str) -> Milestone | None:
    award = load(user, id)
    return next((one for one in award.milestones if one.ref == ref), None) if award else None


def _for_step(user: Any, id: int, ref: str, name: str) -> Milestone | None:
    return _milestone(user, id, ref) if name in MILESTONES_BY_HAND else None


# --- the page ------------------------------------------------------------------------


@bp.get("/grants/<int:id>/milestones/<ref>")
@guard(SEE, _milestone)
def milestone(row: Milestone) -> Any:
    """Show one milestone with its dates, its requests and what happened."""
    return _page(row)


def _page(row: Milestone, beyond: bool = False, **filled: Any) -> str:
    people = dates.candidates(row.award)
    is_own = partner(current_user, row)
    return render_template(
        "grants/milestone.html",
        one=row,
        award=row.award,
        fund=row.award.application.fund,
        is_own=is_own,
        state=MILESTONE_WORDS[row.state],
        steps={move.name for move in moves.open_to(current_user, row)},
        by_hand=by_hand(current_user, row),
        owner=next((one for one in people if one.id == row.responsible_id), None),
        signed_day=dates.signed_day(row),
        latest_day=dates.latest_day(row),
        last_day=windows.last_day(row),
        events=history.of(row),
        beyond=beyond,
        **(_forms(row, people) | filled),
    )


def by_hand(user: Any, row: Milestone) -> list[Move]:
    """List the steps that ask first; a milestone is closed only once its claim period is over."""
    found = [move for move in moves.open_to(user, row) if move.name in MILESTONES_BY_HAND]
    is_closable = windows.last_day(row) is None or windows.is_over(row, clock.now())
    return [move for move in found if move.name != "expire" or is_closable]


def _forms(row: Milestone, people: list[Any]) -> dict[str, StepForm]:
    version = row.row_version
    return {
        "owner_form": OwnerForm(formdata=None, version=version).for_people(people, row, fresh=True),
        "move_form": MoveForm(formdata=None, version=version, due_on=row.due_on),
        "extend_form": ExtendForm(formdata=None, version=version),
        "back_form": KeepBackForm(formdata=None, version=version, reason=row.unpublished),
    }


def _done(row: Milestone, said: str) -> Any:
    db.session.commit()
    flash(said)
    return redirect(url_for(".milestone", id=row.award_id, ref=row.ref))


def _refused(row: Milestone, name: str, form: Any, field: Any, refused: Refusal) -> Any:
    """Say beside the field why not; what was typed stays."""
    ids = row.id
    db.session.rollback()
    row = db.session.get_one(Milestone, ids)
    field.errors = [refused.message]
    beyond = isinstance(refused, dates.BeyondPolicy)
    if refused.status == 409:
        form.version.data, form.version.raw_data = row.row_version, None
    return _page(row, beyond, **{name: form}), refused.status


@bp.post("/grants/<int:id>/milestones/<ref>/date")
@guard(KEEP, _milestone)
def move_milestone(row: Milestone) -> Any:
    """Move the day on which it is due."""
    form = MoveForm()
    if not form.validate() or form.due_on.data is None:
        return _page(row, move_form=form), 422
    given: dict[str, Any] = {"actor": current_user, "at": clock.now(), "note": form.note.data}
    try:
        dates.move(row, form.due_on.data, base=form.base(), **given)
    except Refusal as refused:
        return _refused(row, "move_form", form, form.due_on, refused)
    return _done(row, _("The date is moved; the other side hears of it."))


@bp.post("/grants/<int:id>/milestones/<ref>/owner")
@guard(KEEP, _milestone)
def entrust_milestone(row: Milestone) -> Any:
    """Say who looks after it."""
    form = OwnerForm().for_people(dates.candidates(row.award), row, fresh=False)
    if not form.validate():
        return _page(row, owner_form=form), 422
    chosen = int(form.person.data) if form.person.data else None
    try:
        dates.entrust(row, chosen, base=form.base(), actor=current_user, at=clock.now())
    except Refusal as refused:
        return _refused(row, "owner_form", form, form.person, refused)
    return _done(row, _("Saved."))


@bp.post("/grants/<int:id>/milestones/<ref>/extend")
@guard(RUN, _milestone)
def extend_milestone(row: Milestone) -> Any:
    """Let it be claimed longer."""
    form = ExtendForm()
    if not form.validate() or form.until.data is None:
        return _page(row, extend_form=form), 422
    given: dict[str, Any] = {"actor": current_user, "at": clock.now(), "note": form.why.data}
    try:
        if form.everywhere.data:
            dates.extend_all(row.award, form.until.data, **given)
        else:
            dates.extend(row, form.until.data, base=form.base(), **given)
    except Refusal as refused:
        return _refused(row, "extend_form", form, form.until, refused)
    return _done(row, _("The claim period is extended; the grantee hears of it."))


@bp.post("/grants/<int:id>/milestones/<ref>/unpublished")
@guard(RUN, _milestone)
def keep_back_milestone(row: Milestone) -> Any:
    """Agree that nothing of it has to be public, or that it does."""
    form = KeepBackForm()
    if not form.validate():
        return _page(row, back_form=form), 422
    given: dict[str, Any] = {"actor": current_user, "at": clock.now()}
    try:
        if form.whole_grant.data:
            dates.keep_back_all(row.award, form.reason.data or "", **given)
        else:
            dates.keep_back(row, form.reason.data or "", base=form.base(), **given)
    except Refusal as refused:
        return _refused(row, "back_form", form, form.reason, refused)
    return _done(row, _("Saved."))


# --- steps that ask first --------------------------------------------------------------


@bp.get("/grants/<int:id>/milestones/<ref>/<name>")
@guard(KEEP, _for_step)
def ask_milestone_step(row: Milestone) -> Any:
    """Ask before a step of a milestone, with a reason where one is wanted."""
    name = (request.view_args or {})["name"]
    if not moves[name].by(current_user, row):
        abort(403)
    form = ReviveForm(formdata=None) if name == "revive" else NoteForm(formdata=None)
    return _ask(row, name, form)


@bp.post("/grants/<int:id>/milestones/<ref>/<name>")
@guard(KEEP, _for_step)
def milestone_step(row: Milestone) -> Any:
    """Take a step of a milestone."""
    name = (request.view_args or {})["name"]
    if not moves[name].by(current_user, row):
        abort(403)
    form = ReviveForm() if name == "revive" else NoteForm()
    if not form.validate() or not (form.note.data or "").strip():
        form.note.errors = form.note.errors or [_("Give a reason for this step.")]
        return _ask(row, name, form), 422
    more = {"until": form.until.data} if name == "revive" else {}
    given: dict[str, Any] = {"actor": current_user, "at": clock.now(), "note": form.note.data}
    try:
        STEPS[name](row, **given, **more)
    except Refusal as refused:
        if refused.status != 422:
            raise
        db.session.rollback()
        field = form.until if name == "revive" else form.note
        field.errors = [refused.message]
        return _ask(row, name, form), 422
    return _done(row, _("Done: %(step)s.", step=moves[name].label))


def _ask(row: Milestone, name: str, form: Any) -> str:
    return render_template(
        "grants/milestone_step.html", one=row, award=row.award, fund=row.award.application.fund,
        move=moves[name], form=form, rest=milestones.rest_of(row),
    )  # fmt: skip
