"""Writing a report: drafts in which nothing is lost, files, handing in, taking back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from fundapp.accounts.models import User
from fundapp.applications import drafts
from fundapp.applications.attachments import entries
from fundapp.core import audit, file_kinds, files
from fundapp.core.db import db, locked
from fundapp.core.files import File
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.grants import progress_reports
from fundapp.grants.letters import queue
from fundapp.grants.models import AwardState, ProgressReport, ReportAnswer, ReportVersion
from fundapp.grants.report_flow import reports
from fundapp.rounds.definitions import Ask, Fault
from fundapp.rounds.fields import Field
from fundapp.rounds.reading import digest_of

WRITTEN_IN = (AwardState.ACTIVE, AwardState.PAUSED, AwardState.TERMINATED)


class Incomplete(Refusal):
    """A report that cannot be handed in yet. faults: what has to be mended, by question."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__(_("Something is missing or cannot be read yet."))


def save(
    report: ProgressReport, given: Mapping[str, Any], bases: Mapping[str, int], *, actor: User, at: datetime
) -> dict[str, int]:
    """Keep answers of the working copy, and the questions as they are when writing begins; give revisions.

    bases: the revision each answer was written upon. Raises MoveRefused, and AnswersChanged where
    somebody else wrote the same answer: those that do not clash are in the session all the same.
    """
    held = _held(report, actor)

    def first(key: str, value: Any) -> None:
        db.session.add(
            ReportAnswer(report_id=held.id, field=key, value={"v": value}, saved_at=at, saved_by=actor.id)
        )

    before = progress_reports.answers_of(held.id)
    taken, clashes = drafts.merge(before, given, bases, first, actor=actor, at=at)
    _begin(held, at)
    db.session.flush()  # the page that follows reads all of it
    if clashes:
        raise drafts.AnswersChanged(clashes, taken)
    return taken


def _held(report: ProgressReport, actor: User) -> ProgressReport:
    held = locked(ProgressReport, report.id)
    if not reports.allows("write", actor, held) or held.award.state not in WRITTEN_IN:
        raise MoveRefused(_("This report cannot be changed now."))
    return held


def _begin(held: ProgressReport, at: datetime) -> None:
    if held.questions is None:
        held.questions = dict(progress_reports.questions(held))
    held.saved_at = at


# --- files -------------------------------------------------------------------------


def attach(
    report: ProgressReport,
    field: Field,
    name: str,
    content: bytes,
    *,
    most_bytes: int,
    actor: User,
    at: datetime,
) -> None:
    """Add a file to an answer. Raises Refusal (kind, size, number of files) and MoveRefused."""
    held = _held(report, actor)
    if len(content) > most_bytes:
        raise Refusal(_("This file is too large."))
    sort = file_kinds.recognise(name, content)
    present = entries(progress_reports.values(held).get(field.key))
    kept = [] if field.max_files == 1 else present
    if len(kept) >= field.max_files:
        raise Refusal(_("No more than %(num)d files fit here. Remove one first.", num=field.max_files))
    file = files.keep(
        held, content, name=sort.name, media_type=sort.media_type, actor_id=actor.id, at=at, kind=field.key
    )
    entry = {"id": file.id, "name": file.name, "size": file.size, "sha256": file.sha256}
    _answer(held, field.key, [*kept, entry], actor=actor, at=at)
    audit.record("attach", held, actor=actor, at=at, detail={"file": file.id, "field": field.key})


def detach(report: ProgressReport, key: str, file_id: int, *, actor: User, at: datetime) -> None:
    """Take a file out of the working copy; versions that were sent keep it."""
    held = _held(report, actor)
    present = entries(progress_reports.values(held).get(key))
    left = [one for one in present if one["id"] != file_id]
    if len(left) < len(present):
        _answer(held, key, left or None, actor=actor, at=at)
        audit.record("detach", held, actor=actor, at=at, detail={"file": file_id, "field": key})


def _answer(held: ProgressReport, key: str, value: Any, *, actor: User, at: datetime) -> None:
    there = progress_reports.answers_of(held.id).get(key)
    save(held, {key: value}, {key: there.revision if there else 0}, actor=actor, at=at)


def file_of(report: ProgressReport, id: int) -> File | None:
    """Load a file of a report; the caller has asked who may read the report."""
    file = db.session.get(File, id)
    is_ours = file is not None and (file.subject_type, file.subject_id) == (report.__tablename__, report.id)
    return file if is_ours else None


# --- handing in --------------------------------------------------------------------


def faults(report: ProgressReport) -> list[Fault]:
    """List what has to be mended before the report can be handed in."""
    ask = Ask(currency=report.application.fund.currency)
    return progress_reports.form_of(report).check(progress_reports.values(report), ask)


def submit(report: ProgressReport, *, actor: User, at: datetime) -> ReportVersion:
    """Hand the working copy in as the next version. Raises Incomplete, MoveRefused."""
    held = _held(report, actor)
    if found := faults(held):
        raise Incomplete(found)
    given = {key: value for key, value in progress_reports.values(held).items() if value is not None}
    _begin(held, at)
    made = ReportVersion(
        report_id=held.id,
        number=held.version_number + 1,
        answers=given,
        digest=digest_of({"questions": held.questions, "answers": given}),
        sent_by=actor.id,
        sent_at=at,
    )
    db.session.add(made)
    held.version_number, held.submitted_by, held.submitted_at = made.number, actor.id, at
    with db.session.no_autoflush:  # version and state are written together, or the database refuses
        reports.make("submit", held, actor=actor, at=at, detail={"number": made.number})
    db.session.flush()  # the page that follows shows it
    db.session.expire(held, ["versions"])
    queue("report-received", held.application, f"{held.id}:{made.number}", at=at, report=held)
    return made


def take_back(report: ProgressReport, *, actor: User, at: datetime) -> None:
    """Take a report back to change it, before it is accepted."""
    held = locked(ProgressReport, report.id)
    reports.make("take_back", held, actor=actor, at=at)
    held.note = ""
