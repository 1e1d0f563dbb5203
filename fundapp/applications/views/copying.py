"""Using an earlier proposal for another call."""

from typing import Any

from flask import g, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from fundapp.applications import copying, service
from fundapp.applications.forms import CopyForm
from fundapp.applications.models import Application
from fundapp.applications.views.blueprint import bp, own
from fundapp.core import once
from fundapp.core.db import db
from fundapp.core.forms import options
from fundapp.core.guard import guard
from fundapp.core.rules import SIGNED_IN
from fundapp.core.web import language
from fundapp.core.words import pick
from fundapp.rounds import queries as rounds

NOWHERE = _l("Choose a call.")


def _form(application: Application) -> tuple[CopyForm, list[Any]]:
    found = rounds.open_rounds(g.arrived_at)
    form = CopyForm(round=request.args.get("round", ""))
    form.round.choices = options(
        (one.id, f"{pick(one.name, language())} · {pick(one.fund.name, language())}") for one in found
    )
    return form, found


@bp.get("/proposals/<int:id>/copy")
@guard(SIGNED_IN, own)
def copy(application: Application) -> Any:
    """Ask for which call an earlier proposal is to be used."""
    form, found = _form(application)
    return render_template("applications/copy.html", application=application, form=form, rounds=found)


@bp.post("/proposals/<int:id>/copy")
@guard(SIGNED_IN, own)
def copy_now(application: Application) -> Any:
    """Begin a draft with the answers of an earlier proposal."""
    form, found = _form(application)
    if done := once.result(form.once.data):
        return redirect(done)
    chosen = next((one for one in found if str(one.id) == form.round.data), None)
    if not form.validate() or chosen is None:
        form.round.errors = [NOWHERE]
        return render_template(
            "applications/copy.html", application=application, form=form, rounds=found
        ), 422
    made = copying.copy(application, chosen, actor=current_user._get_current_object(), at=g.arrived_at)
    target = url_for(".copied", id=made.id)
    once.remember(form.once.data, target, at=g.arrived_at)
    db.session.commit()
    return redirect(target)


@bp.get("/proposals/<int:id>/copied")
@guard(SIGNED_IN, own)
def copied(application: Application) -> Any:
    """Say what went along from an earlier proposal, and what did not."""
    if application.state not in service.WRITABLE or application.previous_id is None:
        return redirect(url_for(".show", id=application.id))
    return render_template(
        "applications/copied.html",
        application=application,
        misfits=copying.misfits(application, language()),
    )
