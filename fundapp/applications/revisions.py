"""Changing chosen answers after the deadline, because a question asked for it: a new version, whole."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from fundapp.accounts.models import User
from fundapp.applications import drafts, versions
from fundapp.applications.models import (
    Application,
    ApplicationState,
    ApplicationVersion,
    Thread,
    ThreadState,
    VersionReason,
)
from fundapp.applications.rules import writer
from fundapp.core.db import locked
from fundapp.core.refusals import MoveRefused
from fundapp.rounds.definitions import Fault, Form
from fundapp.rounds.fields import Field

S = ApplicationState
UNDER_WAY = frozenset({S.SUBMITTED, S.INCOMPLETE, S.IN_REVIEW, S.INVITED, S.RESERVE})
"""While an application is one of these, the office may ask about it and the applicant may answer."""

ON_CHANGE: list[Callable[[Application, ApplicationVersion, User, datetime], None]] = []
"""What later features do when a proposal changes while it is assessed: its reviewers are told."""


def fields(thread: Thread) -> list[Field]:
    """List the questions of the form that may be answered anew in a thread, in the form's order."""
    form = versions.form_of(thread.application.stage.form)
    return [field for section in form.sections for field in section.fields if field.key in thread.unlocks]


def save(
    thread: Thread, answers: Mapping[str, Any], bases: Mapping[str, int], *, actor: User, at: datetime
) -> dict[str, int]:
    """Keep answers to the opened questions in the working copy; give their revisions.

    Raises AnswersChanged on a clash and MoveRefused when nothing may be changed (any more).
    """
    held = locked(Application, thread.application_id)
    if thread.state is not ThreadState.OPEN or held.state not in UNDER_WAY or not writer(actor, held):
        raise MoveRefused(_("This can't be changed any more."))
    allowed = {key: value for key, value in answers.items() if key in thread.unlocks}
    return drafts.take(held, allowed, bases, actor=actor, at=at)


def proposed(thread: Thread) -> dict[str, Any]:
    """Give the answers as they would be sent: those that count, with the opened ones as written now."""
    application = thread.application
    current = application.current
    written = versions.values(drafts.answers_of(application.id).values())
    kept = dict(current.answers) if current is not None else {}
    for key in thread.unlocks:
        if key in written:
            kept[key] = written[key]
    return kept


def is_changed(thread: Thread) -> bool:
    """Tell whether the opened answers differ from the version that counts."""
    current, wanted = thread.application.current, proposed(thread)
    return current is not None and any(wanted.get(key) != current.answers.get(key) for key in thread.unlocks)


def faults(thread: Thread) -> list[Fault]:
    """List what has to be mended: in the opened answers, and what their change would break elsewhere."""
    application = thread.application
    current = application.current
    before = versions.faults(application, current.answers) if current is not None else []
    known = {(fault.field, fault.code) for fault in before if fault.field not in thread.unlocks}
    return [
        fault for fault in versions.faults(application, proposed(thread))
        if (fault.field, fault.code) not in known
    ]  # fmt: skip


def make(thread: Thread, reason: VersionReason, *, actor: User, at: datetime) -> ApplicationVersion | None:
    """Send the opened answers in as a new version; None when nothing changed. Raises NotComplete."""
    if not thread.unlocks or not is_changed(thread):
        return None
    if found := faults(thread):
        raise versions.NotComplete(found)
    application = thread.application
    version = versions.make(application, proposed(thread), reason, actor=actor, at=at)
    for react in ON_CHANGE:
        react(application, version, actor, at)
    return version


def form_of(thread: Thread) -> Form:
    """Give the form whose questions a thread opens."""
    return versions.form_of(thread.application.stage.form)
