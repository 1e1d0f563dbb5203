"""Pages on which applicants answer what the office asks, and change what it opens with it."""

from collections.abc import Mapping
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.applications import (
    conversations,
    differences,
    drafts,
    forms,
    questions,
    reading,
    revisions,
    threads,
)
from fundapp.applications.drafts import AnswersChanged
from fundapp.applications.forms.handling import ReplyForm
from fundapp.applications.models import Answer, Thread, ThreadState
from fundapp.applications.rules import writer
from fundapp.applications.sheets import Sheet
from fundapp.applications.versions import NotComplete
from fundapp.applications.views import attaching
from fundapp.applications.views.blueprint import bp
from fundapp.applications.workflow import PUBLIC_THREAD_WORDS
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.core.forms import EmptyForm
from fundapp.core.guard import guard
from fundapp.core.refusals import MoveRefused
from fundapp.core.rules import SIGNED_IN
from fundapp.core.web import language, zone
from fundapp.rounds.fields import Section


@bp.app_context_processor
def _lend() -> dict[str, Any]:
    """What the applicants' own page of a proposal asks about questions, called only there."""
    return {
        "own_questions": lambda application: conversations.asked_of(current_user, application.id),
        "public_thread_words": PUBLIC_THREAD_WORDS,
    }


def _thread(user: Any, id: int) -> Thread | None:
    found = conversations.own_thread(user, id)
    if found is not None:
        g.zone = found.application.fund.zone
    return found


def _may_answer(thread: Thread) -> bool:
    is_open = thread.state is ThreadState.OPEN and not threads.is_late(thread, g.arrived_at)
    return is_open and thread.application.state in revisions.UNDER_WAY and writer(current_user, thread)


def _answers(thread: Thread) -> dict[str, Answer]:
    return drafts.answers_of(thread.application_id)


def _sheet(thread: Thread) -> Sheet:
    """Give what the question opens as a section of the form."""
    section = Section("opened", {}, {}, tuple(revisions.fields(thread)))
    return Sheet(thread.application, revisions.form_of(thread), section, _answers(thread))


def _fields_form(thread: Thread, written: Mapping[str, Answer]) -> forms.ProposalForm | None:
    """Make the form of the answers that the question opens; None when it opens none."""
    opened = revisions.fields(thread)
    if not opened:
        return None
    section = Section("opened", {}, {}, tuple(opened))
    return forms.build(
        section,
        revisions.proposed(thread),
        {key: answer.revision for key, answer in written.items()},
        language=language(),
        currency=thread.application.fund.currency,
    )


def _page(thread: Thread, reply: ReplyForm, fields: forms.ProposalForm | None) -> str:
    if fields is not None:
        fields.offer_rows()
    return render_template(
        "applications/question.html",
        thread=thread,
        application=thread.application,
        form=reply,
        fields=fields,
        opened=revisions.fields(thread),
        mark=forms.MARK,
        asked_by=revisions.form_of(thread),
        state=PUBLIC_THREAD_WORDS[thread.state],
        may_answer=_may_answer(thread),
        is_late=threads.is_late(thread, g.arrived_at),
    )


@bp.get("/questions/<int:id>")
@guard(SIGNED_IN, _thread)
def question(thread: Thread) -> Any:
    """Show what was asked and said, with the form that answers it."""
    draft = conversations.reply_draft(thread.id, current_user.id)
    reply = ReplyForm(data={"body": draft.body if draft else ""})
    return _page(thread, reply, _fields_form(thread, _answers(thread)) if _may_answer(thread) else None)


@bp.post("/questions/autosave/<int:id>")
@guard(writer, _thread)
def question_draft(thread: Thread) -> Any:
    """Keep what is being written; answers with the time and the new revisions."""
    reply, fields = ReplyForm(), _fields_form(thread, _answers(thread))
    try:
        _keep(thread, reply, fields)
    except AnswersChanged as clash:
        return {"message": clash.message, "fields": [one.field for one in clash.clashes]}, 409
    except MoveRefused as refused:
        return {"message": refused.message}, 409
    saved = {"saved_at": f"{clock.local(g.arrived_at, zone()):%H:%M}"}
    if fields is None:
        return saved
    _bring_up_to_date(thread, fields)
    return saved | {"version": fields.version.data}


def _bring_up_to_date(thread: Thread, fields: forms.ProposalForm) -> None:
    """Let the page go on from what is saved now."""
    revised = {key: answer.revision for key, answer in _answers(thread).items()}
    fields.version.data = forms.version_of(revised, str(fields.asked.data).split())


def _keep(thread: Thread, reply: ReplyForm, fields: forms.ProposalForm | None) -> None:
    """Save what was typed; on a clash all that does not clash is kept."""
    actor = current_user._get_current_object()
    if not _may_answer(thread):
        raise MoveRefused(_("This can't be changed any more."))
    try:
        threads.keep_draft(thread, reply.body.data or "", actor=actor, at=g.arrived_at)
        if fields is not None:
            revisions.save(thread, fields.answers(), fields.bases(), actor=actor, at=g.arrived_at)
    finally:
        db.session.commit()


@bp.post("/questions/<int:id>")
@guard(writer, _thread)
def question_answer(thread: Thread) -> Any:
    """Keep the answer, and send it; where answers of the proposal change with it, show the change first."""
    faults = attaching.take(_sheet(thread)) if _may_answer(thread) and attaching.is_asked() else {}
    reply, fields = ReplyForm(), _fields_form(thread, _answers(thread))
    if fields is not None:
        fields.drop(request.form.get("remove", ""))
    try:
        _keep(thread, reply, fields)
    except AnswersChanged as clash:
        return _clashed(thread, reply, fields, clash), 409
    except MoveRefused as fault:
        flash(fault.message, "bad")
        return _page(thread, reply, fields), 409
    return _onwards(thread, reply, fields, faults)


def _onwards(
    thread: Thread, reply: ReplyForm, fields: forms.ProposalForm | None, faults: Mapping[str, str]
) -> Any:
    """Go on after a save: back for a file or a row, to what changes, or straight to sending.

    faults: what was refused of files, by question.
    """
    if fields is not None and faults:
        for key, message in faults.items():
            fields[forms.MARK + key].errors = [message]
        _bring_up_to_date(thread, fields)
        return _page(thread, reply, fields), 422
    if request.form.get("row") or request.form.get("remove") or attaching.stays():
        return redirect(url_for(".question", id=thread.id, rows=1, _anchor="change"))
    if not reply.validate():
        return _page(thread, reply, fields), 422
    return _look_first(thread, reply, fields) if fields is not None else _send(thread, str(reply.body.data))


def _clashed(
    thread: Thread, reply: ReplyForm, fields: forms.ProposalForm | None, clash: AnswersChanged
) -> str:
    """Show what somebody else wrote meanwhile beside the fields; sending again keeps what stands there."""
    flash(clash.message, "bad")
    if fields is not None:
        _bring_up_to_date(thread, fields)
        form, currency = revisions.form_of(thread), thread.application.fund.currency
        for one in clash.clashes:
            asked = form.field(one.field)
            text = reading.text_of(asked, one.theirs, language(), currency) if asked else str(one.theirs)
            field = fields[forms.MARK + one.field]
            field.errors = [*field.errors, _("Somebody else wrote: %(text)s", text=text)]
    return _page(thread, reply, fields)


def _look_first(thread: Thread, reply: ReplyForm, fields: forms.ProposalForm) -> Any:
    found = [one for one in revisions.faults(thread) if one.field in thread.unlocks]
    if found:
        fields.blame(found)
        _bring_up_to_date(thread, fields)
        return _page(thread, reply, fields), 422
    return redirect(url_for(".question_check", id=thread.id))


@bp.post("/questions/files/<int:id>")
@guard(writer, _thread)
def question_attach(thread: Thread) -> Any:
    """Add or remove files of an opened answer while the page stays; answers with the list as it is now."""
    return attaching.listed(_sheet(thread))


@bp.get("/questions/<int:id>/check")
@guard(writer, _thread)
def question_check(thread: Thread) -> Any:
    """Show the answer and what changes in the proposal, with the button that sends both."""
    draft = conversations.reply_draft(thread.id, current_user.id)
    if not _may_answer(thread) or draft is None or not draft.body.strip():
        return redirect(url_for(".question", id=thread.id))
    application = thread.application
    current = application.current
    changes = differences.between(
        revisions.form_of(thread),
        current.answers if current else {},
        revisions.proposed(thread),
        language(),
        currency=application.fund.currency,
    )
    return render_template(
        "applications/question_check.html",
        thread=thread,
        application=application,
        draft=draft,
        changes=changes,
        form=EmptyForm(),
    )


@bp.post("/questions/<int:id>/send")
@guard(writer, _thread)
def question_send(thread: Thread) -> Any:
    """Send the answer as it was shown, with the new version of the proposal."""
    draft = conversations.reply_draft(thread.id, current_user.id)
    return _send(thread, draft.body if draft else "")


def _send(thread: Thread, body: str) -> Any:
    try:
        message = questions.reply(thread, body, actor=current_user._get_current_object(), at=g.arrived_at)
    except NotComplete as refused:
        db.session.rollback()
        flash(refused.message, "bad")
        return redirect(url_for(".question", id=thread.id))
    db.session.commit()
    if message.version_number:
        flash(_("Sent, with version %(number)d of your proposal.", number=message.version_number))
    else:
        flash(_("Your answer is sent."))
    return redirect(url_for(".show", id=thread.application_id))
