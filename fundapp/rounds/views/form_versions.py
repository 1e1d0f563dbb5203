"""Pages of the builder: versions of a form, what differs between them, and putting one to use in a round."""

from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.core.web import language
from fundapp.rounds import building, drafting, form_check, form_lists
from fundapp.rounds.forms.building import ReasonForm
from fundapp.rounds.models import Form, RoundState, Stage
from fundapp.rounds.rules import MANAGE
from fundapp.rounds.views.blueprint import bp, seen
from fundapp.rounds.views.form_parts import READ, actor, part, seen_form


@bp.post("/office/forms/<int:id>/version")
@guard(MANAGE, seen_form)
def form_version(form: Form) -> Any:
    """Make the next version of a frozen form, and open it."""
    made = building.new_version(form, actor=actor(), at=g.arrived_at)
    db.session.commit()
    flash(
        _(
            "Version %(number)d is yours to change. Applicants see it once you put it to use.",
            number=made.number,
        )
    )
    return redirect(url_for(".form_show", id=made.id))


@bp.post("/office/rounds/<int:id>/stages/<int:number>/own-form")
@guard(MANAGE, seen)
def form_take_over(round: Any) -> Any:
    """Make the template that a round asks a form of the fund, to be changed; open its next version."""
    stage = _stage(round, int(part("number")))
    form = stage.form
    if form.fund_id is None:
        form = building.take_over(round.fund, stage, form, actor=actor(), at=g.arrived_at)
        db.session.flush()  # the next version is looked up
    if form.frozen_at is not None:
        form = building.new_version(form, actor=actor(), at=g.arrived_at)
    db.session.commit()
    return redirect(url_for(".form_show", id=form.id))


def _stage(round: Any, number: int) -> Stage:
    found: Stage | None = next((one for one in round.stages if one.number == number), None)
    return found or abort(404)


@bp.get("/office/forms/<int:id>/differences")
@guard(READ, seen_form)
def form_differences(form: Form) -> Any:
    """Show what differs between this version and another, the one before unless asked otherwise."""
    others = [one for one in form_lists.versions(form) if one.id != form.id]
    wanted = request.args.get("from", type=int)
    earlier = [one for one in others if one.number < form.number]
    before = next((one for one in others if one.number == wanted), earlier[0] if earlier else None)
    return render_template(
        "rounds/form_differences.html",
        form=form,
        before=before,
        others=others,
        changes=form_check.differences(before.definition, form.definition) if before else [],
    )


def _use(form: Form) -> tuple[Form, Stage] | None:
    """Find the stage of a round of the form's own fund in which it would be asked."""
    wanted = int(part("stage"))
    return next(((form, stage) for stage, _round in building.rounds_using(form) if stage.id == wanted), None)


@bp.get("/office/forms/<int:id>/use/<int:stage>")
@guard(MANAGE, seen_form)
def form_use(form: Form) -> Any:
    """Say what happens when a round goes on with this version."""
    _form, stage = _use(form) or abort(404)
    return _use_page(form, stage, ReasonForm(formdata=None))


def _use_page(form: Form, stage: Stage, asked: ReasonForm) -> str:
    return render_template(
        "rounds/form_use.html",
        form=form,
        stage=stage,
        asked=asked,
        is_published=stage.round.state is RoundState.PUBLISHED,
        changes=form_check.differences(stage.form.definition, form.definition),
        problems=form_check.problems(form.definition, language()),
        retired=[one["key"] for one in drafting.retired(dict(form.definition))],
    )


@bp.post("/office/forms/<int:id>/use/<int:stage>")
@guard(MANAGE, seen_form)
def form_use_now(form: Form) -> Any:
    """Let a round go on with this version."""
    _form, stage = _use(form) or abort(404)
    asked = ReasonForm()
    try:
        building.put_to_use(form, stage, actor=actor(), at=g.arrived_at, note=asked.reason.data or "")
    except Refusal as refused:
        db.session.rollback()
        asked.form_errors = [*asked.form_errors, refused.message]
        return _use_page(form, stage, asked), 422
    db.session.commit()
    flash(_("The round goes on with version %(number)d. Every answer is kept.", number=form.number))
    return redirect(url_for(".form_show", id=form.id))
