"""Pages of the stages of a round: listed, added, changed, taken away."""

from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from fundapp.core import once
from fundapp.core.db import db
from fundapp.core.forms import EmptyForm
from fundapp.core.guard import guard
from fundapp.rounds import stages
from fundapp.rounds.forms.stages import StageForm
from fundapp.rounds.models import Round, RoundState, Stage
from fundapp.rounds.rules import MANAGE, OFFICE
from fundapp.rounds.views import choices
from fundapp.rounds.views.blueprint import bp, seen
from fundapp.rounds.views.making import actor, refusable


@bp.get("/office/rounds/<int:id>/stages")
@guard(OFFICE, seen)
def stage_index(round: Round) -> Any:
    """List the stages of a round."""
    return render_template(
        "rounds/stages.html", round=round, may_add=_may_add(round), may_change=_may_change(round)
    )


def _may_change(round: Round) -> bool:
    done = (RoundState.RELEASED, RoundState.ARCHIVED, RoundState.CANCELLED)
    return round.state not in done


def _may_add(round: Round) -> bool:
    return round.state is RoundState.DRAFT and len(round.stages) < stages.MOST


def _form(round: Round, stage: Stage | None) -> StageForm:
    form = StageForm().for_stage(round, stage, fresh=request.method == "GET")
    choices.offer(form, round.fund, stage or round.stages[-1])
    if round.state is not RoundState.DRAFT:
        form.keep_promises()
    return form


def _page(round: Round, stage: Stage | None, form: StageForm, status: int = 200) -> Any:
    return render_template("rounds/stage.html", round=round, stage=stage, form=form), status


def _stage(round: Round) -> Stage:
    number = (request.view_args or {})["number"]
    return next((one for one in round.stages if one.number == number), None) or abort(404)


@bp.get("/office/rounds/<int:id>/stages/new")
@guard(MANAGE, seen)
def new_stage(round: Round) -> Any:
    """Ask what the next stage needs."""
    return _page(round, None, _form(round, None))


@bp.post("/office/rounds/<int:id>/stages/new")
@guard(MANAGE, seen)
def add_stage(round: Round) -> Any:
    """Add a stage."""
    form, here = _form(round, None), url_for(".stage_index", id=round.id)
    if once.result(form.once.data):
        return redirect(here)
    if not form.validate():
        return _page(round, None, form, 422)
    values = form.values() | choices.chosen(form, round.fund)
    made = refusable(form, lambda: stages.add(round, **values, actor=actor(), at=g.arrived_at))
    if made is None:
        return _page(round, None, form, 422)
    once.remember(form.once.data, here, at=g.arrived_at)
    db.session.commit()
    flash(_("The stage is added. Whom the stage before invites can write for it."))
    return redirect(here)


@bp.get("/office/rounds/<int:id>/stages/<int:number>")
@guard(MANAGE, seen)
def edit_stage(round: Round) -> Any:
    """Show what can be changed about a stage."""
    stage = _stage(round)
    return _page(round, stage, _form(round, stage))


@bp.post("/office/rounds/<int:id>/stages/<int:number>")
@guard(MANAGE, seen)
def change_stage(round: Round) -> Any:
    """Change a stage: anything in draft, dates later."""
    stage = _stage(round)
    form = _form(round, stage)
    if not form.validate():
        return _page(round, stage, form, 422)
    values = form.values() | choices.chosen(form, round.fund) | {"reason": form.reason.data or ""}
    done = refusable(form, lambda: stages.change(stage, actor=actor(), at=g.arrived_at, **values))
    if done is None:
        return _page(round, stage, form, 422)
    db.session.commit()
    flash(_("Changed.") if done else _("Nothing was different, so nothing was changed."))
    return redirect(url_for(".stage_index", id=round.id))


@bp.post("/office/rounds/<int:id>/stages/<int:number>/remove")
@guard(MANAGE, seen)
def remove_stage(round: Round) -> Any:
    """Take the last stage of a draft away; it can be added again."""
    EmptyForm().validate()
    stages.remove(_stage(round), actor=actor(), at=g.arrived_at)
    db.session.commit()
    flash(_("The stage is taken away."))
    return redirect(url_for(".stage_index", id=round.id))
