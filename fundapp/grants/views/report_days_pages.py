"""When reports are due: of one grant, and what a fund asks of all its grants."""

from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.accounts.rules import manager
from fundapp.applications.rules import partner, staff
from fundapp.core import clock, once
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.refusals import ChangedMeanwhile, Refusal
from fundapp.funds.models import Fund
from fundapp.funds.views.blueprint import seen as seen_fund
from fundapp.grants import progress_reports, report_days
from fundapp.grants.forms import NoteForm
from fundapp.grants.forms.progress_reports import AddReportForm, DayForm, PolicyForm
from fundapp.grants.models import Award, ProgressReport, ReportBlock, ReportKind, ReportRule
from fundapp.grants.report_flow import KINDS, OWN_REPORT_WORDS, REPORT_WORDS, reports
from fundapp.grants.rules import RUN, SEE
from fundapp.grants.views import bp, load
from fundapp.grants.views.report_pages import load_report


@bp.app_context_processor
def _for_grants() -> dict[str, Any]:
    return {"grant_reports": _grant_reports}


def _grant_reports(award: Award) -> dict[str, Any]:
    """Give the reports of a grant for its page; one statement."""
    is_own = partner(current_user, award)
    return {
        "rows": report_days.reports_of(award),
        "kinds": KINDS,
        "words": OWN_REPORT_WORDS if is_own else REPORT_WORDS,
        "owed": report_days.OWED,
        "today": clock.day(clock.now(), award.application.fund.zone),
        "is_own": is_own,
        "may_run": RUN(current_user, award) and award.state not in report_days.ENDED,
    }


@bp.get("/grants/<int:id>/reports", endpoint="reports")
@guard(SEE, load)
def reports_page(award: Award) -> Any:
    """List the reports of a grant with their days; staff change them here."""
    return _page(award, AddReportForm(formdata=None))


def _page(award: Award, form: AddReportForm, moved: tuple[int, DayForm] | None = None) -> str:
    shown = _grant_reports(award)
    days = {one.id: DayForm(formdata=None, due_on=one.due_on) for one in shown["rows"]}
    if moved is not None:
        days[moved[0]] = moved[1]
    return render_template(
        "grants/reports.html",
        award=award,
        fund=award.application.fund,
        seen=shown,
        form=form,
        days=days,
        moves={one.id: {move.name for move in reports.open_to(current_user, one)} for one in shown["rows"]},
        policy=report_days.policy_of(award.fund_id),
    )


@bp.post("/grants/<int:id>/reports")
@guard(RUN, load)
def add_report(award: Award) -> Any:
    """Ask one more report; sent twice, it is asked once."""
    form = AddReportForm()
    if (done := once.result(form.once.data)) is not None:
        return redirect(done)
    if not form.validate():
        return _page(award, form), 422
    id = award.id
    try:
        kind = ReportKind(form.kind.data)
        report_days.add(award, kind, form.due_on.data, actor=current_user, at=clock.now())
    except Refusal as refused:
        db.session.rollback()
        form.form_errors.append(refused.message)
        return _page(load(current_user, id) or award, form), refused.status
    once.remember(form.once.data, url_for(".reports", id=id), at=clock.now())
    return _done(id, _("The report is asked; it stands in the grantee’s list."))


@bp.post("/grants/<int:id>/reports/draw")
@guard(RUN, load)
def draw_reports(award: Award) -> Any:
    """Bring the days in line with the fund's rule and the plan."""
    report_days.draw(award, actor=current_user, at=clock.now())
    return _done(award.id, _("The days follow the rule of the fund and the plan now."))


@bp.post("/grants/reports/<int:id>/move")
@guard(staff, load_report)
def move_report(report: ProgressReport) -> Any:
    """Set another day."""
    form = DayForm()
    if not form.validate():
        return _page(report.award, AddReportForm(formdata=None), (report.id, form)), 422
    report_days.move(report, form.due_on.data, actor=current_user, at=clock.now())
    return _done(report.award_id, _("The day is changed."))


@bp.get("/grants/reports/<int:id>/waive")
@guard(staff, load_report)
def ask_waive_report(report: ProgressReport) -> Any:
    """Ask why a report is not needed."""
    return _waive_page(report, NoteForm(formdata=None))


@bp.post("/grants/reports/<int:id>/waive")
@guard(staff, load_report)
def waive_report(report: ProgressReport) -> Any:
    """Let a report go that is not needed."""
    form = NoteForm()
    if not (form.note.data or "").strip():
        form.note.errors = [_("Give a reason for this step.")]
        return _waive_page(report, form), 422
    report_days.waive(report, form.note.data or "", actor=current_user, at=clock.now())
    return _done(report.award_id, _("The report is not asked any more."))


@bp.post("/grants/reports/<int:id>/ask-again")
@guard(staff, load_report)
def ask_report_again(report: ProgressReport) -> Any:
    """Ask a report after all."""
    report_days.ask_again(report, actor=current_user, at=clock.now())
    return _done(report.award_id, _("The report is asked again."))


def _waive_page(report: ProgressReport, form: NoteForm) -> str:
    return render_template("grants/report_waive.html", report=report, form=form, kind=KINDS[report.kind])


def _done(award_id: int, said: str) -> Any:
    db.session.commit()
    flash(said)
    return redirect(url_for(".reports", id=award_id))


# --- what a fund asks ----------------------------------------------------------------


@bp.get("/office/funds/<int:id>/reports")
@guard(manager, seen_fund)
def report_policy(fund: Fund) -> Any:
    """Show what a fund asks of its grants."""
    return _policy_page(fund, PolicyForm.showing(report_days.policy_of(fund.id)))


@bp.post("/office/funds/<int:id>/reports")
@guard(manager, seen_fund)
def change_report_policy(fund: Fund) -> Any:
    """Change what a fund asks."""
    form = PolicyForm()
    if not form.validate():
        return _policy_page(fund, form), 422
    weeks = form.final_weeks.data if form.has_final.data else None
    id = fund.id
    try:
        report_days.change_policy(
            fund,
            ReportRule(form.rule.data),
            form.every_months.data or 6,
            final_weeks=6 if form.has_final.data and weeks is None else weeks,
            blocks=ReportBlock(form.blocks.data),
            base=form.version.data or 0,
            actor=current_user,
            at=g.arrived_at,
        )
    except ChangedMeanwhile as refused:
        db.session.rollback()
        form.form_errors.append(refused.message)
        form.version.data, form.version.raw_data = report_days.policy_of(id).row_version, None
        return _policy_page(db.session.get_one(Fund, id), form), 409
    db.session.commit()
    flash(
        _("Kept. New agreements follow it; for a grant that runs, draw its days anew on its page of reports.")
    )
    return redirect(url_for(".report_policy", id=id))


def _policy_page(fund: Fund, form: PolicyForm) -> str:
    own = {kind: progress_reports.form_row(fund, kind) for kind in ReportKind}
    return render_template(
        "grants/report_policy.html",
        fund=fund,
        form=form,
        own=own,
        kinds=KINDS,
        shipped=progress_reports.SHIPPED,
    )
