"""Conditions on a grant: laid by the fund, looked at by who watches them."""

from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.core import clock, once
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.grants import conditions
from fundapp.grants.forms.agreeing import ConditionForm, JudgeForm, condition_values
from fundapp.grants.models import Award, Condition
from fundapp.grants.rules import CHECK, RUN, SEE
from fundapp.grants.views import bp, load
from fundapp.grants.workflow import CONDITION_WORDS
from fundapp.grants.workflow import conditions as moves


def _watched(user: Any, id: int, **_more: str) -> Condition | None:
    found = conditions.watched(user, id)
    if found is not None:
        g.zone = found.application.fund.zone
    return found


@bp.get("/grants/<int:id>/conditions/new")
@guard(RUN, load)
def new_condition(award: Award) -> Any:
    """Ask what the condition is."""
    return _condition_form(award, None, ConditionForm(formdata=None, version=0))


@bp.post("/grants/<int:id>/conditions/new")
@guard(RUN, load)
def add_condition(award: Award) -> Any:
    """Lay a condition on a grant."""
    form = ConditionForm()
    if (done := once.result(form.once.data)) is not None:
        return redirect(done)
    made = _written(award, None, form)
    if made is None:
        return _condition_form(award, None, form), 422
    to = url_for(".show", id=award.id, _anchor="conditions")
    once.remember(form.once.data, to, at=clock.now())
    db.session.commit()
    flash(_("The condition is kept. It binds from the version of the agreement that holds it."))
    return redirect(to)


@bp.get("/conditions/<int:id>/edit")
@guard(RUN, _watched)
def edit_condition(condition: Condition) -> Any:
    """Show a condition to change it."""
    form = ConditionForm(formdata=None, **condition_values(condition))
    return _condition_form(condition.award, condition, form)


@bp.post("/conditions/<int:id>/edit")
@guard(RUN, _watched)
def change_condition(condition: Condition) -> Any:
    """Change a condition, or who watches it."""
    form = ConditionForm()
    if _written(condition.award, condition, form) is None:
        return _condition_form(condition.award, condition, form), 422
    db.session.commit()
    flash(_("Changed."))
    return redirect(url_for(".show", id=condition.award_id, _anchor="conditions"))


def _written(award: Award, condition: Condition | None, form: ConditionForm) -> Condition | None:
    """Write what was filled in, or put what is wrong with it into the form and give nothing."""
    form.for_award(award, conditions.refs(award), conditions.watchers(award))
    if not form.validate():
        return None
    given: dict[str, Any] = {"actor": current_user, "at": clock.now()}
    try:
        if condition is None:
            return conditions.add(award, form.wording(), **given)
        conditions.change(condition, form.wording(), base=form.version.data or 0, **given)
    except Refusal as refused:
        db.session.rollback()
        form.form_errors = [*form.form_errors, refused.message]
        return None
    return condition


def _condition_form(award: Award, condition: Condition | None, form: ConditionForm) -> str:
    form.for_award(award, conditions.refs(award), conditions.watchers(award))
    return render_template("grants/condition_form.html", award=award, condition=condition, form=form)


@bp.get("/conditions/<int:id>", endpoint="condition")
@guard(CHECK, _watched)
def check_page(condition: Condition) -> Any:
    """Show one condition to who watches it, with what it is checked at."""
    return _check_page(condition, JudgeForm(formdata=None, version=condition.row_version))


@bp.post("/conditions/<int:id>/<name>")
@guard(CHECK, _watched)
def judge_condition(condition: Condition) -> Any:
    """Say whether a condition is met or broken, look at it again, or lift it."""
    name, form = (request.view_args or {})["name"], JudgeForm()
    if name not in moves.moves:
        abort(404)
    if not (form.note.data or "").strip():
        form.note.errors = [_("Say in a sentence what you saw.")]
        return _check_page(condition, form), 422
    given: dict[str, Any] = {"base": form.version.data or 0, "note": form.note.data or ""}
    conditions.judge(condition, name, **given, actor=current_user, at=clock.now())
    db.session.commit()
    flash(_("Kept: %(state)s.", state=CONDITION_WORDS[condition.state][1]))
    return redirect(url_for(".condition", id=condition.id))


def _check_page(condition: Condition, form: JudgeForm) -> str:
    award = condition.award
    milestone = next((one for one in award.milestones if one.ref == condition.ref), None)
    return render_template(
        "grants/condition.html",
        condition=condition,
        award=award,
        milestone=milestone,
        state=CONDITION_WORDS[condition.state],
        moves=moves.open_to(current_user, condition),
        sees_grant=SEE(current_user, award),
        may_edit=RUN(current_user, award),
        form=form,
    )
