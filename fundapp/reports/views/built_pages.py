"""Reports of one's own: put together, looked at, kept, shared, taken along."""

from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.accounts.models import RoleName
from fundapp.core import clock, once
from fundapp.core.db import db
from fundapp.core.forms import EmptyForm
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.core.web import language
from fundapp.funds.models import Fund
from fundapp.funds.queries import office_fund, office_funds
from fundapp.reports import building, built_plans, built_rows
from fundapp.reports.built_plans import Plan
from fundapp.reports.forms.building import EVERY, ROLES, BuilderForm, ShareForm
from fundapp.reports.models import BuiltReport, Every
from fundapp.reports.rules import READ
from fundapp.reports.subjects import SUBJECTS, Subject, open_to
from fundapp.reports.views.blueprint import bp
from fundapp.reports.views.shelf_pages import to_shelf


@bp.get("/own")
@guard(READ)
def own() -> Any:
    """List the reports the person made or was shown, and what a new one can be about."""
    funds = [(fund, open_to(current_user, fund.id)) for fund in office_funds(current_user)]
    reports = building.reports_of(current_user)
    return render_template("reports/own.html", funds=funds, reports=reports, subjects=SUBJECTS, every=EVERY)


@bp.get("/own/new/<int:fund_id>/<subject>")
@guard(READ, lambda user, fund_id, subject: office_fund(user, fund_id))
def own_new(fund: Fund) -> Any:
    """Begin a report with the usual columns of its subject."""
    subject = _subject(fund)
    form = BuilderForm(subject, _known(subject, fund), formdata=None)
    form.show(Plan(columns=subject.usual))
    return _builder(fund, subject, form, None)


@bp.post("/own/new/<int:fund_id>/<subject>")
@guard(READ, lambda user, fund_id, subject: office_fund(user, fund_id))
def own_make(fund: Fund) -> Any:
    """Show what a new report would hold, or keep it."""
    return _asked(fund, _subject(fund), None)


@bp.get("/own/<int:id>")
@guard(READ, building.open_report)
def own_show(report: BuiltReport) -> Any:
    """Show a report as it stands at this moment."""
    subject = SUBJECTS[report.subject]
    plan, gone = built_plans.fitting(subject, built_plans.read(report.plan))
    found = built_rows.preview(subject, plan, user=current_user, fund=report.fund)
    return render_template(
        "reports/own_show.html",
        report=report,
        subject=subject,
        found=found,
        gone=gone,
        roles=ROLES,
        every=EVERY,
    )


@bp.get("/own/<int:id>/edit")
@guard(READ, building.own_report)
def own_edit(report: BuiltReport) -> Any:
    """Show a report as the form it was made with."""
    subject = SUBJECTS[report.subject]
    form = BuilderForm(subject, _known(subject, report.fund), formdata=None)
    form.show(built_plans.fitting(subject, built_plans.read(report.plan))[0])
    form.name.data = report.name
    return _builder(report.fund, subject, form, report)


@bp.post("/own/<int:id>/edit")
@guard(READ, building.own_report)
def own_change(report: BuiltReport) -> Any:
    """Show what a changed report would hold, or keep the change."""
    return _asked(report.fund, SUBJECTS[report.subject], report)


@bp.post("/own/<int:id>/file/<any(csv, xlsx, json):format>")
@guard(READ, lambda user, id, format: building.open_report(user, id))
def own_file(report: BuiltReport) -> Any:
    """Have all rows of a report written to a file."""
    format = (request.view_args or {})["format"]
    building.ask_file(report, format, actor=current_user, at=clock.now())
    db.session.commit()
    return to_shelf()


# --- sharing and removing ------------------------------------------------------------


@bp.get("/own/<int:id>/share")
@guard(READ, building.own_report)
def own_sharing(report: BuiltReport) -> Any:
    """Ask who else may open a report, and who hears of it."""
    return _share_page(report, _share_form(report))


@bp.post("/own/<int:id>/share")
@guard(READ, building.own_report)
def own_share(report: BuiltReport) -> Any:
    """Share a report, and have it sent."""
    form = _share_form(report)
    if not form.validate():
        return _share_page(report, form), 422
    by = {"actor": current_user, "at": clock.now()}
    building.share(report, role=_role(form.role.data), people=form.people.data or [], **by)
    every = Every(form.every.data) if form.every.data else None
    building.schedule(report, every=every, role=_role(form.mail_role.data), **by)
    db.session.commit()
    flash(_("It is shared as you said."))
    return redirect(url_for(".own_show", id=report.id))


@bp.get("/own/<int:id>/drop")
@guard(READ, building.own_report)
def own_ask_drop(report: BuiltReport) -> Any:
    """Ask before a report is removed."""
    return render_template("reports/own_drop.html", report=report)


@bp.post("/own/<int:id>/drop")
@guard(READ, building.own_report)
def own_drop(report: BuiltReport) -> Any:
    """Remove a report of one's own."""
    if not EmptyForm().validate():
        abort(400)
    building.drop(report, actor=current_user, at=clock.now())
    db.session.commit()
    flash(_("The report is removed."))
    return redirect(url_for(".own"))


# --- parts ---------------------------------------------------------------------------


def _subject(fund: Fund) -> Subject:
    wanted = SUBJECTS.get((request.view_args or {}).get("subject", ""))
    if wanted is None or wanted not in open_to(current_user, fund.id):
        abort(404)
    return wanted


def _known(subject: Subject, fund: Fund) -> list[str]:
    """List the names a value can have, to choose from while typing."""
    found = {name for one in subject.traits for name in one.names(fund, language())[0].values()}
    return sorted(found, key=str.casefold)


def _asked(fund: Fund, subject: Subject, report: BuiltReport | None) -> Any:
    form = BuilderForm(subject, _known(subject, fund))
    if (done := once.result(form.once.data)) is not None:
        return redirect(done)
    if not form.validate():
        return _builder(fund, subject, form, report), 422
    try:
        if request.form.get("do") == "look":
            plan = built_plans.checked(subject, form.plan())
            found = built_rows.preview(subject, plan, user=current_user, fund=fund)
            return _builder(fund, subject, form, report, found)
        return _kept(fund, subject, form, report)
    except Refusal as refusal:
        db.session.rollback()
        form.form_errors.append(refusal.message)
        return _builder(fund, subject, form, report), 422


def _kept(fund: Fund, subject: Subject, form: BuilderForm, report: BuiltReport | None) -> Any:
    now = clock.now()
    made = building.keep(
        fund, subject, form.plan(), name=form.name.data or "", report=report, actor=current_user, at=now
    )
    db.session.flush()
    to = url_for(".own_show", id=made.id)
    once.remember(form.once.data, to, at=now)
    db.session.commit()
    flash(_("The report is kept."))
    return redirect(to)


def _builder(
    fund: Fund, subject: Subject, form: BuilderForm, report: BuiltReport | None, found: Any = None
) -> str:
    g.zone = fund.zone
    return render_template(
        "reports/own_edit.html", fund=fund, subject=subject, form=form, report=report, found=found
    )


def _share_form(report: BuiltReport) -> ShareForm:
    return ShareForm(report, SUBJECTS[report.subject].roles, building.colleagues(report))


def _share_page(report: BuiltReport, form: ShareForm) -> str:
    return render_template("reports/own_share.html", report=report, form=form)


def _role(value: str | None) -> RoleName | None:
    return RoleName(value) if value else None
