"""The advance: asked for, and asked again when it came back with a question."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.core import clock, once
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.grants.models import Award
from fundapp.grants.views import load as load_grant
from fundapp.payouts import advances
from fundapp.payouts.forms.settlements import AdvanceForm
from fundapp.payouts.models import Claim
from fundapp.payouts.rules import ASK
from fundapp.payouts.views import bp
from fundapp.payouts.views.claim_pages import load as load_claim


@bp.get("/grants/<int:id>/advance")
@guard(ASK, load_grant)
def advance(award: Award) -> Any:
    """Show how much the advance is, and ask."""
    return _advance_page(award, AdvanceForm(formdata=None))


@bp.post("/grants/<int:id>/advance")
@guard(ASK, load_grant)
def ask_advance(award: Award) -> Any:
    """Ask for the advance; sent twice, it is asked once."""
    form = AdvanceForm()
    if (done := once.result(form.once.data)) is not None:
        return redirect(done)
    try:
        made = advances.ask(award, form.note.data or "", actor=current_user, at=clock.now())
    except Refusal as refused:
        return _refused(award, form, refused)
    there = (
        url_for(".show", id=made[0].id)
        if len(made) == 1
        else url_for("grants.show", id=award.id, _anchor="scheme")
    )
    once.remember(form.once.data, there, at=clock.now())
    db.session.commit()
    flash(_("We have your request. You get mail at each step."))
    return redirect(there)


def _refused(award: Award, form: AdvanceForm, refused: Refusal) -> Any:
    id = award.id
    db.session.rollback()
    form.form_errors.append(refused.message)
    return _advance_page(db.session.get_one(Award, id), form), refused.status


def _advance_page(award: Award, form: AdvanceForm) -> str:
    divided = advances.parts(award)
    return render_template(
        "payouts/advance.html",
        award=award,
        fund=award.application.fund,
        form=form,
        cents=advances.amount(award),
        divided=divided,
        now=sum(one.cents for one in divided if one.claim is None and not one.fault),
        obstacle=advances.obstacle(award, divided),
    )


@bp.post("/claims/<int:id>/ask-again")
@guard(ASK, load_claim)
def ask_advance_again(asked: Claim) -> Any:
    """Send a request for the advance again that came back with a question."""
    note = request.form.get("note", "")[:2000]
    advances.ask_again(asked, note, actor=current_user, at=clock.now())
    db.session.commit()
    flash(_("We have your request. You get mail at each step."))
    return redirect(url_for(".show", id=asked.id))
