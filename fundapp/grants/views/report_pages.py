"""Reports of grantees: read, sent back with questions, accepted."""

from io import BytesIO
from typing import Any

from flask import (
    Response,
    abort,
    flash,
    g,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.applications import differences, reading
from fundapp.applications.attachments import entries
from fundapp.applications.rules import partner
from fundapp.core import clock, files
from fundapp.core.db import db
from fundapp.core.files import File
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.core.rules import Rule
from fundapp.core.web import language
from fundapp.grants import progress_reports, report_papers, report_review, report_writing
from fundapp.grants.forms.progress_reports import ReviewForm
from fundapp.grants.models import ProgressReport, ReportVersion
from fundapp.grants.report_flow import KINDS, OWN_REPORT_WORDS, REPORT_WORDS, REVIEW, reports
from fundapp.grants.rules import SEE
from fundapp.grants.views import bp
from fundapp.rounds.forms import questions as drawn

REMARK = "q_"
"""Before the key of a question: what the reviewer asks about it."""


def load_report(user: Any, id: int) -> ProgressReport | None:
    """Load a report for a page, and show times in its fund's zone."""
    found = progress_reports.report(user, id)
    if found is not None:
        g.zone = found.application.fund.zone
    return found


# --- read --------------------------------------------------------------------------


@bp.get("/grants/reports/<int:id>")
@guard(SEE, load_report)
def report(report: ProgressReport) -> Any:
    """Show a report: the version that was sent in last, or one's own draft."""
    form = ReviewForm(formdata=None, version=report.version_number, internal=report.internal)
    return _page(report, form)


def _page(report: ProgressReport, form: ReviewForm, status: int = 200) -> Any:
    is_own = partner(current_user, report)
    steps = {move.name for move in reports.open_to(current_user, report)}
    version = None if "write" in steps else progress_reports.sent(report)
    given = progress_reports.values(report) if "write" in steps else dict(version.answers if version else {})
    faults = report_writing.faults(report) if "submit" in steps else []
    asked = progress_reports.form_of(report)
    return render_template(
        "grants/report.html",
        report=report,
        award=report.award,
        fund=report.application.fund,
        kind=KINDS[report.kind],
        state=(OWN_REPORT_WORDS if is_own else REPORT_WORDS)[report.state],
        is_own=is_own,
        steps=steps,
        version=version,
        labels={field.key: field.label for field in asked.fields},
        faults=faults,
        pieces=_parts(report, given),
        remarks=progress_reports.remarks(report, report.version_number) if report.version_number else {},
        form=form,
        remark_name=REMARK,
        typed=request.form,
        mark=drawn.MARK,
    ), status


def _parts(report: ProgressReport, given: dict[str, Any]) -> list[reading.Part]:
    def link(file_id: int) -> str:
        return url_for(".report_file", id=report.id, file_id=file_id)

    currency = report.application.fund.currency
    definition = progress_reports.questions(report)
    return reading.sections(definition, given, language(), currency=currency, file_link=link)


def _load_pair(user: Any, id: int, number: int) -> tuple[ProgressReport, ReportVersion] | None:
    found = load_report(user, id)
    version = progress_reports.sent(found, number) if found is not None else None
    return (found, version) if found is not None and version is not None and number > 1 else None


SEE_PAIR = Rule(lambda user, pair: SEE(user, pair[0]), "see the report")


@bp.get("/grants/reports/<int:id>/changes/<int:number>")
@guard(SEE_PAIR, _load_pair)
def report_changes(pair: tuple[ProgressReport, ReportVersion]) -> Any:
    """Show what a version changed in the one before it."""
    report, version = pair
    before = progress_reports.sent(report, version.number - 1)
    form, currency = progress_reports.form_of(report), report.application.fund.currency
    found = differences.between(
        form, before.answers if before else {}, version.answers, language(), currency=currency
    )
    return render_template(
        "grants/report_changes.html",
        report=report,
        award=report.award,
        version=version,
        is_own=partner(current_user, report),
        kind=KINDS[report.kind],
        found=found,
        remarks=progress_reports.remarks(report, version.number - 1),
    )


def _load_file(user: Any, id: int, file_id: int) -> tuple[ProgressReport, File] | None:
    found = load_report(user, id)
    file = report_writing.file_of(found, file_id) if found is not None else None
    if found is None or file is None:
        return None
    is_sent = any(
        file_id == one["id"] for version in found.versions for one in entries(version.answers.get(file.kind))
    )
    return (found, file) if is_sent or partner(user, found) else None


@bp.get("/grants/reports/<int:id>/files/<int:file_id>")
@guard(SEE_PAIR, _load_file)
def report_file(pair: tuple[ProgressReport, File]) -> Any:
    """Give a file of a report as a download."""
    file = pair[1]
    try:
        content = files.content(file)
    except FileNotFoundError:
        abort(404)
    given = send_file(
        BytesIO(content), mimetype=file.media_type, as_attachment=True, download_name=file.name, max_age=0
    )
    given.headers["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'none'"
    given.headers["Cache-Control"] = "private, no-store"
    return given


@bp.get("/grants/reports/<int:id>.pdf")
@guard(SEE, load_report)
def report_paper(report: ProgressReport) -> Any:
    """Give a report as PDF: the version that was sent in last; one's own draft says that it is one."""
    version = progress_reports.sent(report)
    if version is None and not partner(current_user, report):
        abort(404)
    given = Response(report_papers.pdf(report, version, language()), mimetype="application/pdf")
    name = f"{report.application.code or report.award_id}-report-{report.number}.pdf"
    given.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return given


# --- steps -------------------------------------------------------------------------


@bp.post("/grants/reports/<int:id>/return")
@guard(REVIEW, load_report)
def return_report(report: ProgressReport) -> Any:
    """Send a report back with questions."""
    form = ReviewForm()
    asked = {
        name.removeprefix(REMARK): text for name, text in request.form.items() if name.startswith(REMARK)
    }
    given: dict[str, Any] = {"shown_number": form.version.data or 0, "internal": form.internal.data or ""}
    if not form.validate():
        return _page(report, form, 422)
    id = report.id
    try:
        report_review.ask_change(
            report, form.note.data or "", asked, **given, actor=current_user, at=clock.now()
        )
    except Refusal as refused:
        db.session.rollback()
        form.note.errors = [refused.message]
        return _page(load_report(current_user, id) or abort(404), form, refused.status)
    return _done(report, _("The grantee has your questions by mail."))


@bp.post("/grants/reports/<int:id>/accept")
@guard(REVIEW, load_report)
def accept_report(report: ProgressReport) -> Any:
    """Accept the version that was on the page."""
    form = ReviewForm()
    if not form.validate():
        return _page(report, form, 422)
    given: dict[str, Any] = {"shown_number": form.version.data, "internal": form.internal.data or ""}
    report_review.accept(report, form.note.data or "", **given, actor=current_user, at=clock.now())
    return _done(report, _("Accepted. The grantee has mail."))


def _done(report: ProgressReport, said: str) -> Any:
    db.session.commit()
    flash(said)
    return redirect(url_for(".report", id=report.id))
