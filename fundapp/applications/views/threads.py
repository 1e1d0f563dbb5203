"""Pages of one conversation about an application, for those who work on it."""

from datetime import timedelta
from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.applications import conversations, questions, threads
from fundapp.applications.forms.handling import ExtendForm, SayForm, holds
from fundapp.applications.models import Thread
from fundapp.applications.rules import MAY_SAY, OFFICE, staff
from fundapp.applications.views import handling
from fundapp.applications.views.blueprint import bp
from fundapp.applications.workflow import THREAD_WORDS, workflow
from fundapp.applications.workflow import threads as thread_moves
from fundapp.core import once
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.rules import SIGNED_IN


def _thread(user: Any, id: int) -> Thread | None:
    found = conversations.seen_thread(user, id)
    if found is not None:
        g.zone = found.application.fund.zone
    return found


def _conversation(thread: Thread, form: SayForm) -> str:
    return render_template(
        "applications/thread.html",
        thread=thread,
        application=thread.application,
        form=form,
        state=THREAD_WORDS[thread.state],
        may_say=MAY_SAY[thread.audience](current_user, thread),
        is_office=OFFICE(current_user, thread.application),
        moves=[move.name for move in thread_moves.open_to(current_user, thread)],
        label=dict(handling.field_labels(thread.application)).get(thread.about or ""),
        labels=dict(handling.field_labels(thread.application)),
        can_defer=workflow.allows("defer", current_user, thread.application),
    )


@bp.get("/office/threads/<int:id>")
@guard(SIGNED_IN, _thread)
def thread(thread: Thread) -> Any:
    """Show one conversation about an application to those who work on it."""
    return _conversation(thread, SayForm())


@bp.post("/office/threads/<int:id>")
@guard(SIGNED_IN, _thread)
def thread_say(thread: Thread) -> Any:
    """Say something in a conversation."""
    form = SayForm()
    if done := once.result(form.once.data):
        return redirect(done)
    if not form.validate():
        return _conversation(thread, form), 422
    message = threads.say(thread, form.body.data, actor=handling.actor(), at=g.arrived_at)
    target = url_for(".thread", id=thread.id, _anchor=f"m{message.id}")
    once.remember(form.once.data, target, at=g.arrived_at)
    db.session.commit()
    return redirect(target)


@bp.post("/office/threads/<int:id>/close")
@guard(staff, _thread)
def thread_close(thread: Thread) -> Any:
    """End a conversation."""
    threads.close(thread, actor=handling.actor(), at=g.arrived_at)
    db.session.commit()
    flash(_("Closed. It stays readable."))
    return redirect(url_for(".thread", id=thread.id))


@bp.get("/office/threads/<int:id>/time")
@guard(staff, _thread)
def thread_extend(thread: Thread) -> Any:
    """Ask how much more time there is for an answer."""
    form = ExtendForm(data={"due_on": handling.today(thread.application) + timedelta(days=7)})
    return render_template(
        "applications/thread_extend.html", thread=thread, application=thread.application, form=form
    )


@bp.post("/office/threads/<int:id>/time")
@guard(staff, _thread)
def thread_extend_now(thread: Thread) -> Any:
    """Give more time for an answer."""
    form, application = ExtendForm(), thread.application
    if not holds(form, handling.today(application)):
        return render_template(
            "applications/thread_extend.html", thread=thread, application=application, form=form
        ), 422
    due_at = questions.end_of(form.due_on.data, application.fund.zone)
    questions.extend(thread, due_at, reason=form.reason.data, actor=handling.actor(), at=g.arrived_at)
    db.session.commit()
    flash(_("They have more time now, and know it."))
    return redirect(url_for(".thread", id=thread.id))
