"""The page on which a member of a panel says, before the meeting, with which proposals they have a tie."""

from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.decisions import panel_ties
from fundapp.decisions.forms.ties import TiesForm, ties_form
from fundapp.decisions.models import Meeting
from fundapp.decisions.rules import SITS
from fundapp.decisions.views.blueprint import bp


def _load(user: Any, id: int) -> Meeting | None:
    found = panel_ties.planned_for(user, id)
    if found is not None:
        g.zone = found.round.fund.zone
    return found


@bp.get("/panel/meetings/<int:id>/ties")
@guard(SITS, _load)
def panel_ties_of(meeting: Meeting) -> Any:
    """Ask a member about ties with each proposal on the agenda."""
    applications = panel_ties.waiting(current_user, meeting)
    return _page(meeting, applications, ties_form(applications, formdata=None))


def _page(meeting: Meeting, applications: Any, form: TiesForm, status: int = 200) -> Any:
    return render_template(
        "decisions/ties.html", meeting=meeting, form=form, applications=applications
    ), status


@bp.post("/panel/meetings/<int:id>/ties")
@guard(SITS, _load)
def say_panel_ties(meeting: Meeting) -> Any:
    """Keep what a member says; what they have a tie with is gone from their pages."""
    actor = current_user._get_current_object()
    applications = panel_ties.waiting(actor, meeting)
    form = ties_form(applications)
    if not form.validate():
        return _page(meeting, applications, form, 422)
    count = panel_ties.declare(meeting, form.said, actor=actor, at=g.arrived_at)
    db.session.commit()
    if count:
        flash(ngettext("Kept: one answer.", "Kept: %(num)d answers.", count))
    else:
        flash(_("Nothing was said."), "info")
    return redirect(url_for(".meeting" if count == len(applications) else ".panel_ties_of", id=meeting.id))
