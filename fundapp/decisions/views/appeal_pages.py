"""Pages of appeals: the applicant asks or objects, people outside of the decision look again."""

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.accounts.rules import auditor, manager
from fundapp.applications.models import Application
from fundapp.applications.queries import own_application
from fundapp.applications.rules import partner, writer
from fundapp.core import once
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.decisions import appeal_mail, appeal_rows, appeals, queries, terms
from fundapp.decisions.forms import (
    AnswerForm,
    AppealForm,
    EmptyForm,
    ExtensionForm,
    HearingForm,
    ReturnForm,
)
from fundapp.decisions.models import Appeal, AppealState, Decision, Finding
from fundapp.decisions.rules import AGREES, ANSWERED, SECOND, SEE
from fundapp.decisions.views.blueprint import bp
from fundapp.decisions.workflow import APPEAL_WORDS, KIND_WORDS, TOLD_WORDS
from fundapp.decisions.workflow import appeals as workflow
from fundapp.rounds.models import Round
from fundapp.rounds.queries import office_round


class Asked:
    """An application of the person's own with the decision they can say something about."""

    def __init__(self, application: Application, decision: Decision) -> None:
        self.application, self.decision = application, decision


def _asked(user: Any, id: int) -> Asked | None:
    application = own_application(user, id)
    decision = queries.released_decision(application) if application is not None else None
    return Asked(application, decision) if application is not None and decision is not None else None


# --- the applicant -----------------------------------------------------------------


@bp.get("/proposals/<int:id>/appeal")
@guard(partner, _asked)
def appeal_form(asked: Asked) -> Any:
    """Ask what the applicant does not agree with, or show what became of it."""
    found = appeal_rows.live_appeal(asked.decision)
    form = AppealForm(
        formdata=None, grounds=found.grounds if found else "", late_reason=found.late_reason if found else ""
    )
    return _form(asked, form)


def _form(asked: Asked, form: AppealForm, refusal: str = "", status: int = 200) -> Any:
    fund = asked.application.fund
    g.zone = fund.zone
    found = appeal_rows.live_appeal(asked.decision)
    until = appeals.term_of(asked.decision)
    return render_template(
        "decisions/appeal_form.html", application=asked.application, decision=asked.decision, form=form,
        appeal=found, words=TOLD_WORDS, kind=terms.kind_for(fund), kinds=KIND_WORDS, until=until,
        is_late=terms.is_over(until, g.arrived_at, fund.zone), refusal=refusal,
        is_open=appeals.may_appeal(asked.decision, g.arrived_at) and writer(current_user, asked.application),
        may_withdraw=found is not None and workflow.allows("withdraw", current_user, found),
    ), status  # fmt: skip


@bp.post("/proposals/<int:id>/appeal")
@guard(writer, _asked)
def keep_appeal(asked: Asked) -> Any:
    """Keep what was written so far, or send it."""
    form, to = AppealForm(), url_for(".appeal_form", id=asked.application.id)
    if (done := once.result(form.once.data)) is not None:
        return redirect(done)
    if not form.validate():
        return _form(asked, form, status=422)
    do = appeals.send_in if "send" in request.form else appeals.keep
    try:
        do(
            asked.decision, grounds=form.grounds.data or "", late_reason=form.late_reason.data or "",
            actor=current_user, at=g.arrived_at,
        )  # fmt: skip
    except Refusal as fault:
        db.session.rollback()
        return _form(asked, form, fault.message, fault.status)
    once.remember(form.once.data, to, at=g.arrived_at)
    db.session.commit()
    flash(
        _("Sent. You have a mail with the day by which you hear from us.")
        if "send" in request.form
        else _("Kept.")
    )
    return redirect(to)


@bp.get("/appeals/<int:id>/withdraw")
@guard(workflow["withdraw"].by, appeal_rows.own_appeal)
def ask_withdraw_appeal(appeal: Appeal) -> Any:
    """Ask before what was sent is taken back."""
    return render_template("decisions/appeal_withdraw.html", appeal=appeal, form=EmptyForm())


@bp.post("/appeals/<int:id>/withdraw")
@guard(workflow["withdraw"].by, appeal_rows.own_appeal)
def withdraw_appeal(appeal: Appeal) -> Any:
    """Take back what was sent."""
    appeals.withdraw(appeal, actor=current_user, at=g.arrived_at)
    db.session.commit()
    flash(_("Taken back. The decision stays as it is."))
    return redirect(url_for(".appeal_form", id=appeal.application_id))


# --- the office ----------------------------------------------------------------------


@bp.get("/office/rounds/<int:id>/appeals")
@guard(manager | auditor, office_round)
def appeals_of(round: Round) -> Any:
    """List what came in about the decisions of a round, and by when it is answered."""
    g.zone = round.fund.zone
    return render_template(
        "decisions/appeals.html", round=round, rows=appeal_rows.appeals_in(current_user, round),
        words=APPEAL_WORDS, kinds=KIND_WORDS,
    )  # fmt: skip


@bp.get("/office/appeals/<int:id>")
@guard(SEE, appeal_rows.office_appeal)
def appeal(appeal: Appeal) -> Any:
    """Show one appeal with all that can be done about it."""
    return _appeal(appeal)


def _appeal(appeal: Appeal, refusal: str = "", status: int = 200, **forms: Any) -> Any:
    g.zone = appeal.application.round.fund.zone
    shown: dict[str, Any] = {
        "extension": ExtensionForm(formdata=None),
        "hearing": HearingForm(formdata=None, on=appeal.hearing_on, summary=appeal.hearing_summary),
        "answer": AnswerForm(
            formdata=None,
            finding=appeal.finding.value if appeal.finding else None,
            text=appeal.proposed_answer,
            internal=appeal.proposed_internal,
        ),
        "returning": ReturnForm(formdata=None),
        **forms,
    }
    able = appeals.who_agrees(appeal) if appeal.state is AppealState.PROPOSED else []
    return render_template(
        "decisions/appeal.html", appeal=appeal, words=APPEAL_WORDS, kinds=KIND_WORDS, refusal=refusal,
        able=able, may_agree=current_user.id in {user.id for user in able},
        moves={move.name for move in workflow.open_to(current_user, appeal)}, **shown,
        may_handle=SECOND(current_user, appeal) and appeal.state in appeal_rows.OPEN,
        outsiders=appeal_mail.outsiders(appeal) if appeal.state is AppealState.RECEIVED else [],
    ), status  # fmt: skip


@bp.post("/office/appeals/<int:id>/take")
@guard(SEE, appeal_rows.office_appeal)
def take_appeal(appeal: Appeal) -> Any:
    """Take an appeal in hand."""
    try:
        appeals.take(appeal, actor=current_user, at=g.arrived_at)
    except Refusal as fault:
        db.session.rollback()
        return _appeal(appeal, fault.message, fault.status)
    db.session.commit()
    return redirect(url_for(".appeal", id=appeal.id))


@bp.post("/office/appeals/<int:id>/extend")
@guard(SECOND, appeal_rows.office_appeal)
def extend_appeal(appeal: Appeal) -> Any:
    """Take six weeks more, once."""
    form = ExtensionForm()
    if not form.validate():
        return _appeal(appeal, status=422, extension=form)
    try:
        appeals.extend(appeal, reason=form.reason.data, actor=current_user, at=g.arrived_at)
    except Refusal as fault:
        db.session.rollback()
        return _appeal(appeal, fault.message, fault.status, extension=form)
    db.session.commit()
    flash(_("The term is longer now; the applicant is told."))
    return redirect(url_for(".appeal", id=appeal.id))


@bp.post("/office/appeals/<int:id>/hearing")
@guard(SECOND, appeal_rows.office_appeal)
def hear_appeal(appeal: Appeal) -> Any:
    """Keep when the applicant was heard and what was said."""
    form = HearingForm()
    if not form.validate():
        return _appeal(appeal, status=422, hearing=form)
    try:
        appeals.hear(appeal, on=form.on.data, summary=form.summary.data, actor=current_user, at=g.arrived_at)
    except Refusal as fault:
        db.session.rollback()
        return _appeal(appeal, fault.message, fault.status, hearing=form)
    db.session.commit()
    flash(_("Kept with the file."))
    return redirect(url_for(".appeal", id=appeal.id))


@bp.post("/office/appeals/<int:id>/answer")
@guard(SECOND, appeal_rows.office_appeal)
def answer_appeal(appeal: Appeal) -> Any:
    """Propose the answer: the decision stands, or changes."""
    form, to = AnswerForm(), url_for(".appeal", id=appeal.id)
    if (done := once.result(form.once.data)) is not None:
        return redirect(done)
    if not form.validate():
        return _appeal(appeal, status=422, answer=form)
    try:
        appeals.propose_answer(
            appeal, finding=Finding(form.finding.data), text=form.text.data,
            internal=form.internal.data or "", actor=current_user, at=g.arrived_at,
        )  # fmt: skip
    except Refusal as fault:
        db.session.rollback()
        return _appeal(appeal, fault.message, fault.status, answer=form)
    once.remember(form.once.data, to, at=g.arrived_at)
    db.session.commit()
    flash(_("Proposed. A colleague reads it, and then it goes to the applicant."))
    return redirect(to)


@bp.post("/office/appeals/<int:id>/agree")
@guard(AGREES, appeal_rows.office_appeal)
def agree_answer(appeal: Appeal) -> Any:
    """Agree with the answer a colleague wrote: it is sent."""
    try:
        appeals.agree(appeal, actor=current_user, at=g.arrived_at)
    except Refusal as fault:
        db.session.rollback()
        return _appeal(appeal, fault.message, fault.status)
    db.session.commit()
    flash(_("Answered. The applicant gets it by mail now."))
    return redirect(url_for(".appeal", id=appeal.id))


@bp.post("/office/appeals/<int:id>/return")
@guard(AGREES, appeal_rows.office_appeal)
def return_answer(appeal: Appeal) -> Any:
    """Ask for another answer, with the reason."""
    form = ReturnForm()
    if not form.validate():
        return _appeal(appeal, status=422, returning=form)
    try:
        appeals.return_answer(appeal, reason=form.reason.data, actor=current_user, at=g.arrived_at)
    except Refusal as fault:
        db.session.rollback()
        return _appeal(appeal, fault.message, fault.status, returning=form)
    db.session.commit()
    flash(_("Sent back to who wrote it."))
    return redirect(url_for(".appeal", id=appeal.id))


@bp.post("/office/appeals/<int:id>/take-back")
@guard(ANSWERED, appeal_rows.office_appeal)
def take_answer_back(appeal: Appeal) -> Any:
    """Take back the answer one proposed, to write it anew."""
    try:
        appeals.take_answer_back(appeal, actor=current_user, at=g.arrived_at)
    except Refusal as fault:
        db.session.rollback()
        return _appeal(appeal, fault.message, fault.status)
    db.session.commit()
    return redirect(url_for(".appeal", id=appeal.id))
