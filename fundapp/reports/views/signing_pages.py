"""Pages at the end of an evaluation: the evaluator asked, the signature, the decision, publication."""

from collections.abc import Callable
from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.core import clock, once
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.core.web import language
from fundapp.reports import evaluation_signing, evaluations, evaluators
from fundapp.reports.evaluation_page import whole
from fundapp.reports.evaluation_workflow import workflow
from fundapp.reports.forms.evaluating import DecisionForm, EmptyForm, EvaluatorForm, ReasonForm, SignForm
from fundapp.reports.models import Course, Evaluation
from fundapp.reports.rules import CONFIRM_DECISION, SIGN_EVALUATION, WRITE_EVALUATION
from fundapp.reports.views.blueprint import bp
from fundapp.reports.views.evaluation_pages import load

STEPS: dict[str, Callable[..., Any]] = {
    "take_up_again": evaluation_signing.take_up_again,
    "publish": evaluation_signing.publish,
    "withdraw": evaluation_signing.withdraw,
}


@bp.get("/evaluations/<int:id>/evaluator")
@guard(WRITE_EVALUATION, load)
def evaluator(row: Evaluation) -> Any:
    """Ask whom to invite as the outside evaluator."""
    return render_template("reports/evaluator.html", row=row, form=EvaluatorForm(None))


@bp.post("/evaluations/<int:id>/evaluator")
@guard(WRITE_EVALUATION, load)
def invite_evaluator(row: Evaluation) -> Any:
    """Invite the outside evaluator by mail."""
    form, to = EvaluatorForm(), url_for(".evaluation", id=row.id)
    if (done := once.result(form.once.data)) is not None:
        return redirect(done)
    if not form.validate():
        return render_template("reports/evaluator.html", row=row, form=form), 422
    now = clock.now()
    try:
        asked = evaluators.invite(
            row, form.email.data or "", form.name.data or "", office=form.office.data or "",
            language=form.language.data, actor=current_user, at=now, settings=current_app.config["SETTINGS"],
        )  # fmt: skip
    except Refusal as refused:
        db.session.rollback()
        form.email.errors = [refused.message]
        return render_template("reports/evaluator.html", row=load(current_user, row.id), form=form), 422
    once.remember(form.once.data, to, at=now)
    db.session.commit()
    flash(_("%(name)s was asked to judge this evaluation.", name=asked.name))
    return redirect(to)


@bp.get("/evaluations/<int:id>/sign")
@guard(SIGN_EVALUATION, load)
def sign(row: Evaluation) -> Any:
    """Show the whole evaluation with the signature below it."""
    form = SignForm(None, data={"digest": evaluations.content_digest(row), "name": current_user.name})
    return _sign_page(row, form)


def _sign_page(row: Evaluation, form: SignForm) -> str:
    return render_template(
        "reports/evaluation_sign.html",
        row=row,
        form=form,
        text=whole(row, language()),
        lacks=evaluations.lacks(row),
        open_remarks=sum(one.settled_at is None for one in row.remarks),
        may_sign=workflow.allows("sign", current_user, row),
    )


@bp.post("/evaluations/<int:id>/sign")
@guard(SIGN_EVALUATION, load)
def put_signature(row: Evaluation) -> Any:
    """Sign what was read."""
    form = SignForm()
    if not form.validate():
        return _sign_page(row, form), 422
    evaluation_signing.sign(
        row, form.name.data or "", form.digest.data or "", actor=current_user, at=clock.now()
    )
    db.session.commit()
    flash(_("You have signed the evaluation. Text and figures can’t be changed any more."))
    return redirect(url_for(".evaluation", id=row.id))


@bp.get("/evaluations/<int:id>/decision")
@guard(WRITE_EVALUATION, load)
def decision(row: Evaluation) -> Any:
    """Ask what was decided about the next investment."""
    given = {
        "course": row.decision, "decided_on": row.decided_on,
        **{f"text_{lang}": text for lang, text in row.decision_text.items()},
    }  # fmt: skip
    return render_template("reports/evaluation_decision.html", row=row, form=DecisionForm(None, data=given))


@bp.post("/evaluations/<int:id>/decision")
@guard(WRITE_EVALUATION, load)
def decide(row: Evaluation) -> Any:
    """Record a decision; a second person confirms it."""
    form = DecisionForm()
    if not form.validate() or form.decided_on.data is None:
        return render_template("reports/evaluation_decision.html", row=row, form=form), 422
    text = {"en": form.text_en.data or "", "nl": form.text_nl.data or ""}
    try:
        evaluation_signing.decide(
            row, Course(form.course.data), decided_on=form.decided_on.data, text=text, actor=current_user,
            at=clock.now(),
        )  # fmt: skip
    except Refusal as refused:
        if refused.status != 422:
            raise
        form.decided_on.errors = [refused.message]
        return render_template("reports/evaluation_decision.html", row=row, form=form), 422
    db.session.commit()
    flash(_("The decision is recorded. It counts once a second person confirms it."))
    return redirect(url_for(".evaluation", id=row.id, _anchor="decision"))


@bp.post("/evaluations/<int:id>/decision/confirm")
@guard(CONFIRM_DECISION, load)
def confirm_decision(row: Evaluation) -> Any:
    """Confirm a decision as the second person."""
    if not EmptyForm().validate():
        abort(400)
    evaluation_signing.confirm_decision(row, actor=current_user, at=clock.now())
    db.session.commit()
    flash(_("The decision stands."))
    return redirect(url_for(".evaluation", id=row.id, _anchor="decision"))


@bp.get("/evaluations/<int:id>/<any(take_up_again, publish, withdraw):move>")
@guard(WRITE_EVALUATION, load)
def ask_evaluation_move(row: Evaluation) -> Any:
    """Say what a step does before it is taken."""
    return _move_page(row, ReasonForm(None))


def _move_page(row: Evaluation, form: ReasonForm) -> str:
    move = workflow[(request.view_args or {})["move"]]
    if not workflow.allows(move.name, current_user, row):
        abort(409)
    return render_template("reports/evaluation_move.html", row=row, move=move, form=form)


@bp.post("/evaluations/<int:id>/<any(take_up_again, publish, withdraw):move>")
@guard(WRITE_EVALUATION, load)
def move_evaluation(row: Evaluation) -> Any:
    """Take one step of an evaluation."""
    name, form = (request.view_args or {})["move"], ReasonForm()
    note = (form.note.data or "").strip()
    if workflow[name].wants_note and not note:
        form.validate()
        form.note.errors = [_("Give a reason for this step.")]
        return _move_page(row, form), 422
    more = {"note": note} if workflow[name].wants_note else {}
    STEPS[name](row, actor=current_user, at=clock.now(), **more)
    db.session.commit()
    flash(_("Done."))
    return redirect(url_for(".evaluation", id=row.id))
