"""Judging a report: questions beside the answers, or acceptance."""

from collections.abc import Mapping
from datetime import datetime

from flask_babel import gettext as _

from fundapp.accounts.models import User
from fundapp.core.db import db, locked
from fundapp.core.refusals import ChangedMeanwhile, Refusal
from fundapp.grants import progress_reports
from fundapp.grants.letters import queue
from fundapp.grants.models import ProgressReport, ReportRemark
from fundapp.grants.report_flow import reports


def ask_change(
    report: ProgressReport,
    note: str,
    asked: Mapping[str, str],
    *,
    shown_number: int,
    internal: str = "",
    actor: User,
    at: datetime,
) -> None:
    """Send a report back, with questions beside single answers.

    asked: text by question; those that are no questions of the form are left out. shown_number: the
    version that was on the page. Raises MoveRefused, ChangedMeanwhile, Refusal when nothing is asked.
    """
    held = _held(report, shown_number)
    known = {field.key for field in progress_reports.form_of(held).fields}
    kept = {key: text.strip() for key, text in asked.items() if text.strip() and key in known}
    if not (note.strip() or kept):
        raise Refusal(_("Say what has to change: in general, or beside an answer."))
    said = note.strip() or _("See the questions beside your answers.")
    reports.make("return", held, actor=actor, at=at, note=said, detail={"questions": len(kept)})
    held.note, held.internal, held.reviewed_by = said, internal.strip(), actor.id
    for key, text in kept.items():
        db.session.add(
            ReportRemark(
                report_id=held.id,
                version_number=held.version_number,
                field=key,
                text=text,
                asked_by=actor.id,
                asked_at=at,
            )
        )
    queue("report-returned", held.application, f"{held.id}:{held.version_number}", at=at, report=held)


def accept(
    report: ProgressReport, note: str, *, shown_number: int, internal: str = "", actor: User, at: datetime
) -> None:
    """Accept exactly the version that was on the page; a summary agreed to is public from now on.

    Raises MoveRefused (who sent it never accepts it), ChangedMeanwhile.
    """
    held = _held(report, shown_number)
    with db.session.no_autoflush:  # accepted and by whom are written together, or the database refuses
        reports.make("accept", held, actor=actor, at=at, detail={"number": held.version_number})
        held.note, held.internal, held.reviewed_by = note.strip(), internal.strip(), actor.id
    queue("report-accepted", held.application, f"{held.id}:{held.version_number}", at=at, report=held)


def _held(report: ProgressReport, shown_number: int) -> ProgressReport:
    held = locked(ProgressReport, report.id)
    if held.version_number != shown_number:
        raise ChangedMeanwhile(_("The grantee sent another version while you had this open. Read it again."))
    return held
