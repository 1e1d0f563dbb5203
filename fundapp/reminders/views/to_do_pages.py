"""What is to be done: one page for each person, whatever their roles; lines can be put off."""

from datetime import datetime, time
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.core import bounces, clock, due, todo
from fundapp.core.db import db
from fundapp.core.forms import EmptyForm
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.core.rules import SIGNED_IN
from fundapp.core.web import language, zone
from fundapp.core.words import pick
from fundapp.reminders import dates, habits
from fundapp.reminders.forms import SnoozeForm
from fundapp.reminders.views.blueprint import bp


@bp.get("/to-do")
@guard(SIGNED_IN)
def to_do() -> Any:
    """List what waits for the person, the first due first; what was put off stands apart."""
    after = request.args.get("after", "")
    person = current_user._get_current_object()
    page = todo.page(person, g.arrived_at, after)
    put_off = habits.put_off(person, g.arrived_at)
    lines = [_line(line, put_off) for line in page.lines]
    listed = {(line.kind, line.ref) for line in page.lines}
    own_dates = [] if after else dates.of(person, g.arrived_at, listed)
    older = url_for(".to_do", after=page.after) if page.after else None
    return render_template(
        "reminders/to_do.html",
        lines=[line for line in lines if line["until_at"] is None],
        later=[line for line in lines if line["until_at"] is not None],
        dates=[_date(one, put_off) for one in own_dates],
        page={"older_url": older, "newer_url": url_for(".to_do") if after else None, "count_text": ""},
        at=g.arrived_at,
        button=EmptyForm(),
        bad_address=bounces.is_bad(person.email),
    )


def _line(line: Any, put_off: dict[tuple[str, int], datetime]) -> dict[str, Any]:
    """Give one line as the page draws it."""
    kind = todo.KINDS[line.kind]
    words = str(kind.words)
    return {
        "kind": line.kind,
        "ref": line.ref,
        "until_at": put_off.get((line.kind, line.ref)),
        "words": words % {"number": line.number} if line.number is not None else words,
        "which": pick(todo.texts(line.label), language()),
        "code": line.code,
        "url": url_for(kind.endpoint, **kind.values(line)),
        "seen_url": url_for(kind.seen, **kind.values(line)) if kind.seen else None,
        "due_at": line.due_at,
        "since_at": line.since_at,
        "is_late": line.due_at is not None and line.due_at < g.arrived_at,
    }


def _date(one: dates.Date, put_off: dict[tuple[str, int], datetime]) -> dict[str, Any]:
    """Give one date as the page draws it."""
    return {
        "kind": one.kind.key,
        "ref": one.row.subject_id,
        "words": one.kind.words,
        "about": one.about,
        "code": one.code,
        "url": url_for(one.kind.endpoint, **one.kind.values(one.row)),
        "due_at": one.row.due_at,
        "is_day": one.row.is_day,
        "is_late": one.is_late,
        "until_at": put_off.get((one.kind.key, one.row.subject_id)),
    }


def _known(_user: Any, kind: str, ref: int) -> tuple[str, int]:
    if kind not in {*todo.KINDS, *due.KINDS} or ref >= 2**31:
        abort(404)
    return (kind, ref)


@bp.get("/to-do/<kind>/<int:ref>/later")
@guard(SIGNED_IN, _known)
def later(line: tuple[str, int]) -> Any:
    """Ask until when one line is put off."""
    return _ask(line, SnoozeForm())


def _ask(line: tuple[str, int], form: SnoozeForm, status: int = 200) -> Any:
    kind = todo.KINDS.get(line[0]) or due.KINDS[line[0]]
    words = str(kind.words).replace(": %(number)s", "").replace("%(number)s ", "")
    return render_template("reminders/later.html", words=words, form=form), status


@bp.post("/to-do/<kind>/<int:ref>/later")
@guard(SIGNED_IN, _known)
def put_off(line: tuple[str, int]) -> Any:
    """Put one line off until the morning of a day."""
    form = SnoozeForm()
    if not form.validate() or form.until.data is None:
        return _ask(line, form, 422)
    morning = datetime.combine(form.until.data, time(7))
    until_at = clock.instant(morning, zone(), closing=True)
    try:
        if until_at is None or (until_at - g.arrived_at).days > 366:
            raise Refusal(_("Choose a day within a year."))
        habits.snooze(*line, until_at=until_at, actor=current_user, at=g.arrived_at)
    except Refusal as refused:
        form.until.errors = [*form.until.errors, refused.message]
        return _ask(line, form, 422)
    db.session.commit()
    flash(_("Put off. It comes back on that day; dates that others set stay as they are."))
    return redirect(url_for(".to_do"))


@bp.post("/to-do/<kind>/<int:ref>/now")
@guard(SIGNED_IN, _known)
def bring_back(line: tuple[str, int]) -> Any:
    """Bring back what was put off."""
    habits.wake(*line, actor=current_user)
    db.session.commit()
    return redirect(url_for(".to_do"))
