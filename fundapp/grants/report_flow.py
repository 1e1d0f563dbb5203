"""Where the reports of grantees stand, who moves them, and what the states are called."""

from enum import StrEnum

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from fundapp.applications.rules import staff, writer
from fundapp.core.newer import Told
from fundapp.core.rules import person
from fundapp.core.workflow import Move, Workflow
from fundapp.grants.models import ProgressReport, ReportKind, ReportState

S = ReportState

sender = person(lambda user, report: report.submitted_by == user.id, "sender")

WRITE = writer
REVIEW = staff & ~sender
"""Who judges a report: never the person who sent it."""

reports = Workflow(
    ProgressReport.state,
    Move("write", {S.OPEN, S.RETURNED}, None, by=WRITE, label=_l("Write the report")),
    Move("submit", {S.OPEN, S.RETURNED}, S.SUBMITTED, by=WRITE, label=_l("Hand in the report")),
    Move("take_back", {S.SUBMITTED}, S.RETURNED, by=WRITE, label=_l("Take it back to change it")),
    Move("return", {S.SUBMITTED}, S.RETURNED, by=REVIEW, label=_l("Ask for a change"), wants_note=True),
    Move("accept", {S.SUBMITTED}, S.ACCEPTED, by=REVIEW, label=_l("Accept the report")),
    Move("move", {S.OPEN, S.RETURNED}, None, by=staff, label=_l("Set another day")),
    Move("waive", {S.OPEN, S.RETURNED}, S.WAIVED, by=staff, label=_l("Not needed"), wants_note=True),
    Move("ask_again", {S.WAIVED}, S.OPEN, by=staff, label=_l("Ask it after all")),
)

Words = dict[StrEnum, tuple[str, LazyString]]

REPORT_WORDS: Words = Told(
    {
        S.OPEN: ("wait", _l("To be written")),
        S.SUBMITTED: ("now", _l("To be read")),
        S.RETURNED: ("warn", _l("Back with the grantee")),
        S.ACCEPTED: ("ok", _l("Accepted")),
        S.WAIVED: ("none", _l("Not needed")),
    }
)
OWN_REPORT_WORDS: Words = REPORT_WORDS | {
    S.SUBMITTED: ("now", _l("We read your report")),
    S.RETURNED: ("warn", _l("Please change something")),
}
KINDS: dict[ReportKind, LazyString] = Told(
    {
        ReportKind.PROGRESS: _l("Progress report"),
        ReportKind.FINAL: _l("Final report"),
    }
)
