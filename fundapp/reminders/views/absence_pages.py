"""One's own days away, for everybody: from when until when, and who stands in."""

from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.accounts.models import Absence, User
from fundapp.core import clock, once
from fundapp.core.db import db
from fundapp.core.forms import EmptyForm
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.core.rules import SIGNED_IN
from fundapp.core.web import zone
from fundapp.reminders import absences
from fundapp.reminders.forms import AbsenceForm
from fundapp.reminders.views.blueprint import bp


def _form(colleagues: list[User]) -> AbsenceForm:
    return AbsenceForm().offer(colleagues)


def _page(form: AbsenceForm, status: int = 200) -> Any:
    today = clock.day(g.arrived_at, zone())
    rows = absences.to_come(current_user, on=today)
    return render_template(
        "reminders/absence.html", form=form, rows=rows, today=today, button=EmptyForm(formdata=None)
    ), status


@bp.get("/away")
@guard(SIGNED_IN)
def absence() -> Any:
    """Show a person's days away and ask for more."""
    return _page(_form(absences.colleagues(current_user)))


@bp.post("/away")
@guard(SIGNED_IN)
def go_away() -> Any:
    """Write down days away."""
    colleagues = absences.colleagues(current_user)
    form = _form(colleagues)
    if (done := once.result(form.once.data)) is not None:
        return redirect(done)
    if not form.validate() or form.first.data is None or form.last.data is None:
        return _page(form, 422)
    wanted = form.stand_in.data if form.stand_in else ""
    stand_in = next((one for one in colleagues if str(one.id) == wanted), None)
    today = clock.day(g.arrived_at, zone())
    given: dict[str, Any] = {"actor": current_user, "today": today, "at": g.arrived_at}
    try:
        absences.go_away(form.first.data, form.last.data, stand_in, **given)
    except Refusal as refused:
        db.session.rollback()
        form.last.errors = [*form.last.errors, refused.message]
        return _page(form, 422)
    once.remember(form.once.data, url_for(".absence"), at=g.arrived_at)
    db.session.commit()
    flash(_("Kept. While you are away only what is urgent comes by mail."))
    return redirect(url_for(".absence"))


@bp.post("/away/<int:id>/back")
@guard(SIGNED_IN, absences.own)
def come_back(row: Absence) -> Any:
    """Take days away back."""
    absences.come_back(row, actor=current_user, at=g.arrived_at)
    db.session.commit()
    flash(_("Taken back. Your reminders come again."))
    return redirect(url_for(".absence"))
