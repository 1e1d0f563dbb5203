"""Steps of a grant that ask for a reason first."""

from collections.abc import Callable
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.core import clock
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.core.web import language
from fundapp.core.workflow import Move
from fundapp.funds.models import PaymentScheme
from fundapp.grants import awards, closing, ending_letters, queries
from fundapp.grants.forms import NoteForm
from fundapp.grants.forms.schemes import SchemeForm
from fundapp.grants.models import Award
from fundapp.grants.report_days import ENDED
from fundapp.grants.rules import RUN, SEE
from fundapp.grants.views import bp, load
from fundapp.grants.workflow import BY_HAND, workflow

STEPS: dict[str, Callable[..., Any]] = {
    "pause": awards.pause,
    "resume": awards.resume,
    "complete": awards.complete,
    "terminate": awards.terminate,
}


def _award(user: Any, id: int, name: str) -> Award | None:
    return load(user, id) if name in BY_HAND else None


@bp.get("/grants/<int:id>/steps/<name>")
@guard(RUN, _award)
def ask_step(award: Award) -> Any:
    """Ask before a step of a grant, with a reason where one is wanted."""
    return _ask(award, _move(), NoteForm(formdata=None))


@bp.post("/grants/<int:id>/steps/<name>")
@guard(RUN, _award)
def step(award: Award) -> Any:
    """Take a step of a grant."""
    move, form, id = _move(), NoteForm(), award.id
    if move.wants_note and not (form.note.data or "").strip():
        form.note.errors = [_("Give a reason for this step.")]
        return _ask(award, move, form), 422
    try:
        STEPS[move.name](award, actor=current_user, at=clock.now(), note=form.note.data or "")
    except Refusal as refused:
        db.session.rollback()
        form.form_errors.append(refused.message)
        return _ask(load(current_user, id) or abort(404), move, form), refused.status
    db.session.commit()
    flash(_("Done: %(step)s.", step=move.label))
    return redirect(url_for(".show", id=id))


def _move() -> Move:
    name = (request.view_args or {})["name"]
    if name not in workflow.moves:
        abort(404)
    move: Move = workflow[name]
    return move


def _ask(award: Award, move: Move, form: NoteForm) -> str:
    subject = award.application.title
    return render_template(
        "grants/step.html",
        award=award,
        fund=award.application.fund,
        subject=subject,
        move=move,
        form=form,
        points=closing.open_points(award) if move.name == "complete" else [],
        standing=queries.standing(award),
    )


# --- how it is paid ------------------------------------------------------------------


@bp.get("/grants/<int:id>/scheme")
@guard(RUN, load)
def scheme(award: Award) -> Any:
    """Show how the grant is paid, to choose while nothing is offered."""
    chosen = {"scheme": award.scheme.value, "percent": award.advance_percent}
    return _scheme_page(award, SchemeForm(formdata=None, **chosen))


@bp.post("/grants/<int:id>/scheme")
@guard(RUN, load)
def choose_scheme(award: Award) -> Any:
    """Choose how the grant is paid."""
    form = SchemeForm()
    if not form.validate():
        return _scheme_page(award, form), 422
    scheme, percent = PaymentScheme(form.scheme.data), form.percent.data or award.advance_percent
    awards.choose_scheme(award, scheme, percent, actor=current_user, at=clock.now())
    db.session.commit()
    flash(_("Kept: how this grant is paid."))
    return redirect(url_for(".show", id=award.id))


def _scheme_page(award: Award, form: SchemeForm) -> str:
    is_open = awards.is_scheme_open(award)
    return render_template("grants/scheme.html", award=award, form=form, is_open=is_open)


# --- letters -------------------------------------------------------------------------


def _ended(user: Any, id: int) -> Award | None:
    award = load(user, id)
    return award if award is not None and award.state in ENDED else None


@bp.get("/grants/<int:id>/letter.pdf")
@guard(SEE, _ended)
def ending_letter(award: Award) -> Any:
    """Give the letter that closes a grant, or ends it early, as PDF."""
    given = Response(ending_letters.letter_of(award, language()), mimetype="application/pdf")
    name = f"{award.application.code or award.id}-letter.pdf"
    given.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return given
