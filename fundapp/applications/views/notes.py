"""Notes of the office on one application."""

from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.accounts.models import RoleName, User
from fundapp.accounts.queries import holders
from fundapp.applications import attention, conversations, listings, notes
from fundapp.applications.forms.office_lists import NoteForm
from fundapp.applications.models import Application, Thread
from fundapp.applications.rules import OFFICE, staff
from fundapp.applications.views.blueprint import bp, seen
from fundapp.applications.workflow import WORDS
from fundapp.core import once
from fundapp.core.db import db
from fundapp.core.forms import EmptyForm, options
from fundapp.core.guard import guard
from fundapp.core.rules import SIGNED_IN


def _form(application: Application) -> NoteForm:
    form = NoteForm()
    people = [row for row in listings.managers(application) if row.id != current_user.id]
    form.person.choices = options([("", _("nobody")), *((row.id, row.name) for row in people)])
    return form


@bp.get("/office/applications/<int:id>/notes")
@guard(OFFICE, seen)
def office_notes(application: Application) -> Any:
    """Show all notes on an application, with the form that adds one."""
    return _page(application, _form(application))


def _page(application: Application, form: NoteForm) -> str:
    me: User = current_user._get_current_object()
    return render_template(
        "applications/office_notes.html",
        application=application,
        state=WORDS[application.state],
        form=form,
        notes=notes.of_application(me, application.id),
        may_write=staff(me, application),
        unseen=attention.unseen(me, application.id),
        empty=EmptyForm(),
    )


@bp.post("/office/applications/<int:id>/notes")
@guard(staff, seen)
def office_note(application: Application) -> Any:
    """Write a note, and tell who is mentioned in it."""
    form = _form(application)
    if done := once.result(form.once.data):
        return redirect(done)
    if not form.validate():
        return _page(application, form), 422
    people = {str(user.id): user for user in holders(application.fund_id, RoleName.MANAGER)}
    notes.write(
        application,
        form.body.data,
        to=people.get(form.person.data),
        actor=current_user._get_current_object(),
        at=g.arrived_at,
    )
    target = url_for(".office_notes", id=application.id)
    once.remember(form.once.data, target, at=g.arrived_at)
    db.session.commit()
    flash(_("The note is kept."))
    return redirect(target)


@bp.post("/office/applications/<int:id>/notes/seen")
@guard(OFFICE, seen)
def office_notes_seen(application: Application) -> Any:
    """Take what mentions me here off my list."""
    attention.see(application.id, actor=current_user._get_current_object(), at=g.arrived_at)
    db.session.commit()
    return redirect(url_for(".office_notes", id=application.id))


@bp.post("/office/threads/<int:id>/seen")
@guard(SIGNED_IN, conversations.seen_thread)
def thread_seen(thread: Thread) -> Any:
    """Take what mentions me in one conversation off my list."""
    attention.see_thread(thread.id, actor=current_user._get_current_object(), at=g.arrived_at)
    db.session.commit()
    flash(_("Off your list."))
    return redirect(url_for("reminders.to_do"))
