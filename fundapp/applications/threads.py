"""Threads: questions, notes and discussions about an application, each for one audience."""

from collections.abc import Iterable
from datetime import datetime

from flask_babel import gettext as _

from fundapp.accounts.models import User
from fundapp.applications import attention, conversations, mentions, thread_mail
from fundapp.applications.models import (
    Application,
    Audience,
    Mention,
    Message,
    ReplyDraft,
    Thread,
    ThreadKind,
    ThreadState,
)
from fundapp.applications.rules import MAY_SAY, staff
from fundapp.applications.workflow import threads as workflow
from fundapp.core import audit
from fundapp.core.db import db, locked
from fundapp.core.refusals import MoveRefused, Refusal


def open_thread(
    application: Application,
    *,
    kind: ThreadKind,
    audience: Audience,
    subject: str,
    body: str,
    due_at: datetime | None = None,
    about: str | None = None,
    unlocks: Iterable[str] = (),
    actor: User,
    at: datetime,
    tell: bool = True,
) -> Thread:
    """Open a thread with its first message, and tell its readers.

    about: the key of a question of the form or of a criterion. unlocks: the answers an applicant may
    change with their reply. tell False: the caller writes to the readers itself. Raises Refusal (nothing
    said, a due date that has passed) and MoveRefused (not for this person to open).
    """
    if not subject.strip():
        raise Refusal(_("Give it a subject."))
    if due_at is not None and due_at <= at:
        raise Refusal(_("The date has to be in the future."))
    thread = Thread(
        application=application, fund_id=application.fund_id, kind=kind, audience=audience, state_at=at,
        subject=" ".join(subject.split())[:200], about=about or None, unlocks=list(unlocks), due_at=due_at,
    )  # fmt: skip
    _check_say(thread, actor)
    if audience is Audience.APPLICANT and not staff(actor, application):
        raise MoveRefused(_("This step is not yours to take."))
    db.session.add(thread)
    audit.record("open", thread, actor=actor, at=at, detail={"kind": kind.value, "audience": audience.value})
    _add(thread, body, actor=actor, at=at, tell=tell)
    return thread


def say(thread: Thread, body: str, *, actor: User, at: datetime) -> Message:
    """Add a message to a thread, and tell its readers; mentioned people hear of it by name.

    A word from the office in an answered question opens it again; one from an applicant answers it.
    Raises Refusal (nothing said, closed) and MoveRefused (not theirs).
    """
    if thread.audience is Audience.APPLICANT and not staff(actor, thread.application):
        return answer(thread, body, actor=actor, at=at)
    held = locked(Thread, thread.id)
    _check_say(held, actor)
    if held.state in (ThreadState.CLOSED, ThreadState.EXPIRED):
        raise Refusal(_("This conversation is closed."))
    if held.state is ThreadState.ANSWERED:
        workflow.make("ask_again", held, actor=actor, at=at)
    return _add(held, body, actor=actor, at=at)


def answer(
    thread: Thread, body: str, *, version_number: int | None = None, actor: User, at: datetime
) -> Message:
    """Answer a question as an applicant, before its due date; the office is told.

    version_number: the version of the proposal that was sent in with it. Raises Refusal and MoveRefused.
    """
    held = locked(Thread, thread.id)
    if is_late(held, at):
        raise Refusal(
            _("The date for this answer has passed. Write to the fund if you still want to answer.")
        )
    workflow.make("answer", held, actor=actor, at=at, detail={"version": version_number})
    message = _add(held, body, version_number=version_number, actor=actor, at=at)
    if draft := conversations.reply_draft(held.id, actor.id):
        db.session.delete(draft)
    return message


def is_late(thread: Thread, at: datetime) -> bool:
    """Tell whether the term of a question is over at this instant, whatever the clock has done yet."""
    return thread.due_at is not None and at > thread.due_at


def check_in_time(thread: Thread, at: datetime) -> None:
    """Refuse an answer that comes after the term of a question."""
    if is_late(thread, at):
        raise Refusal(
            _("The date for this answer has passed. Write to the fund if you still want to answer.")
        )


def keep_draft(thread: Thread, body: str, *, actor: User, at: datetime) -> ReplyDraft:
    """Keep what somebody is writing in a thread; nobody else reads it. Raises MoveRefused."""
    _check_say(thread, actor)
    draft = conversations.reply_draft(thread.id, actor.id)
    if draft is None:
        draft = ReplyDraft(thread_id=thread.id, user_id=actor.id, body=body, saved_at=at)
        db.session.add(draft)
    draft.body, draft.saved_at = body, at
    return draft


def close(thread: Thread, *, actor: User | None, at: datetime, note: str = "") -> None:
    """End a conversation; it stays readable. Raises MoveRefused."""
    workflow.make("close", locked(Thread, thread.id), actor=actor, at=at, note=note)


def extend(thread: Thread, due_at: datetime, *, reason: str, actor: User, at: datetime) -> None:
    """Give more time for an answer, with a reason, also after the term; the applicants are told.

    Raises Refusal for a date that is not later, and MoveRefused.
    """
    held = locked(Thread, thread.id)
    if due_at <= at or (held.due_at is not None and due_at <= held.due_at):
        raise Refusal(_("Choose a later date than it was."))
    before = held.due_at
    workflow.make(
        "extend", held, actor=actor, at=at, note=reason,
        detail={"from": before.isoformat() if before else None, "to": due_at.isoformat()},
    )  # fmt: skip
    held.due_at = due_at
    thread_mail.tell_extension(held, reason, at=at)


def _check_say(thread: Thread, actor: User) -> None:
    if not MAY_SAY[thread.audience](actor, thread):
        raise MoveRefused(_("This conversation is not yours to write in."))


def _add(
    thread: Thread,
    body: str,
    *,
    version_number: int | None = None,
    actor: User,
    at: datetime,
    tell: bool = True,
) -> Message:
    text = body.strip()
    if not text:
        raise Refusal(_("Write something first."))
    message = Message(thread=thread, author=actor, at=at, body=text, version_number=version_number)
    db.session.add(message)
    db.session.flush()  # mentions and the keys of mail name it
    readers = [user for user in conversations.readers(thread) if user.id != actor.id]
    mentioned = mentions.named(text, readers)
    db.session.add_all(Mention(message_id=message.id, user_id=user.id) for user in mentioned)
    attention.see_thread(thread.id, actor=actor, at=at)  # who answers has seen what was meant for them
    if tell:
        thread_mail.tell_message(message, readers, mentioned, at=at)
    return message
