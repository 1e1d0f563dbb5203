"""Writing a report: drafts in which nothing is lost, files, handing in, taking back."""

from typing import Any

from flask import current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.applications import reading
from fundapp.applications.drafts import AnswersChanged
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.core.web import language, zone
from fundapp.grants import progress_reports, report_writing
from fundapp.grants.models import ProgressReport
from fundapp.grants.report_flow import KINDS, WRITE, reports
from fundapp.grants.views import bp
from fundapp.grants.views.report_pages import load_report
from fundapp.rounds.fields import FieldType, Section
from fundapp.rounds.forms import questions as drawn

FILES, PICK = "f_", "pick_"
"""Before the key of a question: its file field, and the choice of two texts."""


def _form(report: ProgressReport) -> drawn.ProposalForm:
    """Make one page of all sections; what depends on another answer comes and goes with it."""
    form = progress_reports.form_of(report)
    given = progress_reports.answers_of(report.id)
    values = {key: one.value.get("v") for key, one in given.items()}
    whole = Section("all", form.name, {}, form.fields)
    return drawn.build(
        whole,
        values,
        {key: one.revision for key, one in given.items()},
        language=language(),
        currency=report.application.fund.currency,
        asked=form.on_page(whole, values),
    )


@bp.get("/grants/reports/<int:id>/edit")
@guard(WRITE, load_report)
def edit_report(report: ProgressReport) -> Any:
    """Show a report to write in."""
    if not reports.allows("write", current_user, report):
        return redirect(url_for(".report", id=report.id))
    form = _form(report)
    if "check" in request.args:
        form.blame(report_writing.faults(report))
    return _edit_page(report, form)


def _edit_page(report: ProgressReport, form: drawn.ProposalForm) -> str:
    form.offer_rows()
    return render_template(
        "grants/report_edit.html",
        report=report,
        award=report.award,
        fund=report.application.fund,
        kind=KINDS[report.kind],
        asked=progress_reports.form_of(report),
        form=form,
        mark=drawn.MARK,
        remarks=progress_reports.remarks(report, report.version_number) if report.version_number else {},
    )


@bp.post("/grants/reports/<int:id>/edit")
@guard(WRITE, load_report)
def save_report(report: ProgressReport) -> Any:
    """Keep the report, whole or not, and go where the button leads."""
    form = _form(report)
    form.drop(request.form.get("remove", ""))
    try:
        _keep(report, form)
    except AnswersChanged as clash:
        return _clash_page(report, form, clash), 409
    except MoveRefused as refused:
        flash(refused.message, "bad")
        return _edit_page(report, form), 409
    if refused_files := _take_files(report):
        form.show_files(progress_reports.values(report), refused_files)
        return _edit_page(report, form), 422
    return _onwards(report)


def _keep(report: ProgressReport, form: drawn.ProposalForm) -> dict[str, int]:
    """Save what was typed; on a clash the answers that do not clash are kept too."""
    actor, answers = current_user._get_current_object(), form.answers()
    if any(name.startswith(PICK) for name in request.form):
        theirs = [key for key in answers if request.form.get(PICK + key) == "theirs"]
        answers = {key: value for key, value in answers.items() if key not in theirs}
    try:
        return report_writing.save(report, answers, form.bases(), actor=actor, at=g.arrived_at)
    finally:
        db.session.commit()


def _onwards(report: ProgressReport) -> Any:
    if row := request.form.get("row") or request.form.get("remove"):
        return redirect(url_for(".edit_report", id=report.id, _anchor=drawn.MARK + row.partition(":")[0]))
    key = request.form.get("attach") or request.form.get("detach", "").partition(":")[0]
    if key:
        return redirect(url_for(".edit_report", id=report.id, _anchor=drawn.MARK + key))
    if "check" in request.form:
        return redirect(url_for(".report", id=report.id))
    flash(_("Saved. You can go on whenever you like."))
    return redirect(url_for(".edit_report", id=report.id))


def _take_files(report: ProgressReport) -> dict[str, str]:
    """Do what was asked about files; give what was refused: message by question."""
    given: dict[str, Any] = {"actor": current_user._get_current_object(), "at": g.arrived_at}
    refused: dict[str, str] = {}
    key, _colon, number = request.form.get("detach", "").partition(":")
    if number.isdecimal():
        report_writing.detach(report, key, int(number[:12]), **given)
    asked = [one for one in progress_reports.form_of(report).fields if one.type is FieldType.FILE]
    for field in asked:
        for sent in request.files.getlist(FILES + field.key):
            if not sent.filename:
                continue
            try:
                content, most = sent.read(), current_app.config["MAX_FILE"]
                report_writing.attach(report, field, sent.filename, content, most_bytes=most, **given)
                db.session.commit()
            except Refusal as fault:
                db.session.rollback()
                refused[field.key] = f"{sent.filename}: {fault.message}"
    db.session.commit()
    return refused


def _clash_page(report: ProgressReport, form: drawn.ProposalForm, clash: AnswersChanged) -> str:
    fresh = progress_reports.answers_of(report.id)
    keys = [one.field for one in clash.clashes]
    form.offer_rows()
    form.asked.data = " ".join(keys)
    form.version.data = drawn.version_of({key: one.revision for key, one in fresh.items()}, keys)
    currency = report.application.fund.currency
    theirs = {key: one.value.get("v") for key, one in fresh.items()}
    parts = reading.sections(progress_reports.questions(report), theirs, language(), currency=currency)
    return render_template(
        "grants/report_clash.html",
        report=report,
        award=report.award,
        fund=report.application.fund,
        form=form,
        asked=progress_reports.form_of(report),
        mark=drawn.MARK,
        pick_name=PICK,
        clashes=clash.clashes,
        theirs={item.key: item for part in parts for item in part.items},
    )


@bp.post("/grants/reports/<int:id>/autosave")
@guard(WRITE, load_report)
def autosave_report(report: ProgressReport) -> Any:
    """Keep a report while it is being typed; answers with the time and the new revisions."""
    form = _form(report)
    try:
        _keep(report, form)
    except AnswersChanged as clash:
        return {"message": clash.message, "fields": [one.field for one in clash.clashes]}, 409
    except MoveRefused as refused:
        return {"message": refused.message}, 409
    now = {key: one.revision for key, one in progress_reports.answers_of(report.id).items()}
    keys = str(form.asked.data or "").split()
    saved_at = f"{clock.local(g.arrived_at, zone()):%H:%M}"
    return {"saved_at": saved_at, "version": drawn.version_of(now, keys)}


@bp.post("/grants/reports/<int:id>/submit")
@guard(WRITE, load_report)
def submit_report(report: ProgressReport) -> Any:
    """Hand the report in; where something is missing, show where."""
    try:
        report_writing.submit(report, actor=current_user._get_current_object(), at=g.arrived_at)
    except report_writing.Incomplete as refused:
        db.session.rollback()
        flash(refused.message, "bad")
        return redirect(url_for(".edit_report", id=report.id, check=1))
    db.session.commit()
    flash(_("We have your report. You get mail when it is read."))
    return redirect(url_for(".report", id=report.id))


@bp.post("/grants/reports/<int:id>/take-back")
@guard(WRITE, load_report)
def take_back_report(report: ProgressReport) -> Any:
    """Take a report back to change it."""
    report_writing.take_back(report, actor=current_user, at=g.arrived_at)
    db.session.commit()
    return redirect(url_for(".edit_report", id=report.id))
