"""One's own page of reminders: rhythm, what not, and the address of a calendar."""

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.core import due, mail
from fundapp.core.db import db
from fundapp.core.forms import EmptyForm
from fundapp.core.guard import guard
from fundapp.core.rules import SIGNED_IN
from fundapp.reminders import habits
from fundapp.reminders.forms import HabitForm
from fundapp.reminders.models import Rhythm
from fundapp.reminders.views.blueprint import bp


def _form(*, fresh: bool) -> HabitForm:
    kinds = [kind for kind in due.KINDS.values() if kind.is_optional]
    return HabitForm().for_habit(habits.of(current_user), kinds, habits.muted_by(current_user), fresh=fresh)


def _page(form: HabitForm, status: int = 200, secret: str = "") -> Any:
    fixed = [kind.words for kind in due.KINDS.values() if not kind.is_optional]
    return render_template(
        "reminders/settings.html",
        form=form,
        fixed=fixed,
        button=EmptyForm(),
        calendar=habits.calendar_of(current_user),
        address=mail.link("reminders.calendar", secret=secret) if secret else "",
    ), status


@bp.get("/reminders")
@guard(SIGNED_IN)
def settings() -> Any:
    """Show how the person is reminded."""
    return _page(_form(fresh=True))


@bp.post("/reminders")
@guard(SIGNED_IN)
def change() -> Any:
    """Keep how the person wishes to be reminded."""
    form = _form(fresh=False)
    if not form.validate():
        return _page(form, 422)
    habits.change(
        rhythm=Rhythm(form.rhythm.data),
        hour=int(form.hour.data) if form.hour.data else None,
        weekday=int(form.weekday.data),
        zone=form.zone.data or None,
        actor=current_user,
        at=g.arrived_at,
    )
    off = [key for key in habits.optional_kinds() if key not in (form.wanted.data or [])]
    habits.mute(off, actor=current_user, at=g.arrived_at)
    db.session.commit()
    flash(_("Kept. It holds from the next reminder on."))
    return redirect(url_for(".settings"))


@bp.post("/reminders/calendar")
@guard(SIGNED_IN)
def calendar_open() -> Any:
    """Make a secret address of the person's calendar and show it, this once."""
    secret = habits.open_calendar(actor=current_user, at=g.arrived_at)
    db.session.commit()
    return _page(_form(fresh=request.method == "POST"), secret=secret)


@bp.post("/reminders/calendar/close")
@guard(SIGNED_IN)
def calendar_close() -> Any:
    """End the address of the person's calendar."""
    habits.close_calendar(actor=current_user, at=g.arrived_at)
    db.session.commit()
    flash(_("The address does not work any more."))
    return redirect(url_for(".settings") + "#calendar")
