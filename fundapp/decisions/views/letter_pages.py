"""The outbox of letters: read over, changed one by one, held until the release; and letters on paper."""

from typing import Any

from flask import Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from fundapp.accounts.rules import auditor, manager
from fundapp.applications.rules import partner, staff
from fundapp.core import once
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.refusals import ChangedMeanwhile, Refusal
from fundapp.decisions import letter_papers, letter_rows, letters
from fundapp.decisions.forms import LetterForm, ReadForm
from fundapp.decisions.models import Letter, LetterState
from fundapp.decisions.rules import SEE
from fundapp.decisions.views.blueprint import bp
from fundapp.decisions.workflow import LETTER_WORDS
from fundapp.decisions.workflow import letters as workflow
from fundapp.rounds.models import Round
from fundapp.rounds.queries import office_round


@bp.get("/office/rounds/<int:id>/letters")
@guard(manager | auditor, office_round)
def outbox(round: Round) -> Any:
    """Show the letters of a round, whole, to be read over."""
    return _outbox(round)


def _outbox(round: Round, refusal: str = "", status: int = 200) -> Any:
    g.zone = round.fund.zone
    chosen = request.args.get("state", "")
    state = LetterState(chosen) if chosen in set(LetterState) else None
    page = max(1, request.args.get("page", 1, type=int))
    rows, more = letter_rows.outbox(current_user, round, state=state, page=page)
    readers = {id for row in rows for id in (row.read_by, row.edited_by) if id}
    return render_template(
        "decisions/outbox.html", round=round, rows=rows, more=more, page=page, state=state, refusal=refusal,
        counts=letter_rows.counts(current_user, round), names=letter_rows.names(readers),
        words=LETTER_WORDS, form=ReadForm(formdata=None), may_read=manager(current_user, round),
    ), status  # fmt: skip


@bp.post("/office/rounds/<int:id>/letters")
@guard(manager, office_round)
def read_over(round: Round) -> Any:
    """Say of the ticked letters that they may go."""
    form, to = ReadForm(), url_for(".outbox", id=round.id)
    if (done := once.result(form.once.data)) is not None:
        return redirect(done)
    ids = request.form.getlist("letters", type=int)
    rows = letter_rows.ticked(current_user, round, ids)
    shown = [(row, request.form.get(f"shown-{row.id}", 0, type=int)) for row in rows]
    try:
        count = letters.read_over(shown, actor=current_user, at=g.arrived_at)
    except Refusal as fault:
        db.session.rollback()
        return _outbox(round, fault.message, fault.status)
    if not count:
        return _outbox(round, _("Tick the letters first."), 422)
    once.remember(form.once.data, to, at=g.arrived_at)
    db.session.commit()
    flash(ngettext("One letter is read over and held.", "%(num)d letters are read over and held.", count))
    return redirect(to)


# --- one letter ------------------------------------------------------------------


@bp.get("/office/letters/<int:id>")
@guard(SEE, letter_rows.office_letter)
def letter(letter: Letter) -> Any:
    """Show one letter, with its words to change."""
    form = LetterForm(formdata=None, subject=letter.subject, body=letter.body, shown=letter.row_version)
    return _letter(letter, form)


def _letter(letter: Letter, form: LetterForm, status: int = 200, theirs: str = "") -> Any:
    g.zone = letter.application.round.fund.zone
    moves = {move.name for move in workflow.open_to(current_user, letter)}
    return render_template(
        "decisions/letter.html", letter=letter, form=form, words=LETTER_WORDS, moves=moves, theirs=theirs,
        written=[one for one in letters.preview(letter.decision) if one.to.id == letter.user_id],
        read=ReadForm(formdata=None),
    ), status  # fmt: skip


@bp.post("/office/letters/<int:id>")
@guard(staff, letter_rows.office_letter)
def change_letter(letter: Letter) -> Any:
    """Keep other words of one letter; it has to be read over again by somebody else."""
    form = LetterForm()
    if not form.validate():
        return _letter(letter, form, 422)
    try:
        letters.edit(
            letter, subject=form.subject.data, body=form.body.data, shown=form.shown.data,
            actor=current_user, at=g.arrived_at,
        )  # fmt: skip
    except ChangedMeanwhile as fault:
        db.session.rollback()
        form.shown.raw_data, form.shown.data = None, letter.row_version
        return _letter(letter, form, 409, fault.theirs)
    db.session.commit()
    flash(_("Kept. Somebody else reads this letter over before it goes."))
    return redirect(url_for(".letter", id=letter.id))


@bp.post("/office/letters/<int:id>/read")
@guard(staff, letter_rows.office_letter)
def read_letter(letter: Letter) -> Any:
    """Say of one letter that it may go."""
    shown = request.form.get("shown", 0, type=int)
    letters.read_over([(letter, shown)], actor=current_user, at=g.arrived_at)
    db.session.commit()
    flash(_("Read over. The letter is held until the release."))
    return redirect(url_for(".outbox", id=letter.application.round_id))


# --- on paper --------------------------------------------------------------------


@bp.get("/office/letters/<int:id>.pdf")
@guard(SEE, letter_rows.office_letter)
def letter_pdf(letter: Letter) -> Any:
    """Give a letter on paper: as it went out, or as it would."""
    return _pdf(letter)


@bp.get("/letters/<int:id>.pdf")
@guard(partner, letter_rows.own_letter)
def own_letter_pdf(letter: Letter) -> Any:
    """Give an applicant the letter they got."""
    return _pdf(letter)


def _pdf(letter: Letter) -> Response:
    content = letter_papers.content(letter, at=g.arrived_at)
    name = f"{letter.application.code}.pdf"
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return Response(content, mimetype="application/pdf", headers=headers)
