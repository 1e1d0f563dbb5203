"""What the office asks of applicants: questions with a date, and what is missing; and their answers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from flask_babel import gettext as _

from fundapp.accounts.models import User
from fundapp.applications import (
    clock_stops,
    conversations,
    knockouts,
    revisions,
    thread_mail,
    threads,
    versions,
)
from fundapp.applications.models import (
    Application,
    ApplicationState,
    Audience,
    Message,
    Thread,
    ThreadKind,
    ThreadState,
    VersionReason,
)
from fundapp.applications.revisions import UNDER_WAY
from fundapp.applications.workflow import threads as workflow
from fundapp.core import clock
from fundapp.core.db import locked
from fundapp.core.refusals import MoveRefused, Refusal

LAST_MOMENT = time(23, 59, 59)


@dataclass(frozen=True)
class Question:
    """One thing to ask. about: the key of a question of the form. unlocks: answers that may be changed."""

    subject: str
    body: str
    about: str | None = None
    unlocks: Sequence[str] = field(default_factory=tuple)


def end_of(day: date, zone: str) -> datetime:
    """Give the last moment of a day on the wall clock of a zone."""
    found = clock.instant(datetime.combine(day, LAST_MOMENT), zone, closing=True)
    assert found is not None  # noqa: S101  summer time never begins just before midnight
    return found


def ask(
    application: Application,
    questions: Sequence[Question],
    *,
    due_at: datetime | None,
    actor: User,
    at: datetime,
) -> list[Thread]:
    """Ask the applicants one or several things with one date, in one mail; give the threads.

    Raises Refusal (nothing asked, a date that has passed, an application that is not under way,
    an answer that the form does not ask) and MoveRefused.
    """
    held = locked(Application, application.id)
    if held.state not in UNDER_WAY:
        raise Refusal(_("This application is not under way any more: there is nothing to ask."))
    if not questions:
        raise Refusal(_("Write something first."))
    _check_keys(held, questions)
    opened = [
        threads.open_thread(
            held, kind=ThreadKind.QUESTION, audience=Audience.APPLICANT, subject=one.subject, body=one.body,
            due_at=due_at, about=one.about, unlocks=one.unlocks, actor=actor, at=at, tell=False,
        )
        for one in questions
    ]  # fmt: skip
    thread_mail.tell_questions(held, opened, at=at)
    return opened


def _check_keys(application: Application, questions: Sequence[Question]) -> None:
    known = {one.key for one in versions.form_of(application.stage.form).fields}
    wanted = {key for one in questions for key in (*one.unlocks, *([one.about] if one.about else []))}
    if wanted - known:
        raise Refusal(_("The form has no such question."))


def ask_completion(
    application: Application,
    *,
    body: str,
    unlocks: Sequence[str],
    due_at: datetime,
    actor: User,
    at: datetime,
) -> Thread:
    """Ask for what is missing: the term for deciding stands still until it is there (Awb 4:5, 4:15).

    Raises Refusal and MoveRefused.
    """
    held = locked(Application, application.id)
    _check_keys(held, [Question("", "", unlocks=unlocks)])
    clock_stops.stop(held, actor=actor, at=at)
    return threads.open_thread(
        held, kind=ThreadKind.COMPLETION, audience=Audience.APPLICANT,
        subject=_("Please complete your proposal"), body=body, due_at=due_at, unlocks=unlocks,
        actor=actor, at=at,
    )  # fmt: skip


def reply(thread: Thread, body: str, *, actor: User, at: datetime) -> Message:
    """Answer a question, and send what was changed with it as a new version of the proposal.

    A completion also sets the clock going again. Raises Refusal (too late), NotComplete, MoveRefused.
    """
    held = locked(Application, thread.application_id)
    if held.state not in UNDER_WAY:
        raise MoveRefused(_("This proposal is not under way any more: the question needs no answer."))
    is_completion = thread.kind is ThreadKind.COMPLETION
    if threads.is_late(thread, at):
        raise Refusal(
            _("The date for this answer has passed. Write to the fund if you still want to answer.")
        )
    reason = VersionReason.COMPLETED if is_completion else VersionReason.REVISED
    version = revisions.make(thread, reason, actor=actor, at=at)
    if is_completion and held.state is ApplicationState.INCOMPLETE:
        clock_stops.run("complete", held, actor=actor, at=at)
        if version is not None:
            knockouts.start_over(held, actor=actor, at=at)
    number = version.number if version is not None else None
    return threads.answer(thread, body, version_number=number, actor=actor, at=at)


# --- the clock --------------------------------------------------------------------


def expire(at: datetime) -> dict[str, int]:
    """End the questions whose term is over, and let the clock of what was not completed run again.

    Gives counts of expired questions and lapsed completions. Idempotent.
    """
    done = {"expired": 0, "lapsed": 0}
    for due in conversations.overdue(at):
        application = locked(Application, due.application_id)
        thread = locked(Thread, due.id)
        if thread.state is not ThreadState.OPEN:
            continue
        workflow.make("expire", thread, actor=None, at=at)
        if application.state not in UNDER_WAY:
            continue  # nobody waits for this answer any more
        if thread.kind is ThreadKind.COMPLETION and application.state is ApplicationState.INCOMPLETE:
            clock_stops.run("lapse", application, actor=None, at=at)
            done["lapsed"] += 1
        thread_mail.tell_expiry(thread, at=at)
        done["expired"] += 1
    return done


def extend(thread: Thread, due_at: datetime, *, reason: str, actor: User, at: datetime) -> None:
    """Give more time for an answer, with a reason; a lapsed completion stops the clock again.

    Raises Refusal and MoveRefused.
    """
    was_expired = thread.state is ThreadState.EXPIRED
    application = locked(Application, thread.application_id)
    if application.state not in UNDER_WAY:
        raise Refusal(_("This application is not under way any more: there is nothing to ask."))
    if was_expired and thread.kind is ThreadKind.COMPLETION:
        clock_stops.stop(application, actor=actor, at=at, note=reason)
    threads.extend(thread, due_at, reason=reason, actor=actor, at=at)


def cease(application: Application, *, at: datetime) -> None:
    """Close what waits for the applicant, because the application is not under way any more."""
    for thread in conversations.open_questions(application.id):
        threads.close(thread, actor=None, at=at)
