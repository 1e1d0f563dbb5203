"""Pages of minutes: read, remarked on, signed by those who were there, and on paper."""

from typing import Any

from flask import Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.core import web
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.core.words import pick
from fundapp.decisions import meeting_rows, minutes_paper, reasons
from fundapp.decisions import minutes as minutes_of
from fundapp.decisions.forms import EmptyForm, RemarksForm
from fundapp.decisions.models import Meeting, MeetingState
from fundapp.decisions.rules import RUNS, SITS
from fundapp.decisions.views.blueprint import bp
from fundapp.decisions.views.meeting_pages import SEE_MEETING, WORDS


@bp.get("/panel/meetings/<int:id>/minutes")
@guard(SEE_MEETING, meeting_rows.seen_meeting)
def minutes(meeting: Meeting) -> Any:
    """Show the minutes as this person may read them."""
    return _minutes(meeting)


def _minutes(meeting: Meeting, refusal: str = "", status: int = 200) -> Any:
    g.zone = meeting.round.fund.zone
    written = minutes_of.book(current_user, meeting)
    told, signed = written.read_by(current_user.id), minutes_of.signatures(meeting, written)
    own = next((one for one in signed if one.user_id == current_user.id), None)
    known = {
        one.code: pick(one.name, web.language()) for one in reasons.reasons_of(meeting.fund_id, ended=True)
    }
    return render_template(
        "decisions/minutes.html", meeting=meeting, told=told, signed=signed, digest=minutes_of.digest(told),
        may_sign=own is not None and own.at is None and meeting.state is MeetingState.CLOSED,
        form=EmptyForm(), remarks=RemarksForm(formdata=None, remarks=meeting.remarks), refusal=refusal,
        may_run=RUNS(current_user, meeting), reasons=known, **WORDS,
    ), status  # fmt: skip


@bp.post("/panel/meetings/<int:id>/minutes")
@guard(RUNS, meeting_rows.seen_meeting)
def remark(meeting: Meeting) -> Any:
    """Change what the minutes say beside the items."""
    form = RemarksForm()
    if not form.validate():
        return _minutes(meeting, form.remarks.errors[0], 422)
    minutes_of.remark(meeting, form.remarks.data or "", actor=current_user, at=g.arrived_at)
    db.session.commit()
    flash(_("Kept. Who signed before signs again."))
    return redirect(url_for(".minutes", id=meeting.id))


@bp.post("/panel/meetings/<int:id>/sign")
@guard(SITS, meeting_rows.seen_meeting)
def sign_minutes(meeting: Meeting) -> Any:
    """Sign the minutes as they were on the page."""
    try:
        minutes_of.sign(meeting, shown=request.form.get("shown", ""), actor=current_user, at=g.arrived_at)
    except Refusal as fault:
        db.session.rollback()
        return _minutes(meeting, fault.message, fault.status)
    db.session.commit()
    flash(_("Signed."))
    return redirect(url_for(".minutes", id=meeting.id))


@bp.get("/panel/meetings/<int:id>/minutes.pdf")
@guard(SEE_MEETING, meeting_rows.seen_meeting)
def minutes_pdf(meeting: Meeting) -> Any:
    """Give the minutes on paper, as this person may read them."""
    written = minutes_of.book(current_user, meeting)
    told, signed = written.read_by(current_user.id), minutes_of.signatures(meeting, written)
    content = minutes_paper.content(meeting, told, signed, lang=web.language(), at=g.arrived_at)
    headers = {"Content-Disposition": f'inline; filename="minutes-{meeting.round.slug}-{meeting.number}.pdf"'}
    return Response(content, mimetype="application/pdf", headers=headers)
