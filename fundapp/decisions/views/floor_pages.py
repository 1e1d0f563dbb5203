"""What is pressed during a meeting: open it, come in, call an item, vote, write down what it came to."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.accounts.models import User
from fundapp.applications import queries as applications
from fundapp.applications import reading
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.refusals import ChangedMeanwhile, Refusal
from fundapp.core.web import language
from fundapp.decisions import meeting_rows, meetings, reasons, service, voting
from fundapp.decisions.forms import CaptureForm, VoteForm
from fundapp.decisions.models import AgendaItem, Choice, Meeting, Outcome
from fundapp.decisions.rules import RUNS, SITS
from fundapp.decisions.views.blueprint import bp
from fundapp.decisions.views.meeting_pages import SEE_MEETING, WORDS, meeting_page
from fundapp.reviews import queries as reviews

Step = Callable[..., Any]


def _back(meeting: Meeting) -> Any:
    return redirect(url_for(".meeting", id=meeting.id))


def _do(meeting: Meeting, step: Step, row: Any, **values: Any) -> Any:
    """Take one step, and show the meeting again with why it was not taken, where it was not."""
    try:
        step(row, actor=current_user, at=g.arrived_at, **values)
    except Refusal as fault:
        db.session.rollback()
        return meeting_page(meeting, fault.message, fault.status)
    db.session.commit()
    return _back(meeting)


@bp.post("/panel/meetings/<int:id>/open")
@guard(RUNS, meeting_rows.seen_meeting)
def open_meeting(meeting: Meeting) -> Any:
    """Open the meeting."""
    return _do(meeting, meetings.open_meeting, meeting)


@bp.post("/panel/meetings/<int:id>/close")
@guard(RUNS, meeting_rows.seen_meeting)
def close_meeting(meeting: Meeting) -> Any:
    """Close the meeting, and go on with its minutes."""
    try:
        meetings.close_meeting(meeting, actor=current_user, at=g.arrived_at)
    except Refusal as fault:
        db.session.rollback()
        return meeting_page(meeting, fault.message, fault.status)
    db.session.commit()
    flash(_("Closed. Everybody who was there is asked to sign the minutes."))
    return redirect(url_for(".minutes", id=meeting.id))


@bp.post("/panel/meetings/<int:id>/reopen")
@guard(RUNS, meeting_rows.seen_meeting)
def reopen_meeting(meeting: Meeting) -> Any:
    """Open a closed meeting again, with the reason."""
    return _do(meeting, meetings.reopen, meeting, note=request.form.get("note", ""))


@bp.post("/panel/meetings/<int:id>/attend")
@guard(SITS, meeting_rows.seen_meeting)
def attend(meeting: Meeting) -> Any:
    """Keep that somebody came in or left: oneself, or, by the chair and secretary, anybody."""
    id = request.form.get("user", current_user.id, type=int)
    person = db.session.get(User, id) or current_user
    is_there = request.form.get("there", "1") == "1"

    def step(row: Meeting, *, actor: User, at: datetime) -> None:
        meetings.attend(row, person, is_there=is_there, actor=actor, at=at)

    return _do(meeting, step, meeting)


@bp.post("/panel/meetings/<int:id>/step")
@guard(RUNS, meeting_rows.seen_meeting)
def step_meeting(meeting: Meeting) -> Any:
    """Go to the next item, or back to the one before."""
    forward = request.form.get("forward", "1") == "1"
    item = meetings.beside(meeting, forward=forward)
    if item is None:
        return meeting_page(meeting, _("There is no item left in that direction."), 422)
    return _do(meeting, meetings.call, item)


# --- one item ------------------------------------------------------------------------


@bp.post("/panel/items/<int:id>/call")
@guard(RUNS, meeting_rows.run_item)
def call_item(item: AgendaItem) -> Any:
    """Speak about this item now."""
    return _do(item.meeting, meetings.call, item)


@bp.post("/panel/items/<int:id>/finish")
@guard(RUNS, meeting_rows.run_item)
def finish_item(item: AgendaItem) -> Any:
    """Finish this item."""
    return _do(item.meeting, meetings.finish, item)


@bp.post("/panel/items/<int:id>/votes")
@guard(RUNS, meeting_rows.seen_item)
def open_or_close_votes(item: AgendaItem) -> Any:
    """Open or close the voting."""
    is_opening = request.form.get("open") == "1"
    return _do(item.meeting, voting.open_votes if is_opening else voting.close_votes, item)


@bp.post("/panel/items/<int:id>/vote")
@guard(SITS, meeting_rows.seen_item)
def vote(item: AgendaItem) -> Any:
    """Vote."""
    form = VoteForm()
    form.amount.currency = item.application.fund.currency
    if not form.validate():
        return meeting_page(item.meeting, status=422, vote=form)
    try:
        voting.vote(
            item, Choice(form.choice.data), amount_cents=form.amount.data, actor=current_user, at=g.arrived_at
        )
    except Refusal as fault:
        db.session.rollback()
        return meeting_page(item.meeting, fault.message, fault.status)
    db.session.commit()
    flash(_("Your vote is in. You can change it until the voting is closed."))
    return _back(item.meeting)


@bp.post("/panel/items/<int:id>/capture")
@guard(RUNS, meeting_rows.seen_item)
def capture(item: AgendaItem) -> Any:
    """Keep what the panel came to, with both texts."""
    form = CaptureForm()
    form.offer(
        service.open_outcomes(item.application),
        item.application.fund.currency,
        reasons.reasons_of(item.fund_id),
    )
    if not form.validate():
        return meeting_page(item.meeting, status=422, capture=form)
    try:
        voting.capture(item, **_captured(form), actor=current_user, at=g.arrived_at)
    except ChangedMeanwhile as fault:
        db.session.rollback()
        form.shown.raw_data, form.shown.data = None, item.row_version
        return meeting_page(item.meeting, fault.message, 409, capture=form, theirs=fault.theirs)
    except Refusal as fault:
        db.session.rollback()
        return meeting_page(item.meeting, fault.message, fault.status, capture=form)
    db.session.commit()
    flash(_("Kept."))
    return _back(item.meeting)


def _captured(form: CaptureForm) -> dict[str, Any]:
    return {
        "outcome": Outcome(form.outcome.data) if form.outcome.data else None,
        "amount_cents": form.amount.data,
        "codes": form.codes.data or [],
        "to_applicant": form.to_applicant.data or "",
        "internal": form.internal.data or "",
        "shown": form.shown.data,
    }


@bp.get("/panel/items/<int:id>")
@guard(SEE_MEETING, meeting_rows.seen_item)
def item(item: AgendaItem) -> Any:
    """Let who sits in the meeting read a proposal and what reviewers say; who is out finds nothing."""
    application = item.application
    g.zone = application.fund.zone
    version = applications.version(application.id, application.version_number)
    assert version is not None  # noqa: S101 - what is on an agenda was sent in
    return render_template(
        "decisions/item.html", item=item, application=application, version=version,
        sections=reading.sections(
            version.form.definition, version.answers, language(), currency=application.fund.currency
        ),
        told=[one for one in reviews.reviews_for(current_user, application) if one.submitted_at], **WORDS,
    )  # fmt: skip
