"""Mail about threads: each message once to each of its readers, in their own language."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from fundapp.accounts.models import User
from fundapp.applications import conversations, queries
from fundapp.applications import readers as readable
from fundapp.applications.models import Application, Audience, Message, Thread, ThreadKind
from fundapp.core import mail


def tell_message(
    message: Message, readers: Sequence[User], mentioned: Sequence[User], *, at: datetime
) -> None:
    """Tell those concerned of a message: never its author, never an applicant of what is inside.

    readers: everybody else who may read the thread. To the applicants goes what the office says to them;
    to the office what they answer; inside, to those who took part or are mentioned.
    """
    thread = message.thread
    if thread.audience is Audience.APPLICANT:
        _tell_asked(message, mentioned, at)
        return
    concerned = {turn.author_id for turn in thread.messages} | {user.id for user in mentioned}
    for user in readers:
        if user.id in concerned:
            title = readable.title(user, thread.application)
            _queue("thread-message", message, user, at, is_mentioned=user in mentioned, title=title)


def _tell_asked(message: Message, mentioned: Sequence[User], at: datetime) -> None:
    applicants = queries.applicants(message.thread.application_id)
    is_answer = any(user.id == message.author_id for user in applicants)
    for user in applicants:
        if user.id != message.author_id:
            _queue("question-shared" if is_answer else "question-asked", message, user, at)
    office = conversations.handlers(message.thread.application) if is_answer else []
    ours = {user.id: user for user in [*office, *mentioned] if user not in applicants}
    for user in ours.values():
        if user.id != message.author_id:
            _queue("question-answered", message, user, at, is_answer=is_answer)


def _queue(name: str, message: Message, to: User, at: datetime, **values: Any) -> None:
    thread = message.thread
    mail.queue(
        name,
        key=f"message:{message.id}:{to.id}",
        to=to,
        at=at,
        application=thread.application,
        thread=thread,
        message=message,
        **values,
    )


def tell_questions(application: Application, threads: Sequence[Thread], *, at: datetime) -> None:
    """Write to each applicant once about all that was asked together."""
    for user in queries.applicants(application.id):
        mail.queue(
            "questions-asked",
            key=f"questions:{threads[0].id}:{user.id}",
            to=user,
            at=at,
            application=application,
            threads=threads,
            due_at=threads[0].due_at,
        )


def tell_extension(thread: Thread, reason: str, *, at: datetime) -> None:
    """Tell the applicants that they have more time."""
    _tell_applicants("question-extended", thread, f"{thread.due_at:%Y%m%d%H%M}", at, reason=reason)


def tell_expiry(thread: Thread, *, at: datetime) -> None:
    """Tell applicants and office that the term of a question, or for completing, is over."""
    when, is_completion = f"{thread.due_at:%Y%m%d%H%M}", thread.kind is ThreadKind.COMPLETION
    _tell_applicants("question-expired", thread, when, at, is_completion=is_completion)
    for user in conversations.handlers(thread.application):
        mail.queue(
            "question-unanswered", key=f"question-unanswered:{thread.id}:{when}:{user.id}", to=user, at=at,
            application=thread.application, thread=thread, is_completion=is_completion,
        )  # fmt: skip


def _tell_applicants(name: str, thread: Thread, when: str, at: datetime, **values: Any) -> int:
    return sum(
        mail.queue(
            name, key=f"{name}:{thread.id}:{when}:{user.id}", to=user, at=at,
            application=thread.application, thread=thread, **values,
        )
        for user in queries.applicants(thread.application_id)
    )  # fmt: skip
