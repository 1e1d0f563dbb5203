"""Pages on which the office asks applicants, gives more time, and moves an application to another call."""

from datetime import date, timedelta
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import format_date, ngettext
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.applications import (
    clock_stops,
    conversations,
    deferral,
    dossier,
    questions,
    service,
    versions,
)
from fundapp.applications.forms.handling import (
    AskForm,
    CompletionForm,
    DeferForm,
    holds,
)
from fundapp.applications.models import Application
from fundapp.applications.rules import OFFICE, staff
from fundapp.applications.views.blueprint import bp, seen
from fundapp.applications.workflow import THREAD_WORDS, WORDS
from fundapp.core import clock, once
from fundapp.core.db import db
from fundapp.core.forms import options
from fundapp.core.guard import guard
from fundapp.core.web import language
from fundapp.core.words import pick
from fundapp.rounds.models import Round

DAYS_TO_ANSWER = 14


def actor() -> Any:
    """Give the person at hand as a row."""
    return current_user._get_current_object()


def today(application: Application) -> date:
    """Give the day it is where the fund is."""
    return clock.day(g.arrived_at, application.fund.zone)


def field_labels(application: Application) -> list[tuple[str, str]]:
    """List (key, label) of the questions of the form, in its order."""
    form = versions.form_of(application.stage.form)
    return [(field.key, pick(field.label, language())) for field in form.fields]


# --- the dossier --------------------------------------------------------------------


def facts(application: Application) -> dossier.Facts:
    """Tell how the handling of an application stands; asked again on one page it is at hand."""
    known: dict[int, dossier.Facts] = g.setdefault("handling_facts", {})
    if application.id not in known:
        known[application.id] = dossier.facts(application)
    return known[application.id]


def steps(application: Application) -> tuple[dossier.Action | None, list[dossier.Action]]:
    """Give the next sensible step of this person with an application, and the others that are open."""
    is_open = application.stage.closes_at is not None and service.takes(application, g.arrived_at)
    first = dossier.next_action(actor(), application, facts(application), is_open=is_open)
    return first, dossier.offered(actor(), application, first)


@bp.app_context_processor
def _lend() -> dict[str, Any]:
    return {"handling_facts": facts}


# --- what is asked ------------------------------------------------------------------


@bp.get("/office/applications/<int:id>/questions")
@guard(OFFICE, seen)
def office_questions(application: Application) -> Any:
    """Show what the applicants were asked, what they answered, and how the term for deciding stands."""
    return render_template(
        "applications/office_questions.html",
        application=application,
        state=WORDS[application.state],
        threads=conversations.seen_threads(current_user, application.id, conversations.ASKING),
        words=THREAD_WORDS,
        labels=dict(field_labels(application)),
        decide_by=clock_stops.decide_by(application, g.arrived_at),
        stopped_days=clock_stops.stopped_days(application, g.arrived_at),
    )


def _ask_form(application: Application) -> AskForm:
    form = AskForm()
    if request.method == "GET":
        form.due_on.data = today(application) + timedelta(days=DAYS_TO_ANSWER)
    if "more" in request.form and len(form.questions) < form.questions.max_entries:
        form.questions.append_entry()
    form.offer(field_labels(application))
    return form


@bp.get("/office/applications/<int:id>/ask")
@guard(staff, seen)
def ask(application: Application) -> Any:
    """Show the form that asks the applicants something."""
    return render_template("applications/ask.html", application=application, form=_ask_form(application))


@bp.post("/office/applications/<int:id>/ask")
@guard(staff, seen)
def ask_now(application: Application) -> Any:
    """Ask the applicants one or several things."""
    form = _ask_form(application)
    if done := once.result(form.once.data):
        return redirect(done)
    if "more" in request.form:
        return render_template("applications/ask.html", application=application, form=form)
    if not holds(form, today(application)):
        return render_template("applications/ask.html", application=application, form=form), 422
    asked = [
        questions.Question(row.subject.data, row.body.data, row.about.data or None, row.unlocks.data or ())
        for row in (entry.form for entry in form.questions)
    ]
    due_at = questions.end_of(form.due_on.data, application.fund.zone)
    questions.ask(application, asked, due_at=due_at, actor=actor(), at=g.arrived_at)
    target = url_for(".office_questions", id=application.id)
    once.remember(form.once.data, target, at=g.arrived_at)
    db.session.commit()
    flash(ngettext("The question is sent.", "%(num)d questions are sent.", len(asked)))
    return redirect(target)


def _completion_form(application: Application) -> CompletionForm:
    form = CompletionForm()
    form.unlocks.choices = options(field_labels(application))
    if request.method == "GET":
        form.due_on.data = today(application) + timedelta(days=DAYS_TO_ANSWER)
    return form


@bp.get("/office/applications/<int:id>/completion")
@guard(staff, seen)
def ask_completion(application: Application) -> Any:
    """Show the form that asks for what is missing."""
    form = _completion_form(application)
    return render_template("applications/ask_completion.html", application=application, form=form)


@bp.post("/office/applications/<int:id>/completion")
@guard(staff, seen)
def ask_completion_now(application: Application) -> Any:
    """Ask for what is missing; the term for deciding stands still."""
    form = _completion_form(application)
    if done := once.result(form.once.data):
        return redirect(done)
    if not holds(form, today(application)):
        return render_template("applications/ask_completion.html", application=application, form=form), 422
    questions.ask_completion(
        application,
        body=form.body.data,
        unlocks=form.unlocks.data or (),
        due_at=questions.end_of(form.due_on.data, application.fund.zone),
        actor=actor(),
        at=g.arrived_at,
    )
    target = url_for(".office_questions", id=application.id)
    once.remember(form.once.data, target, at=g.arrived_at)
    db.session.commit()
    flash(_("The applicants are asked. The term for deciding stands still until they answer."))
    return redirect(target)


# --- to another call ----------------------------------------------------------------


def _call_words(round: Round) -> str:
    name, closes_at = pick(round.name, language()), round.stage.closes_at
    if closes_at is None:
        return str(_("%(name)s, open all the time", name=name))
    day = format_date(clock.day(closes_at, round.fund.zone), "d MMMM y")
    return str(_("%(name)s, until %(day)s", name=name, day=day))


def _defer_form(application: Application) -> tuple[DeferForm, dict[str, Round]]:
    form, calls = DeferForm(), deferral.next_rounds(application, g.arrived_at)
    form.round.choices = options((round.id, _call_words(round)) for round in calls)
    if request.method == "GET" and calls:
        form.round.data = str(calls[0].id)
    return form, {str(round.id): round for round in calls}


@bp.get("/office/applications/<int:id>/defer")
@guard(staff, seen)
def defer(application: Application) -> Any:
    """Ask to which call an application moves."""
    form, calls = _defer_form(application)
    return render_template("applications/defer.html", application=application, form=form, calls=calls)


@bp.post("/office/applications/<int:id>/defer")
@guard(staff, seen)
def defer_now(application: Application) -> Any:
    """Move an application to another call."""
    form, calls = _defer_form(application)
    if done := once.result(form.once.data):
        return redirect(done)
    if not form.validate():
        return render_template(
            "applications/defer.html", application=application, form=form, calls=calls
        ), 422
    to = calls[form.round.data]
    deferral.defer(application, to, reason=form.reason.data, actor=actor(), at=g.arrived_at)
    target = url_for(".office_show", id=application.id)
    once.remember(form.once.data, target, at=g.arrived_at)
    db.session.commit()
    flash(_("Moved to %(call)s; the applicants get a mail.", call=pick(to.name, language())))
    return redirect(target)
