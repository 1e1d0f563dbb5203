"""Pages on which a proposal is written, checked and sent; nothing that was typed is lost on the way."""

from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.applications import forms, reading, service
from fundapp.applications.drafts import AnswersChanged
from fundapp.applications.models import Application
from fundapp.applications.rules import owner, writer
from fundapp.applications.sheets import Sheet
from fundapp.applications.versions import NotComplete
from fundapp.applications.views import attaching, clashing
from fundapp.applications.views.blueprint import bp, own, own_sheet
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.core.forms import EmptyForm
from fundapp.core.guard import guard
from fundapp.core.refusals import MoveRefused
from fundapp.core.rules import SIGNED_IN, Rule
from fundapp.core.web import language, zone

WRITES = Rule(lambda user, sheet: writer(user, sheet.application), "writer")


def _form(sheet: Sheet) -> forms.ProposalForm:
    assert sheet.section is not None  # noqa: S101  the address names one
    return forms.build(
        sheet.section,
        sheet.values,
        sheet.revisions,
        language=language(),
        currency=sheet.application.fund.currency,
        asked=sheet.asked,
    )


@bp.get("/proposals/<int:id>/edit/<section>")
@guard(WRITES, own_sheet)
def edit(sheet: Sheet) -> Any:
    """Show one section to write in."""
    if sheet.application.state not in service.WRITABLE:
        return redirect(url_for(".show", id=sheet.application.id))
    if gate := sheet.waits_for:
        flash(_("A few checks come first: they save you the work if this call is not for you."), "info")
        return redirect(url_for(".edit", id=sheet.application.id, section=gate.key))
    in_the_middle = "rows" in request.args  # of filling a table: not the moment to find fault
    return _page(sheet, _form(sheet), with_missing="check" in request.args, blames=not in_the_middle)


@bp.post("/proposals/<int:id>/edit/<section>")
@guard(WRITES, own_sheet)
def edit_save(sheet: Sheet) -> Any:
    """Keep a section, whole or not, and go where the pressed button leads."""
    form = _form(sheet)
    form.drop(request.form.get("remove", ""))
    try:
        _keep(sheet, form)
    except AnswersChanged as clash:
        return clashing.page(sheet, form, clash), 409
    except MoveRefused as refused:
        flash(refused.message, "bad")
        return _page(sheet, form, with_missing=False), 409
    unfit_files = attaching.take(sheet) if attaching.is_asked() else {}
    sheet = sheet.again()
    form.version.data = forms.version_of(sheet.revisions, str(form.asked.data).split())
    return _with_files(sheet, form, unfit_files) if attaching.is_asked() else _onwards(sheet, form)


def _keep(sheet: Sheet, form: forms.ProposalForm) -> dict[str, int]:
    """Save what was typed; on a clash the answers that do not clash are kept too."""
    actor, answers = current_user._get_current_object(), form.answers()
    if clashing.is_settled():
        answers = clashing.settled(answers, sheet.values)
    try:
        kept = service.save(sheet.application, answers, form.bases(), actor=actor, at=g.arrived_at)
    finally:
        db.session.commit()
    return kept


def _with_files(sheet: Sheet, form: forms.ProposalForm, refused: dict[str, str]) -> Any:
    """Go on after files came or went: stay where a button for files was pressed, or say what is wrong."""
    if not refused and not attaching.stays():
        return _onwards(sheet, form)
    if refused:
        form.show_files(sheet.values, refused)
        return _page(sheet, form, with_missing=False), 422
    key = request.form.get("attach") or request.form.get("detach", "").partition(":")[0]
    at: dict[str, Any] = {"id": sheet.application.id, "section": sheet.section.key if sheet.section else ""}
    return redirect(url_for(".edit", **at, rows=1, _anchor=forms.MARK + key))


def _onwards(sheet: Sheet, form: forms.ProposalForm) -> Any:
    """Go on after a save: back to the same rows, to the list, or to the next section when this one holds."""
    at: dict[str, Any] = {"id": sheet.application.id, "section": sheet.section.key if sheet.section else ""}
    if row := request.form.get("row") or request.form.get("remove"):
        return redirect(url_for(".edit", **at, rows=1, _anchor=forms.MARK + row.partition(":")[0]))
    if "stop" in request.form:
        flash(_("Saved. You can go on whenever you like."))
        return redirect(url_for(".index"))
    if clashing.is_settled():
        flash(clashing.told())
        return redirect(url_for(".edit", **at))
    stays = sheet.unfit and "anyway" not in request.form
    if stays or sheet.here(sheet.faults(), with_missing=False):
        return _page(sheet, form, with_missing=False), 422
    following = sheet.following()
    if following is None:
        return redirect(url_for(".check", id=at["id"]))
    return redirect(url_for(".edit", id=at["id"], section=following.key))


def _page(sheet: Sheet, form: forms.ProposalForm, *, with_missing: bool, blames: bool = True) -> str:
    faults = sheet.faults()
    form.offer_rows()
    if blames:
        form.blame(one for one in sheet.here(faults, with_missing=with_missing) if one.code != "gate")
    return render_template(
        "applications/edit.html",
        sheet=sheet,
        application=sheet.application,
        form=form,
        mark=forms.MARK,
        unfit=sheet.unfit,
        steps=sheet.steps(faults, language()),
        is_open=service.takes(sheet.application, g.arrived_at),
    )


@bp.post("/proposals/<int:id>/autosave/<section>")
@guard(WRITES, own_sheet)
def autosave(sheet: Sheet) -> Any:
    """Keep a section while it is being typed; answers with the time and the new revisions."""
    form = _form(sheet)
    try:
        revisions = sheet.revisions | _keep(sheet, form)
    except AnswersChanged as clash:
        return {"message": clash.message, "fields": [one.field for one in clash.clashes]}, 409
    except MoveRefused as refused:
        return {"message": refused.message}, 409
    keys = str(form.asked.data or "").split()
    saved_at = f"{clock.local(g.arrived_at, zone()):%H:%M}"
    return {"saved_at": saved_at, "version": forms.version_of(revisions, keys)}


@bp.get("/proposals/<int:id>/check")
@guard(SIGNED_IN, own_sheet)
def check(sheet: Sheet) -> Any:
    """Show the whole proposal as reviewers will read it, what is missing, and the button that sends it."""
    if sheet.application.state not in service.WRITABLE:
        return redirect(url_for(".show", id=sheet.application.id))
    return _check_page(sheet, EmptyForm())


def _check_page(sheet: Sheet | None, form: EmptyForm) -> str:
    if sheet is None:
        abort(404)
    faults, application = sheet.faults(), sheet.application
    parts = reading.sections(
        sheet.form.definition,
        sheet.values,
        language(),
        currency=application.fund.currency,
        file_link=attaching.own_link,
    )
    return render_template(
        "applications/check.html",
        sheet=sheet,
        application=application,
        form=form,
        mark=forms.MARK,
        faults=faults,
        pieces=parts,
        steps=sheet.steps(faults, language()),
        is_open=service.takes(application, g.arrived_at),
        may_send=owner(current_user, application),
        is_sent=application.version_number > 0,
        unsent=service.has_unsent(application),
    )


@bp.post("/proposals/<int:id>/submit")
@guard(owner, own)
def submit(application: Application) -> Any:
    """Send the proposal in; the instant at which the request arrived decides. Too late: the text stays."""
    try:
        version = service.submit(application, actor=current_user._get_current_object(), at=g.arrived_at)
    except (NotComplete, service.TooLate) as refused:
        db.session.rollback()
        flash(refused.message, "bad")
        if isinstance(refused, NotComplete):
            return redirect(url_for(".check", id=application.id))
        return _check_page(own_sheet(current_user, application.id), EmptyForm()), 422
    db.session.commit()
    flash(
        _("Sent and received as %(code)s, version %(number)d.", code=application.code, number=version.number)
    )
    return redirect(url_for(".show", id=application.id))
