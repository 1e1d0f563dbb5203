"""The page that makes a round after an earlier one."""

from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.core import once
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.rounds import clones
from fundapp.rounds.forms.clones import CloneForm
from fundapp.rounds.models import Round
from fundapp.rounds.rules import MANAGE
from fundapp.rounds.views.blueprint import bp, seen


@bp.get("/office/rounds/<int:id>/clone")
@guard(MANAGE, seen)
def clone(round: Round) -> Any:
    """Ask for the address, the name and the dates of the new round."""
    form = CloneForm(formdata=None).for_round(round, at=g.arrived_at, fresh=True)
    return render_template("rounds/clone.html", round=round, form=form)


@bp.post("/office/rounds/<int:id>/clone")
@guard(MANAGE, seen)
def make_clone(round: Round) -> Any:
    """Prepare the new round, in draft."""
    form = CloneForm().for_round(round, at=g.arrived_at, fresh=False)
    if done := once.result(form.once.data):
        return redirect(done)
    made = _made(round, form) if form.validate() else None
    if made is None:
        return render_template("rounds/clone.html", round=round, form=form), 422
    db.session.flush()  # its address carries its id
    once.remember(form.once.data, url_for(".show", id=made.id), at=g.arrived_at)
    db.session.commit()
    flash(_("The round is prepared. Look its dates and texts over before you publish it."))
    return redirect(url_for(".show", id=made.id))


def _made(round: Round, form: CloneForm) -> Round | None:
    """Clone; a refusal is shown above the form, whose entries stay."""
    try:
        actor = current_user._get_current_object()
        return clones.clone(round, **form.values(), actor=actor, at=g.arrived_at)
    except Refusal as refused:
        db.session.rollback()
        form.form_errors = [*form.form_errors, refused.message]
        return None
