"""Pages on which files from elsewhere are taken in: looked through, confirmed, followed, line by line."""

import csv
from io import StringIO
from pathlib import PurePath
from typing import Any

from flask import Response, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_login import current_user

from fundapp.applications import import_kinds, import_samples, import_task
from fundapp.applications.forms.importing import ApplicationsForm
from fundapp.applications.import_kinds import KINDS, Asking, ImportKind, Taking
from fundapp.applications.imports import CLOSED
from fundapp.applications.views.blueprint import bp
from fundapp.applications.views.office_list import office_round
from fundapp.core import handed_in, once, tasks
from fundapp.core.db import db
from fundapp.core.forms import EmptyForm
from fundapp.core.guard import guard
from fundapp.core.handed_in import CHECK, IMPORTED, KNOWN, OUTCOMES, REFUSED, STEP, TAKE
from fundapp.core.spreadsheet import harmless
from fundapp.core.tasks import OPEN, State
from fundapp.rounds.models import Round
from fundapp.rounds.rules import MANAGE

WORDS = {
    CHECK: {
        IMPORTED: ("ok", _l("would come in")),
        KNOWN: ("none", _l("known already")),
        REFUSED: ("bad", _l("refused")),
    },
    TAKE: {
        IMPORTED: ("ok", _l("came in")),
        KNOWN: ("none", _l("known already")),
        REFUSED: ("bad", _l("refused")),
    },
}


def _order(content: bytes, form: ApplicationsForm, asking: Asking) -> Any:
    return import_task.order(
        content, name=asking.name, round=asking.round, rates=form.rate_by_code, actor=asking.actor,
        at=asking.at,
    )  # fmt: skip


KINDS["applications"] = ImportKind(
    key="applications",
    task=import_task.TASK,
    title=_l("Take in applications"),
    about="applications/_import_applications.html",
    sample=import_samples.applications,
    order=_order,
    form=lambda round, is_sent: ApplicationsForm() if is_sent else ApplicationsForm(formdata=None),
    stays=True,
)


@bp.app_context_processor
def _lend() -> dict[str, Any]:
    """Lend the cockpit what can be taken in."""
    return {"import_kinds": lambda: list(KINDS.values())}


# --- handing a file in ---------------------------------------------------------------


def _round(user: Any, id: int, kind: str) -> Round | None:
    """Load a round of the person's office for which something can be taken in."""
    return office_round(user, id) if kind in KINDS else None


def _kind() -> ImportKind:
    return KINDS[str((request.view_args or {})["kind"])]


@bp.get("/office/rounds/<int:id>/import/<any(applications, reviews):kind>")
@guard(MANAGE, _round)
def begin_import(round: Round) -> Any:
    """Say what a file has to look like, ask for it, and list what was handed in before."""
    kind = _kind()
    return _begin(round, kind, kind.form(round, False))


def _begin(round: Round, kind: ImportKind, form: Any, status: int = 200) -> Any:
    return render_template(
        "applications/import_begin.html", round=round, kind=kind, form=form, is_over=round.state in CLOSED,
        earlier=import_kinds.of_round(current_user, round, kind), words=tasks.WORDS,
    ), status  # fmt: skip


@bp.post("/office/rounds/<int:id>/import/<any(applications, reviews):kind>")
@guard(MANAGE, _round)
def hand_in(round: Round) -> Any:
    """Have a file looked through."""
    kind = _kind()
    form = kind.form(round, True)
    if (done := once.result(form.once.data)) is not None:
        return redirect(done)
    if not form.validate():
        return _begin(round, kind, form, 422)
    name = PurePath(form.file.data.filename or "").name[-80:] or kind.key
    asking = Asking(round, name, current_user._get_current_object(), g.arrived_at)
    to = url_for(".import_show", id=kind.order(form.file.data.read(), form, asking).id)
    once.remember(form.once.data, to, at=g.arrived_at)
    db.session.commit()
    return redirect(to)


@bp.get("/office/rounds/<int:id>/import/<any(applications, reviews):kind>/sample")
@guard(MANAGE, _round)
def import_sample(round: Round) -> Any:
    """Give a small file to begin with."""
    name, text = _kind().sample(round)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, mimetype="application/octet-stream", headers=headers)


# --- one file ------------------------------------------------------------------------


def _taking(user: Any, id: int) -> Taking | None:
    found = import_kinds.own_taking(user, id)
    if found is not None:
        g.zone = found.fund.zone
    return found


@bp.get("/office/imports/<int:id>")
@guard(MANAGE, _taking)
def import_show(taking: Taking) -> Any:
    """Show how far a file is, then what became or would become of each line."""
    row = taking.task
    is_check = row.payload.get(STEP) == CHECK
    return render_template(
        "applications/import_show.html", taking=taking, row=row, round=taking.round, kind=taking.kind,
        is_check=is_check, is_open=row.state in OPEN, states=tasks.WORDS, form=EmptyForm(),
        words=WORDS[CHECK if is_check else TAKE], counts=row.result.get("counts", {}),
        after_it=handed_in.taking_of(row) if is_check else None, **_offer(taking), **_lines(taking),
    )  # fmt: skip


def _offer(taking: Taking) -> dict[str, Any]:
    """Say what can be done with a file that was looked through."""
    counts = taking.task.result.get("counts", {})
    number, refused = counts.get(IMPORTED, 0), counts.get(REFUSED, 0)
    is_over = taking.round.state in CLOSED
    may_take = number > 0 and not is_over and (taking.kind.stays or not refused)
    if is_over:
        why = _("This round is over: nothing can be taken in any more.")
    elif number and not may_take:
        why = _("It is the whole file or nothing: mend the lines that are refused, then hand it in again.")
    else:
        why = _("There is nothing in it to take in.")
    words = ngettext("Take %(num)d line in", "Take %(num)d lines in", number)
    return {"may_take": may_take, "nothing_words": why, "take_words": words}


def _lines(taking: Taking) -> dict[str, Any]:
    """Give the page of lines that the address asks for."""
    outcome = request.args.get("outcome", "")
    outcome = outcome if outcome in OUTCOMES else ""
    after = max(request.args.get("after", 0, type=int), 0)
    shown: dict[str, Any] = {"lines": [], "outcome": outcome, "is_gone": False, "tabs": [], "pager": {}}
    if taking.task.state is not State.DONE:
        return shown
    try:
        found, more = import_kinds.lines_of(taking.task, outcome, after)
    except FileNotFoundError:
        return shown | {"is_gone": True}
    lines = import_kinds.shown(current_user._get_current_object(), taking.round, found)
    return shown | {"lines": lines, "tabs": _tabs(taking, outcome), "pager": _pager(outcome, after, more)}


def _tabs(taking: Taking, outcome: str) -> list[tuple[Any, ...]]:
    """List the ways in which lines ended, with how many did."""
    counts = taking.task.result.get("counts", {})
    words = WORDS[str(taking.task.payload.get(STEP, TAKE))]
    return [
        (str(words[one][1]).capitalize(), _there(one), one == outcome, counts.get(one, 0)) for one in OUTCOMES
    ]


def _pager(outcome: str, after: int, more: bool) -> dict[str, Any]:
    before = max(after - import_kinds.PAGE, 0)
    return {
        "newer_url": _there(outcome, before) if after else None,
        "older_url": _there(outcome, after + import_kinds.PAGE) if more else None,
    }


def _there(outcome: str, after: int = 0) -> str:
    id = (request.view_args or {})["id"]
    return url_for(".import_show", id=id, outcome=outcome or None, after=after or None)


@bp.get("/office/imports/<int:id>/lines.csv")
@guard(MANAGE, _taking)
def import_lines(taking: Taking) -> Any:
    """Give what became of each line as a file."""
    if taking.task.state is not State.DONE:
        abort(404)
    try:
        found = list(handed_in.outcomes(taking.task))
    except FileNotFoundError:
        abort(410)
    words = WORDS[str(taking.task.payload.get(STEP, TAKE))]
    text = StringIO()
    out = csv.writer(text)
    out.writerow([_("Line"), _("Outcome"), _("Code"), _("Title"), _("Why")])
    for one in import_kinds.shown(current_user._get_current_object(), taking.round, found):
        line = one.line
        told = [line.code or "", harmless(line.title), harmless(line.reason)]
        out.writerow([line.number, str(words[line.outcome][1]), *told])
    headers = {"Content-Disposition": f'attachment; filename="import-{taking.task.id}-lines.csv"'}
    return Response(text.getvalue().encode("utf-8-sig"), mimetype="text/csv", headers=headers)


@bp.post("/office/imports/<int:id>/take")
@guard(MANAGE, _taking)
def take_import(taking: Taking) -> Any:
    """Have a file taken in that was looked through, or go on with what stopped."""
    if not EmptyForm().validate():
        abort(400)
    row, actor = taking.task, current_user._get_current_object()
    if row.payload.get(STEP) == CHECK and row.state is State.DONE:
        title = _l("Import of %(name)s", name=row.payload["name"])
        made = handed_in.take_in(row, title=title, actor=actor, at=g.arrived_at)
    else:
        made = tasks.again(row, actor=actor, at=g.arrived_at)
        db.session.flush()  # its page is named by its number
    db.session.commit()
    return redirect(url_for(".import_show", id=made.id))


@bp.post("/office/imports/<int:id>/stop")
@guard(MANAGE, _taking)
def stop_import(taking: Taking) -> Any:
    """Stop what is waiting or under way."""
    if not EmptyForm().validate():
        abort(400)
    tasks.cancel(taking.task, actor=current_user._get_current_object(), at=g.arrived_at)
    db.session.commit()
    flash(_("It is stopped."))
    return redirect(url_for(".import_show", id=taking.task.id))
