"""Pages on which a manager prepares a disclosure under the Woo, and a second one checks it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.applications.rules import staff
from fundapp.core import clock, files
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.core.workflow import Move
from fundapp.reports import disclosed, disclosing, disclosure_pack
from fundapp.reports import disclosures as queries
from fundapp.reports.disclosure_workflow import (
    GROUNDS,
    JUDGEMENTS,
    TERM_DAYS,
    WORDS,
    ground_words,
    workflow,
)
from fundapp.reports.forms.disclosing import HERE, OPEN, CoverForm, JudgeForm, StepForm
from fundapp.reports.models import Disclosure, DisclosureMark, DisclosureState, Ground, Judgement
from fundapp.reports.views.blueprint import bp

ZIP = "application/zip"
GRANTED = "approve_disclosure"


def _disclosure(user: Any, id: int, **_rest: Any) -> Disclosure | None:
    found = queries.seen_disclosure(user, id)
    if found is not None:
        g.zone = found.application.fund.zone
    return found


# --- the file --------------------------------------------------------------------


@bp.get("/disclosures/<int:id>")
@guard(staff, _disclosure)
def disclosure(row: Disclosure) -> Any:
    """Show every document of the file with its judgement, and what is covered everywhere."""
    return _whole(row, CoverForm(formdata=None))


def _whole(row: Disclosure, form: CoverForm, status: int = 200) -> Any:
    return render_template(
        "reports/disclosure.html",
        row=row,
        application=row.application,
        documents=disclosed.of(row),
        marks=[one for one in row.marks if one.term and one.taken_off_at is None],
        form=form,
        moves=workflow.open_to(current_user, row),
        is_open=row.state is DisclosureState.PREPARING,
        state=WORDS[row.state],
        judgements=JUDGEMENTS,
        ground_words=ground_words,
        answer_by=row.asked_on + timedelta(days=TERM_DAYS) if row.asked_on else None,
    ), status


@bp.get("/disclosures/<int:id>/documents/<key>")
@guard(staff, _disclosure)
def disclosure_document(row: Disclosure) -> Any:
    """Show one document as it goes out, and what can be done about it."""
    return _document(row, CoverForm(formdata=None, in_document=True, where=HERE), JudgeForm(formdata=None))


def _document(row: Disclosure, form: CoverForm, judging: JudgeForm, status: int = 200) -> Any:
    key = (request.view_args or {})["key"]
    documents = disclosed.of(row)
    shown = next((one for one in documents if one.key == key), None) or abort(404)
    original = next(one for one in row.documents if one["key"] == key)
    if not judging.is_submitted():
        kept = Judgement.REFUSED if shown.judgement is Judgement.REFUSED else Judgement.PUBLIC
        judging.judgement.data, judging.grounds.data = kept.value, shown.grounds
    number = shown.number
    return render_template(
        "reports/disclosure_document.html",
        row=row,
        application=row.application,
        shown=shown,
        original=original,
        before=documents[number - 2] if number > 1 else None,
        after=documents[number] if number < len(documents) else None,
        marks=[one for one in row.marks if one.document == key and one.taken_off_at is None],
        form=form,
        judging=judging,
        is_open=row.state is DisclosureState.PREPARING,
        judgements=JUDGEMENTS,
        ground_words=ground_words,
        grounds=GROUNDS,
    ), status


# --- marks -----------------------------------------------------------------------


@bp.post("/disclosures/<int:id>/cover")
@guard(staff, _disclosure)
def cover(row: Disclosure) -> Any:
    """Cover a text everywhere, or leave it readable."""
    form = CoverForm()
    return _marked(row, form, url_for(".disclosure", id=row.id, _anchor="marks"), _whole)


@bp.post("/disclosures/<int:id>/documents/<key>/cover")
@guard(staff, _disclosure)
def cover_here(row: Disclosure) -> Any:
    """Cover a passage of one document, or a text everywhere."""
    key = (request.view_args or {})["key"]
    form = CoverForm(in_document=True)
    to = url_for(".disclosure_document", id=row.id, key=key)
    return _marked(
        row, form, to, lambda again, form, status: _document(again, form, JudgeForm(formdata=None), status)
    )


def _marked(row: Disclosure, form: CoverForm, to: str, page: Callable[..., Any]) -> Any:
    if not form.validate():
        return page(row, form, 422)
    given: dict[str, Any] = {"actor": current_user, "at": clock.now()}
    ground = Ground(form.ground.data)
    try:
        if form.where.data == OPEN:
            disclosing.leave_open(row, form.text.data, **given)
        elif form.where.data == HERE:
            disclosing.cover_here(row, (request.view_args or {})["key"], form.text.data, ground, **given)
        else:
            disclosing.cover(row, form.text.data, ground, **given)
    except Refusal as refused:
        db.session.rollback()
        form.text.errors = [refused.message]
        return page(_disclosure(current_user, row.id) or abort(404), form, refused.status)
    db.session.commit()
    flash(_("Left readable.") if form.where.data == OPEN else _("Covered."))
    return redirect(to)


def _mark(user: Any, id: int, mark: int) -> Disclosure | None:
    found = _disclosure(user, id)
    return found if found is not None and any(one.id == mark for one in found.marks) else None


@bp.post("/disclosures/<int:id>/marks/<int:mark>/off")
@guard(staff, _mark)
def take_off_mark(row: Disclosure) -> Any:
    """Take a mark off again."""
    number = (request.view_args or {})["mark"]
    mark: DisclosureMark = next(one for one in row.marks if one.id == number)
    disclosing.take_off(row, mark, actor=current_user, at=clock.now())
    db.session.commit()
    flash(_("The mark is off. The log keeps that it was there."))
    if mark.document:
        return redirect(url_for(".disclosure_document", id=row.id, key=mark.document))
    return redirect(url_for(".disclosure", id=row.id, _anchor="marks"))


@bp.post("/disclosures/<int:id>/documents/<key>/judge")
@guard(staff, _disclosure)
def judge_document(row: Disclosure) -> Any:
    """Decide about a whole document."""
    form, key = JudgeForm(), (request.view_args or {})["key"]
    cover_form = CoverForm(formdata=None, in_document=True, where=HERE)
    if not form.validate():
        return _document(row, cover_form, form, 422)
    grounds = [Ground(one) for one in form.grounds.data or []]
    try:
        disclosing.judge(
            row, key, Judgement(form.judgement.data), grounds, actor=current_user, at=clock.now()
        )
    except Refusal as refused:
        db.session.rollback()
        form.grounds.errors = [refused.message]
        return _document(_disclosure(current_user, row.id) or abort(404), cover_form, form, refused.status)
    db.session.commit()
    flash(_("Decided."))
    return redirect(url_for(".disclosure_document", id=row.id, key=key))


# --- steps -----------------------------------------------------------------------


@bp.get("/disclosures/<int:id>/steps/<name>")
@guard(staff, _disclosure)
def ask_disclosure_step(row: Disclosure) -> Any:
    """Ask before a step, and show what would go out."""
    return _ask(row, _move(row), StepForm(formdata=None))


@bp.post("/disclosures/<int:id>/steps/<name>")
@guard(staff, _disclosure)
def disclosure_step(row: Disclosure) -> Any:
    """Take a step: offer, send back, approve or stop."""
    form, move = StepForm(), _move(row)
    given: dict[str, Any] = {"actor": current_user, "at": clock.now()}
    try:
        if move.name == "offer_disclosure":
            disclosing.offer(row, **given)
        elif move.name == GRANTED:
            disclosing.approve(row, digest=form.digest.data or "", **given)
        else:
            disclosing.move(row, move.name, note=form.note.data or "", **given)
    except Refusal as refused:
        db.session.rollback()
        form.form_errors.append(refused.message)
        return _ask(_disclosure(current_user, row.id) or abort(404), move, form, refused.status)
    db.session.commit()
    flash(
        _("Approved. The pack is being made and lands among your downloads.")
        if move.name == GRANTED
        else _("Done.")
    )
    return redirect(url_for(".disclosure", id=row.id))


def _move(row: Disclosure) -> Move:
    name = (request.view_args or {})["name"]
    found = next((one for one in workflow if one.name == name), None)
    return found or abort(404)


def _ask(row: Disclosure, move: Move, form: StepForm, status: int = 200) -> Any:
    documents = disclosed.of(row)
    form.digest.data = disclosed.digest(documents)
    counts = [(JUDGEMENTS[one][1], sum(shown.judgement is one for shown in documents)) for one in Judgement]
    return render_template(
        "reports/disclosure_step.html",
        row=row,
        application=row.application,
        move=move,
        form=form,
        counts=counts,
    ), status


@bp.post("/disclosures/<int:id>/pack")
@guard(staff, _disclosure)
def order_pack(row: Disclosure) -> Any:
    """Have the pack made as it stands: a trial until it is approved."""
    disclosing.order(row, actor=current_user, at=clock.now())
    db.session.commit()
    flash(_("The pack is being made. It lands among your downloads."))
    return redirect(url_for("downloads.index"))


def _packed(user: Any, id: int) -> Disclosure | None:
    found = _disclosure(user, id)
    return found if found is not None and found.file_id is not None else None


@bp.get("/disclosures/<int:id>/pack.zip")
@guard(staff, _packed)
def kept_pack(row: Disclosure) -> Any:
    """Give the pack that was approved, as it was kept."""
    if row.file is None:
        abort(404)
    name = disclosure_pack.file_name(str(row.application.code))
    return send_file(files.place(row.file), mimetype=ZIP, as_attachment=True, download_name=name)
