"""Pages of a planned meeting: changing it, calling it off, its event for a calendar."""

from typing import Any

from flask import Response, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.accounts.rules import manager
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.decisions import meeting_changes, meeting_events, meeting_rows, meetings
from fundapp.decisions.forms import CancelForm, MeetingChangeForm
from fundapp.decisions.meeting_changes import Wanted
from fundapp.decisions.models import Meeting, SeatKind
from fundapp.decisions.rules import SITS
from fundapp.decisions.views.blueprint import bp
from fundapp.decisions.views.meeting_pages import meeting_page, people_in


@bp.get("/panel/meetings/<int:id>/change")
@guard(manager, meeting_rows.seen_meeting)
def change_meeting(meeting: Meeting) -> Any:
    """Show how a meeting is planned, to be changed."""
    seats = {kind: [str(one.user_id) for one in meeting.seats if one.kind is kind] for kind in SeatKind}
    form = MeetingChangeForm(
        formdata=None,
        place=meeting.place,
        link=meeting.link,
        chair=seats[SeatKind.CHAIR][0],
        secretary=(seats[SeatKind.SECRETARY] or [""])[0],
        members=seats[SeatKind.MEMBER],
        is_secret=meeting.is_secret,
        quorum=meeting.quorum,
    )
    zone = meeting.round.fund.zone
    form.starts.show(meeting.starts_at, zone)
    form.ends.show(meeting.ends_at, zone)
    return _page(meeting, form)


def _page(meeting: Meeting, form: MeetingChangeForm, status: int = 200) -> Any:
    g.zone = meeting.round.fund.zone
    form.offer(*meeting_rows.seatable(meeting.fund_id))
    return render_template("decisions/meeting_change.html", meeting=meeting, form=form), status


@bp.post("/panel/meetings/<int:id>/change")
@guard(manager, meeting_rows.seen_meeting)
def keep_meeting(meeting: Meeting) -> Any:
    """Change when, where and with whom a planned meeting is."""
    form = MeetingChangeForm()
    form.offer(*meeting_rows.seatable(meeting.fund_id))
    form.in_zone(meeting.round.fund.zone)
    if not form.validate():
        return _page(meeting, form, 422)
    try:
        changed = meeting_changes.change(
            meeting, _wanted(form), reason=form.reason.data or "", actor=current_user, at=g.arrived_at
        )
    except Refusal as fault:
        db.session.rollback()
        form.form_errors = [*form.form_errors, fault.message]
        return _page(meeting, form, fault.status)
    db.session.commit()
    flash(
        _("Changed; whom it concerns gets a mail.")
        if changed
        else _("Nothing was different: nothing changed.")
    )
    return redirect(url_for(".meeting", id=meeting.id))


def _wanted(form: MeetingChangeForm) -> Wanted:
    people = people_in(form)
    assert form.starts.instant is not None  # noqa: S101 - asked for by the form
    return Wanted(
        starts_at=form.starts.instant,
        ends_at=form.ends.instant,
        place=form.place.data or "",
        link=form.link.data or "",
        chair=people[form.chair.data],
        secretary=people[form.secretary.data],
        members=[people[id] for id in form.members.data or []],
        is_secret=bool(form.is_secret.data),
        quorum=int(form.quorum.data or 1),
    )


@bp.get("/panel/meetings/<int:id>/cancel")
@guard(manager, meeting_rows.seen_meeting)
def ask_cancel_meeting(meeting: Meeting) -> Any:
    """Ask before a meeting is called off."""
    return _ask_cancel(meeting, CancelForm(formdata=None))


def _ask_cancel(meeting: Meeting, form: CancelForm, status: int = 200) -> Any:
    return render_template("decisions/meeting_cancel.html", meeting=meeting, form=form), status


@bp.post("/panel/meetings/<int:id>/cancel")
@guard(manager, meeting_rows.seen_meeting)
def cancel_meeting(meeting: Meeting) -> Any:
    """Call a meeting off, with the reason."""
    form = CancelForm()
    if not form.validate():
        return _ask_cancel(meeting, form, 422)
    try:
        meetings.cancel(meeting, note=form.reason.data or "", actor=current_user, at=g.arrived_at)
    except Refusal as fault:
        db.session.rollback()
        return meeting_page(meeting, fault.message, fault.status)
    db.session.commit()
    flash(_("Called off; everybody who sits there gets a mail."))
    return redirect(url_for(".meeting", id=meeting.id))


@bp.get("/panel/meetings/<int:id>/event.ics")
@guard(SITS, meeting_rows.seen_meeting)
def meeting_event(meeting: Meeting) -> Response:
    """Give the meeting for one's own calendar, as the mail had it."""
    reader = current_user._get_current_object()
    text = meeting_events.event(meeting, reader, meeting_events.method_now(meeting), meeting.state_at)
    headers = {"Content-Disposition": f'attachment; filename="meeting-{meeting.number}.ics"'}
    return Response(text, mimetype="text/calendar", headers=headers)
