"""The plan as a table that works without scripts, and as takentaal text, in and out."""

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from fundapp.core import clock
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.refusals import ChangedMeanwhile, Refusal
from fundapp.core.web import language
from fundapp.grants import differences, milestones, offering, plan, plan_versions, service
from fundapp.grants.forms import PlanForm, TakentaalForm, filled_plan, rearranged, typed_plan
from fundapp.grants.models import Agreement, Award
from fundapp.grants.rules import PLAN, SEE
from fundapp.grants.views import bp, load, load_under_way
from fundapp.grants.workflow import agreements


@bp.get("/grants/<int:id>/plan", endpoint="plan")
@guard(PLAN, load_under_way)
def plan_of(agreement: Agreement) -> Any:
    """Show the plan to work on, or to read when it is offered already."""
    if not agreements.allows("write", current_user, agreement):
        return redirect(url_for(".show", id=agreement.award_id))
    return _plan_page(agreement, filled_plan(agreement.plan, agreement.row_version))


@bp.post("/grants/<int:id>/plan")
@guard(PLAN, load_under_way)
def save_plan(agreement: Agreement) -> Any:
    """Keep the plan, or draw the page again with a row more, less or elsewhere."""
    wish = request.form.get("do", "save")
    if wish != "save":
        return _plan_page(agreement, rearranged(request.form, wish))
    form: PlanForm = typed_plan(request.form)
    if not form.validate():
        return _plan_page(agreement, form), 422
    try:
        service.save_plan(
            agreement, form.lines(), base=form.version.data or 0, actor=current_user, at=clock.now()
        )
    except Refusal as refused:
        db.session.rollback()
        return _again(agreement, form, refused)
    db.session.commit()
    flash(_("The plan is saved."))
    return redirect(url_for(".plan", id=agreement.award_id))


def _again(agreement: Agreement, form: PlanForm, refused: Refusal) -> Any:
    """Show what was typed again, beside what somebody else saved meanwhile."""
    db.session.refresh(agreement)
    if not agreements.allows("write", current_user, agreement):
        raise refused
    found = None
    if isinstance(refused, ChangedMeanwhile):
        found = _against(agreement, form)
        form.version.data, form.version.raw_data = agreement.row_version, None
    else:
        form.form_errors = [*form.form_errors, refused.message]
    return _plan_page(agreement, form, clash=found), refused.status


def _against(agreement: Agreement, form: PlanForm) -> differences.Differences:
    fixed = plan_versions.fixed_refs(agreement.award)
    theirs = differences.Side(_("saved"), agreement.plan)
    typed = differences.Side(_("yours"), plan_versions.renumbered(agreement.award, form.lines()))
    currency = agreement.application.fund.currency
    return differences.between(theirs, typed, currency=currency, language=language(), fixed=fixed)


@bp.post("/grants/<int:id>/plan/text")
@guard(PLAN, load_under_way)
def import_plan(agreement: Agreement) -> Any:
    """Take a plan over from takentaal; every fault is shown with its line."""
    form = TakentaalForm()
    if not form.validate():
        return _text_page(agreement, form), 422
    try:
        service.import_plan(
            agreement, form.text.data, base=form.version.data or 0, actor=current_user, at=clock.now()
        )
    except plan.UnreadablePlan as unreadable:
        form.text.errors = [
            _("Line %(line)s: %(fault)s", line=line, fault=fault) for line, fault in unreadable.faults
        ]
        return _text_page(agreement, form), 422
    db.session.commit()
    flash(_("The plan is taken over. Look at it before you go on."))
    return redirect(url_for(".plan", id=agreement.award_id))


@bp.get("/grants/<int:id>/plan/text")
@guard(PLAN, load_under_way)
def plan_text(agreement: Agreement) -> Any:
    """Show the plan as text, to copy or to replace."""
    text = plan.to_takentaal(agreement.application.title, agreement.plan, milestones.marks(agreement.award))
    form = TakentaalForm(MultiDict({"version": str(agreement.row_version), "text": text}))
    return _text_page(agreement, form)


@bp.get("/grants/<int:id>/plan.takentaal")
@guard(SEE, load)
def plan_file(award: Award) -> Any:
    """Give the newest plan as a takentaal file."""
    version = award.agreement_under_way or award.agreement_in_force or award.agreements[-1]
    text = plan.to_takentaal(award.application.title, version.plan, milestones.marks(award))
    name = f"{award.application.code or award.id}.takentaal.txt"
    given = Response(text, mimetype="text/plain")
    given.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return given


@bp.post("/grants/<int:id>/plan/new")
@guard(PLAN, load)
def redraft(award: Award) -> Any:
    """Begin a new version of the agreement."""
    service.redraft(award, actor=current_user, at=clock.now())
    db.session.commit()
    flash(_("This is a new version. The present agreement stands until both have signed it."))
    return redirect(url_for(".plan", id=award.id))


def _plan_page(agreement: Agreement, form: PlanForm, clash: differences.Differences | None = None) -> str:
    lines = plan_versions.renumbered(agreement.award, form.lines())
    grant = agreement.award.amount_cents + agreement.change_cents
    return render_template(
        "grants/plan.html",
        clash=clash,
        grant=grant,
        agreement=agreement,
        award=agreement.award,
        fund=agreement.application.fund,
        form=form,
        lines=plan.shown(lines),
        total=plan.total(lines),
        left=grant - plan.total(lines),
        points=offering.open_points(agreement),
        may_offer=agreements.allows("offer", current_user, agreement),
    )


def _text_page(agreement: Agreement, form: TakentaalForm) -> str:
    return render_template("grants/plan_text.html", agreement=agreement, award=agreement.award, form=form)
