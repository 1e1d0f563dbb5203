"""A report on paper: a version as it was sent in, or a draft that says so."""

from flask_babel import force_locale
from flask_babel import gettext as _

from fundapp.applications import reading
from fundapp.core import clock, papers
from fundapp.core.words import pick
from fundapp.grants import progress_reports
from fundapp.grants.models import ProgressReport, ReportVersion
from fundapp.grants.report_flow import KINDS, REPORT_WORDS


def pdf(report: ProgressReport, version: ReportVersion | None, lang: str) -> bytes:
    """Set a report as PDF. version: None for the working copy. Raises PdfEngineMissing."""
    application = report.application
    fund, party = application.fund, application.party
    given = version.answers if version is not None else progress_reports.values(report)
    definition = progress_reports.questions(report)
    with force_locale(lang):
        kind, state = str(KINDS[report.kind]), str(REPORT_WORDS[report.state][1])
        draft = "" if version is not None else _("This is a draft. It was not handed in.")
    shape = {
        "kind": kind,
        "state": state,
        "draft": draft,
        "code": application.code or f"G{report.award_id}",
        "title": application.title,
        "fund": pick(fund.name, lang),
        "grantee": party.legal_name if party is not None else application.applicant_name or "",
        "number": version.number if version is not None else None,
        "due_on": report.due_on,
        "sent_on": clock.day(version.sent_at, fund.zone) if version is not None else None,
        "note": report.note,
        "parts": reading.sections(definition, given, lang, currency=fund.currency),
    }
    made_at = version.sent_at if version is not None else report.saved_at or report.state_at
    return papers.paper("grant_report.html", lang=lang, made_at=made_at, d=shape, currency=fund.currency)
