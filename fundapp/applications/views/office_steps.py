"""Doing one thing to many applications: what will happen, doing it, and taking it back."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from fundapp.accounts.models import RoleName, User
from fundapp.accounts.queries import holders
from fundapp.accounts.rules import OFFICE_ROLES, manager
from fundapp.applications import office_list, steps, tags, undoing
from fundapp.applications.forms.handling import CompletionForm, holds
from fundapp.applications.models import Step, StepKind
from fundapp.applications.views.blueprint import bp
from fundapp.applications.views.handling import DAYS_TO_ANSWER, field_labels, today
from fundapp.applications.views.office_list import Looking, csv_of, office_round
from fundapp.core import once
from fundapp.core.db import db
from fundapp.core.forms import EmptyForm, OnceForm, options
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.core.rules import person

K = StepKind
TAKER = person(lambda user, step: step.actor_id == user.id, "who took the step")
SAYS = {
    K.ADMIT: lambda doing: _("Take into review"),
    K.LEAD: lambda doing: _("Looked after by %(name)s", name=doing.lead.name if doing.lead else _("nobody")),
    K.TAG: lambda doing: _("Add the tag %(name)s", name=doing.tag.name if doing.tag else doing.name),
    K.UNTAG: lambda doing: _("Take off the tag %(name)s", name=doing.tag.name),
    K.FLAG: lambda doing: _("Raise the flag"),
    K.UNFLAG: lambda doing: _("Lower the flag"),
    K.COMPLETION: lambda doing: _("Ask for what is missing"),
}


@bp.post("/office/applications/steps")
@guard(OFFICE_ROLES)
def office_step_ask() -> Any:
    """Show what a step will do to each ticked application, and which are left alone and why."""
    looking = _looking()
    wanted = _wanted(looking)
    if request.form.get("do") == "csv":
        return _csv(looking, wanted)
    doing = _doing(looking) if manager(current_user, None) else None
    back = looking.url()
    if doing is None or not wanted:
        flash(_("Tick at least one application.") if doing else _("Choose what is to be done."), "bad")
        return redirect(back)
    plan = steps.plan(doing, wanted, actor=_actor(), at=g.arrived_at)
    form = _blank(plan) if doing.kind is K.COMPLETION else OnceForm(formdata=None)
    return _ask_page(plan, form, back)


def _ask_page(plan: steps.Plan, form: OnceForm, back: str) -> str:
    return render_template(
        "applications/step_ask.html", plan=plan, says=SAYS[plan.doing.kind](plan.doing), form=form, back=back,
        kept=_kept(plan.doing), minutes=int(steps.UNDO.total_seconds() // 60),
        is_asking=plan.doing.kind is K.COMPLETION,
    )  # fmt: skip


def _blank(plan: steps.Plan) -> CompletionForm:
    form = _offered(CompletionForm(formdata=None), plan)
    if plan.done:
        form.due_on.data = today(plan.done[0]) + timedelta(days=DAYS_TO_ANSWER)
    return form


def _offered(form: CompletionForm, plan: steps.Plan) -> CompletionForm:
    """Let those answers be chosen that every one of the forms asks."""
    keys = set.intersection(*(steps.questions_of(row) for row in plan.done)) if plan.done else set()
    form.unlocks.choices = options(
        pair for pair in (field_labels(plan.done[0]) if plan.done else []) if pair[0] in keys
    )
    return form


@bp.post("/office/applications/steps/take")
@guard(manager)
def office_step_take() -> Any:
    """Do it, to all of them as one."""
    form, looking = OnceForm(), _looking()
    if done := once.result(form.once.data):
        return redirect(done)
    doing = _doing(looking)
    if doing is None or not form.validate():
        abort(400)
    doing = replace(doing, back=looking.url())
    if doing.kind is K.COMPLETION:
        plan = steps.plan(doing, _picked(), actor=_actor(), at=g.arrived_at)
        asking = _offered(CompletionForm(), plan)
        if plan.done and not holds(asking, today(plan.done[0])):
            return _ask_page(plan, asking, looking.url()), 422
        doing = replace(doing, asked=_asked(asking))
    return _take(doing, form, looking)


def _asked(form: CompletionForm) -> steps.Asked:
    return steps.Asked(form.body.data or "", tuple(form.unlocks.data or ()), form.due_on.data)


def _take(doing: steps.Doing, form: OnceForm, looking: Looking) -> Any:
    try:
        step = steps.take(doing, _picked(), actor=_actor(), at=g.arrived_at)
    except Refusal as refused:
        db.session.rollback()
        flash(refused.message, "bad")
        return redirect(looking.url())
    db.session.flush()  # its address carries its id
    target = url_for(".office_step", id=step.id)
    once.remember(form.once.data, target, at=g.arrived_at)
    db.session.commit()
    return redirect(target)


@bp.get("/office/steps/<int:id>")
@guard(TAKER, undoing.own_step)
def office_step(step: Step) -> Any:
    """Show what a step did, with the button that takes it back while there is time."""
    mine = office_list.handled(current_user) & office_list.of([row.application_id for row in step.rows])
    return render_template(
        "applications/step.html",
        step=step,
        rows=office_list.every_row(mine, sort="code", most=steps.MOST),
        undone={row.application_id for row in step.rows if row.is_undone},
        says=_told(step),
        can_undo=undoing.can_undo(step, g.arrived_at),
        form=EmptyForm(),
    )


@bp.post("/office/steps/<int:id>/undo")
@guard(TAKER, undoing.own_step)
def office_step_undo(step: Step) -> Any:
    """Take a step back where nothing came after it."""
    kept = undoing.undo(step, actor=_actor(), at=g.arrived_at)
    db.session.commit()
    if kept:
        flash(
            ngettext(
                "Taken back, but for %(num)d: something was done with it since.",
                "Taken back, but for %(num)d: something was done with them since.",
                len(kept),
            ),
            "warn",
        )
    else:
        flash(_("Taken back."))
    return redirect(url_for(".office_step", id=step.id))


# --- reading the form ------------------------------------------------------------------


def _actor() -> User:
    found: User = current_user._get_current_object()
    return found


def _looking() -> Looking:
    id = request.form.get("round", type=int)
    round = office_round(current_user, id) if id else None
    if id and round is None:
        abort(404)
    return Looking.here(round)


def _picked() -> list[int]:
    numbers = (_number(text) for text in request.form.getlist("pick"))
    return list(dict.fromkeys(number for number in numbers if number))[: steps.MOST]


def _number(text: str) -> int:
    """Read the id of a row; 0 for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _wanted(looking: Looking) -> list[int]:
    if "all" in request.form and not looking.asked.faults:
        return office_list.ids(looking.wanted, steps.MOST)
    return _picked()


def _doing(looking: Looking) -> steps.Doing | None:
    """Read what is to be done; None for what cannot be."""
    what, _colon, which = request.form.get("do", "").partition(":")
    if what not in set(K):
        return None
    kind, typed = K(what), " ".join(request.form.get("new", "").replace("\x00", " ").split())[:300]
    if kind is K.LEAD:
        return _lead(which, looking)
    if kind in (K.TAG, K.UNTAG):
        return _tag(kind, which, typed, looking)
    return steps.Doing(kind, reason=typed)


def _lead(which: str, looking: Looking) -> steps.Doing | None:
    if which == "none":
        return steps.Doing(K.LEAD)
    mine = {fund.id for fund in looking.funds} & set(current_user.funds(RoleName.MANAGER))
    people = {str(user.id): user for id in sorted(mine) for user in holders(id, RoleName.MANAGER)}
    return steps.Doing(K.LEAD, lead=people[which]) if which in people else None


def _tag(kind: StepKind, which: str, typed: str, looking: Looking) -> steps.Doing | None:
    if kind is K.TAG and which == "new":
        known = tags.find([fund.id for fund in looking.funds], typed)
        return steps.Doing(K.TAG, tag=known, name=typed) if typed else None
    found = tags.seen_tag(current_user, _number(which))
    return steps.Doing(kind, tag=found) if found else None


def _kept(doing: steps.Doing) -> list[tuple[str, str]]:
    """Give what the next page has to send again."""
    names = ("do", "new", "q", "sort", "c", "round")
    return [(name, request.form[name]) for name in names if request.form.get(name)]


def _told(step: Step) -> str:
    name = step.value.get("name") or _("nobody")
    return str(
        {
            K.ADMIT: _("Taken into review"),
            K.LEAD: _("Looked after by %(name)s", name=name),
            K.TAG: _("Tag added: %(name)s", name=name),
            K.UNTAG: _("Tag taken off: %(name)s", name=name),
            K.FLAG: _("Flag raised"),
            K.UNFLAG: _("Flag lowered"),
            K.COMPLETION: _("Asked for what is missing"),
        }[step.kind]
    )


def _csv(looking: Looking, wanted: list[int]) -> Any:
    if not wanted:
        flash(_("Tick at least one application."), "bad")
        return redirect(looking.url())
    mine = office_list.handled(current_user) & office_list.of(wanted)
    return csv_of(office_list.every_row(mine, sort=looking.sort, most=steps.MOST), looking)
