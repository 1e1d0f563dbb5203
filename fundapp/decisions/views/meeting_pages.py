"""Pages of meetings: planning one, its list, its agenda, the cockpit of the day."""

from typing import Any

from flask import Response, flash, g, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from fundapp.accounts.models import User
from fundapp.accounts.rules import auditor, manager
from fundapp.core import once
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.decisions import cockpit as cockpits
from fundapp.decisions import meeting_rows, meetings, reasons, service, voting
from fundapp.decisions.forms import CaptureForm, EmptyForm, MeetingForm, VoteForm
from fundapp.decisions.models import Meeting
from fundapp.decisions.rules import PANEL, RUNS, SITS
from fundapp.decisions.views.blueprint import bp
from fundapp.decisions.workflow import (
    CHOICE_WORDS,
    ITEM_WORDS,
    MEETING_WORDS,
    SEAT_WORDS,
)
from fundapp.decisions.workflow import meetings as workflow
from fundapp.rounds.models import Round
from fundapp.rounds.queries import office_round

SEE_MEETING = SITS | manager | auditor
WORDS = {
    "words": MEETING_WORDS,
    "item_words": ITEM_WORDS,
    "seat_words": SEAT_WORDS,
    "choice_words": CHOICE_WORDS,
}


@bp.get("/panel")
@guard(PANEL | manager)
def panel() -> Any:
    """List the meetings the person sits in."""
    return render_template("decisions/panel.html", rows=meeting_rows.meetings_of(current_user), **WORDS)


@bp.get("/office/rounds/<int:id>/meetings")
@guard(manager | auditor, office_round)
def meetings_of_round(round: Round) -> Any:
    """List the meetings of a round."""
    g.zone = round.fund.zone
    rows = meeting_rows.meetings_in(round)
    may_plan = manager(current_user, round)
    return render_template("decisions/meetings.html", round=round, rows=rows, may_plan=may_plan, **WORDS)


# --- planning ----------------------------------------------------------------------


@bp.get("/office/rounds/<int:id>/meetings/new")
@guard(manager, office_round)
def new_meeting(round: Round) -> Any:
    """Ask when, where and with whom the panel meets."""
    form = MeetingForm(formdata=None)
    form.in_zone(round.fund.zone)
    return _new(round, form)


def _new(round: Round, form: MeetingForm, status: int = 200) -> Any:
    g.zone = round.fund.zone
    form.offer(*meeting_rows.seatable(round.fund_id))
    return render_template("decisions/meeting_new.html", round=round, form=form), status


@bp.post("/office/rounds/<int:id>/meetings/new")
@guard(manager, office_round)
def plan_meeting(round: Round) -> Any:
    """Plan a meeting."""
    form = MeetingForm()
    if (done := once.result(form.once.data)) is not None:
        return redirect(done)
    form.offer(*meeting_rows.seatable(round.fund_id))
    form.in_zone(round.fund.zone)
    if not form.validate():
        return _new(round, form, 422)
    try:
        made = _plan(round, form)
    except Refusal as fault:
        db.session.rollback()
        form.members.errors = [fault.message]
        return _new(round, form, 422)
    to = url_for(".meeting", id=made.id)
    once.remember(form.once.data, to, at=g.arrived_at)
    db.session.commit()
    flash(
        _(
            "Planned, and all who sit there are invited. The agenda is in the order in which people with "
            "ties walk least."
        )
    )
    return redirect(to)


def _plan(round: Round, form: MeetingForm) -> Meeting:
    people = people_in(form)
    assert form.starts.instant is not None  # noqa: S101 - asked for by the form
    return meetings.plan(
        round,
        starts_at=form.starts.instant,
        ends_at=form.ends.instant,
        place=form.place.data or "",
        link=form.link.data or "",
        chair=people[form.chair.data],
        secretary=people[form.secretary.data],
        members=[people[id] for id in form.members.data or []],
        is_secret=bool(form.is_secret.data),
        quorum=int(form.quorum.data or 1),
        actor=current_user,
        at=g.arrived_at,
    )


def people_in(form: MeetingForm) -> dict[str, User]:
    """Load those who were chosen in a form, by id as text."""
    chosen = [form.chair.data, form.secretary.data, *(form.members.data or [])]
    return {id: db.session.get_one(User, int(id)) for id in chosen}


# --- the day -----------------------------------------------------------------------


@bp.get("/panel/meetings/<int:id>")
@guard(SEE_MEETING, meeting_rows.seen_meeting)
def meeting(meeting: Meeting) -> Any:
    """Show a meeting: the present item, votes, the agenda."""
    return meeting_page(meeting)


def meeting_page(
    meeting: Meeting,
    refusal: str = "",
    status: int = 200,
    *,
    capture: CaptureForm | None = None,
    vote: VoteForm | None = None,
    theirs: str = "",
) -> Any:
    """Draw the page of a meeting, with what was typed and why it was not taken."""
    g.zone = meeting.round.fund.zone
    page = cockpits.cockpit(current_user, meeting)
    return render_template(
        "decisions/meeting.html", meeting=meeting, page=page, refusal=refusal, theirs=theirs,
        form=EmptyForm(), vote=vote or _vote(page), capture=_capture(page, capture),
        moves={move.name for move in workflow.open_to(current_user, meeting)}, at=g.arrived_at, **WORDS,
    ), status  # fmt: skip


def _vote(page: cockpits.Cockpit) -> VoteForm | None:
    if not page.may_vote or page.live is None:
        return None
    choice, cents = page.live.own or (None, None)
    return VoteForm(formdata=None, choice=choice.value if choice else None, amount=cents)


def _capture(page: cockpits.Cockpit, typed: CaptureForm | None) -> CaptureForm | None:
    """Give the form in which chair and secretary write down what the panel came to."""
    if not page.may_run or page.live is None or not page.is_running:
        return None
    item = page.live.item
    said = "\n\n".join(one.to_applicant.strip() for one in page.live.told if one.to_applicant.strip())
    form = typed or CaptureForm(
        formdata=None,
        outcome=item.outcome.value if item.outcome else "",
        amount=item.amount_cents or item.application.requested_cents,
        codes=item.reasons,
        to_applicant=item.to_applicant or ("" if item.outcome else said),
        internal=item.internal,
        shown=item.row_version,
    )
    form.offer(
        service.open_outcomes(item.application),
        item.application.fund.currency,
        reasons.reasons_of(item.fund_id),
    )
    return form


@bp.get("/panel/meetings/<int:id>/live")
@guard(SEE_MEETING, meeting_rows.seen_meeting)
def meeting_live(meeting: Meeting) -> Any:
    """Give the part of the page that changes by itself, as {"html", "agenda"}; 304 while nothing did."""
    g.zone = meeting.round.fund.zone
    page = cockpits.cockpit(current_user, meeting)
    mark = page.mark()
    answer = Response(status=304)
    if mark not in request.if_none_match:
        given = {"meeting": meeting, "page": page, "vote": _vote(page), **WORDS}
        html, agenda = (render_template(f"decisions/_{part}.html", **given) for part in ("live", "agenda"))
        answer = jsonify(html=html, agenda=agenda)
    answer.set_etag(mark)
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


@bp.post("/panel/meetings/<int:id>/order")
@guard(RUNS, meeting_rows.seen_meeting)
def order_agenda(meeting: Meeting) -> Any:
    """Order what is still to come."""
    chosen = request.form.get("by", "")
    by = meetings.By(chosen) if chosen in set(meetings.By) else meetings.By.WALKS
    meetings.refill(meeting, actor=current_user, at=g.arrived_at)
    found = meetings.order(meeting, by, actor=current_user, at=g.arrived_at)
    db.session.commit()
    walks = ngettext(
        "In this order somebody leaves or comes back once.",
        "In this order people leave or come back %(num)d times.",
        found.walks,
    )
    least = _("No order has fewer.") if by is meetings.By.WALKS and found.is_exact else ""
    flash(f"{walks} {least}".strip())
    return redirect(url_for(".meeting", id=meeting.id))


@bp.post("/panel/meetings/<int:id>/propose")
@guard(RUNS, meeting_rows.seen_meeting)
def propose_captured(meeting: Meeting) -> Any:
    """Propose what the panel came to."""
    try:
        made, left = voting.propose_captured(meeting, actor=current_user, at=g.arrived_at)
    except Refusal as fault:
        db.session.rollback()
        return meeting_page(meeting, fault.message, fault.status)
    db.session.commit()
    flash(ngettext("One decision is proposed.", "%(num)d decisions are proposed.", len(made)))
    if left:
        flash(
            ngettext(
                "One waits for a manager who was in the room.",
                "%(num)d wait for a manager who was in the room.",
                left,
            ),
            "warn",
        )
    return redirect(url_for(".meeting", id=meeting.id))
