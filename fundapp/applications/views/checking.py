"""Pages on which the office checks the conditions of a call, application by application."""

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from fundapp.applications import check_lists, conditions, knockouts, queries, reading
from fundapp.applications.check_lists import Queue
from fundapp.applications.forms.handling import CheckForm, ConditionsForm, RulingForm
from fundapp.applications.models import Application, Checklist, Stand
from fundapp.applications.rules import OFFICE, staff
from fundapp.applications.views.blueprint import bp, place, seen
from fundapp.applications.workflow import WORDS
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.refusals import ChangedMeanwhile, Refusal
from fundapp.core.web import language
from fundapp.rounds import queries as rounds
from fundapp.rounds.models import Round
from fundapp.rounds.rules import MANAGE
from fundapp.rounds.rules import OFFICE as ROUND_OFFICE

QUEUES = {
    Queue.YOURS: _l("For you"),
    Queue.COLLEAGUE: _l("For a colleague"),
    Queue.APART: _l("Differ"),
    Queue.PASSED: _l("Meet them"),
    Queue.REFUSED: _l("Not eligible, not told yet"),
    Queue.TOLD: _l("Told"),
}
STANDS = {
    None: ("wait", _l("Not checked yet")),
    Stand.SECOND: ("wait", _l("A second person looks too")),
    Stand.APART: ("warn", _l("Two people differ")),
    Stand.PASSED: ("ok", _l("Meets the conditions")),
    Stand.REFUSED: ("bad", _l("Does not meet the conditions")),
}


def _round(user: Any, id: int) -> Round | None:
    found = rounds.office_round(user, id)
    if found is not None:
        g.zone = found.fund.zone
    return found


# --- the list of conditions -----------------------------------------------------------


def _conditions_form(found: Checklist | None, *, adds: bool) -> ConditionsForm:
    items = found.items if found else conditions.library()
    percent = found.second_look_percent if found else conditions.SECOND_LOOK_PERCENT
    if request.method == "POST":
        items = []  # what was sent counts, not what stood there
    rows = [
        {
            "key": item["key"], "label_en": item["label"].get("en"), "label_nl": item["label"].get("nl"),
            "help_en": item["help"].get("en"), "help_nl": item["help"].get("nl"),
        }
        for item in items
    ]  # fmt: skip
    form = ConditionsForm(data={"conditions": rows, "second_look_percent": percent})
    if adds and len(form.conditions) < conditions.MOST:
        form.conditions.append_entry()
    return form


def _conditions_page(round: Round, form: ConditionsForm) -> str:
    return render_template(
        "applications/conditions.html",
        round=round,
        form=form,
        found=conditions.of_round(round.id),
        is_fixed=conditions.is_fixed(round.id),
    )


@bp.get("/office/rounds/<int:id>/conditions")
@guard(MANAGE, _round)
def round_conditions(round: Round) -> Any:
    """Show the conditions of a round, or those we ship where it has none yet."""
    return _conditions_page(
        round, _conditions_form(conditions.of_round(round.id), adds="more" in request.args)
    )


@bp.post("/office/rounds/<int:id>/conditions")
@guard(MANAGE, _round)
def round_conditions_save(round: Round) -> Any:
    """Keep the conditions of a round."""
    form = _conditions_form(conditions.of_round(round.id), adds="more" in request.form)
    if "more" in request.form:
        return _conditions_page(round, form)
    if not form.validate():
        return _conditions_page(round, form), 422
    try:
        conditions.adopt(
            round,
            [_item(row.form) for row in form.conditions if not row.form.is_blank()],
            second_look_percent=form.second_look_percent.data,
            actor=current_user._get_current_object(),
            at=g.arrived_at,
        )
    except Refusal as refused:
        form.form_errors.append(refused.message)
        return _conditions_page(round, form), 422
    db.session.commit()
    flash(_("The conditions are kept."))
    return redirect(url_for(".checks", id=round.id))


def _item(row: Any) -> dict[str, Any]:
    return {
        "key": row.key.data,
        "label": {"en": row.label_en.data, "nl": row.label_nl.data},
        "help": {"en": row.help_en.data, "nl": row.help_nl.data},
    }


# --- the queue --------------------------------------------------------------------------


@bp.get("/office/rounds/<int:id>/checks")
@guard(ROUND_OFFICE, _round)
def checks(round: Round) -> Any:
    """List what has to be checked in a round, and what came of it."""
    wanted = request.args.get("list", "")
    queue = Queue(wanted) if wanted in set(Queue) else Queue.YOURS
    after = request.args.get("after", type=int)
    rows = check_lists.rows(current_user, round.id, queue, after=after)
    items = rows[: check_lists.PAGE]
    older = (
        url_for(".checks", id=round.id, list=queue, after=items[-1].id) if len(rows) > len(items) else None
    )
    return render_template(
        "applications/checks.html",
        round=round,
        checklist=conditions.of_round(round.id),
        queue=queue,
        queues=QUEUES,
        counts=check_lists.counts(current_user, round.id),
        page={
            "items": items,
            "older_url": older,
            "newer_url": url_for(".checks", id=round.id, list=queue) if after else None,
        },
    )


# --- one application ----------------------------------------------------------------------


def _own_form(application: Application, check: knockouts.Check) -> CheckForm | None:
    """Make the form of the look that is the person's to give, with what they said before; None: none."""
    user = current_user._get_current_object()
    look = knockouts.turn(application, user, check)
    if check.checklist is None or look is None:
        return None
    looks = [said for row in check.lines for said in (row.first, row.second) if said is not None]
    own = {said.key: said for said in looks if said.look == look and said.by_id == user.id}
    rows = [
        {
            "key": item["key"],
            "passed": ("yes" if own[item["key"]].passed else "no") if item["key"] in own else None,
            "reason": own[item["key"]].reason if item["key"] in own else "",
        }
        for item in check.checklist.items
    ]
    return CheckForm(data={"look": str(look), "lines": rows})


def _check_page(
    application: Application, check: knockouts.Check, form: CheckForm | None, ruling: RulingForm | None = None
) -> str:
    version = queries.version(application.id, application.version_number)
    may_see = form is None and check.found is not None and check.found.stand is not Stand.SECOND
    return render_template(
        "applications/check_conditions.html",
        application=application,
        checklist=check.checklist,
        items={item["key"]: item for item in check.checklist.items} if check.checklist else {},
        form=form,
        ruling=ruling or RulingForm(formdata=None),
        ruled_key=place("key") if ruling else None,
        found=check.found,
        lines=check.lines if may_see else [],
        stand=STANDS[check.found.stand if check.found and may_see else None],
        near=check_lists.neighbours(current_user, application),
        pieces=reading.sections(
            version.form.definition, version.answers, language(), currency=application.fund.currency
        ) if version else [],
        version=version,
        state=WORDS[application.state],
        may_handle=staff(current_user, application),
    )  # fmt: skip


@bp.get("/office/applications/<int:id>/check")
@guard(OFFICE, seen)
def office_check(application: Application) -> Any:
    """Show the conditions beside the proposal: to check, or with what was found."""
    check = knockouts.check_of(application)
    return _check_page(application, check, _own_form(application, check))


@bp.post("/office/applications/<int:id>/check")
@guard(staff, seen)
def office_check_save(application: Application) -> Any:
    """Keep what was found of every condition, and go on to the next application."""
    check = knockouts.check_of(application)
    form = _own_form(application, check)
    if form is None or form.look.data not in ("1", "2"):
        raise ChangedMeanwhile(_("Somebody else checked this application while you were looking at it."))
    if not form.validate():
        return _check_page(application, check, form), 422
    verdicts = {
        row.form.key.data: knockouts.Verdict(row.form.passed.data == "yes", row.form.reason.data or "")
        for row in form.lines
    }
    near = check_lists.neighbours(current_user, application)
    actor = current_user._get_current_object()
    knockouts.look(application, verdicts, expected=int(form.look.data), actor=actor, at=g.arrived_at)
    db.session.commit()
    flash(_("%(title)s is checked.", title=application.title))
    if near.after is not None:
        return redirect(url_for(".office_check", id=near.after))
    return redirect(url_for(".checks", id=application.round_id))


@bp.post("/office/applications/<int:id>/check/<key>")
@guard(staff, seen)
def office_rule(application: Application) -> Any:
    """Settle one condition on which two people differ."""
    form = RulingForm()
    if not form.validate():
        return _check_page(application, knockouts.check_of(application), None, form), 422
    verdict = knockouts.Verdict(form.passed.data == "yes", form.reason.data)
    try:
        actor = current_user._get_current_object()
        knockouts.rule(application, place("key"), verdict, actor=actor, at=g.arrived_at)
    except Refusal as refused:
        db.session.rollback()
        if refused.status != Refusal.status:
            raise
        form.form_errors.append(refused.message)
        return _check_page(application, knockouts.check_of(application), None, form), 422
    db.session.commit()
    flash(_("Settled."))
    return redirect(url_for(".office_check", id=application.id))
