"""Reports of grantees as others read them: one through a door, its form, what an accepted one says."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload, selectinload

from fundapp.accounts.models import User
from fundapp.applications.models import Application
from fundapp.applications.queries import mine, seen
from fundapp.core.db import db
from fundapp.funds.models import Fund
from fundapp.grants.models import (
    Award,
    ProgressReport,
    ReportAnswer,
    ReportKind,
    ReportRemark,
    ReportState,
    ReportVersion,
)
from fundapp.grants.queries import is_office
from fundapp.rounds import definitions
from fundapp.rounds.definitions import Form
from fundapp.rounds.fields import NUMBERS
from fundapp.rounds.models import Form as FormRow

SUMMARY, MAY_PUBLISH, PLACES = "summary", "may_publish", "places"
SHIPPED = {ReportKind.PROGRESS: "progress_report", ReportKind.FINAL: "final_report"}


def report(user: User, id: int) -> ProgressReport | None:
    """Load one report with all that its page and its rules look at."""
    doors = [seen, mine] if is_office(user) else [mine]
    return next((found for door in doors if (found := _report(door(user), id)) is not None), None)


def _report(door: ColumnElement[bool], id: int) -> ProgressReport | None:
    project = joinedload(ProgressReport.award).joinedload(Award.application)
    statement = (
        select(ProgressReport)
        .join(Award, Award.id == ProgressReport.award_id)
        .join(Application, Application.id == Award.application_id)
        .where(ProgressReport.id == id, door)
        .options(
            project.joinedload(Application.fund),
            project.joinedload(Application.party),
            project.joinedload(Application.access),
            project.joinedload(Application.conflicts),
            selectinload(ProgressReport.versions),
        )
    )
    return db.session.scalars(statement).unique().one_or_none()


# --- what is asked -----------------------------------------------------------------


def form_row(fund: Fund, kind: ReportKind) -> FormRow | None:
    """Give the fund's own form for this kind of report, its newest; None while it asks what we ship."""
    rows = db.session.scalars(select(FormRow).where(FormRow.fund_id == fund.id).order_by(FormRow.id.desc()))
    return next((row for row in rows if row.definition.get("report") == kind.value and _is_whole(row)), None)


def _is_whole(row: FormRow) -> bool:
    return not definitions.read_draft(row.definition)[1]


def asked_now(fund: Fund, kind: ReportKind) -> Mapping[str, Any]:
    """Give the questions that a report of this kind begins with today."""
    row = form_row(fund, kind)
    if row is not None:
        return row.definition
    shipped = definitions.load_library(SHIPPED[kind])
    return shipped.definition


def questions(report: ProgressReport) -> Mapping[str, Any]:
    """Give the questions of a report: those it was begun with, or else today's."""
    return report.questions or asked_now(report.application.fund, report.kind)


def form_of(report: ProgressReport) -> Form:
    """Read the form of a report."""
    return definitions.read_form(questions(report))


# --- what was answered -----------------------------------------------------------------


def answers_of(report_id: int) -> dict[str, ReportAnswer]:
    """Read the working copy anew, by question."""
    found = db.session.scalars(
        select(ReportAnswer)
        .where(ReportAnswer.report_id == report_id)
        .execution_options(populate_existing=True)
    )
    return {answer.field: answer for answer in found}


def values(report: ProgressReport) -> dict[str, Any]:
    """Give the answers so far by question."""
    return {key: one.value.get("v") for key, one in answers_of(report.id).items()}


def sent(report: ProgressReport, number: int | None = None) -> ReportVersion | None:
    """Give a version as it was sent in; the last unless a number is given."""
    wanted = number or report.version_number
    return next((one for one in report.versions if one.number == wanted), None)


def remarks(report: ProgressReport, number: int) -> dict[str, ReportRemark]:
    """Give what the reviewer asked about one version, by question."""
    found = db.session.scalars(
        select(ReportRemark).where(ReportRemark.report_id == report.id, ReportRemark.version_number == number)
    )
    return {one.field: one for one in found}


# --- what an accepted report says ----------------------------------------------------------


def accepted_final(award: Award) -> ProgressReport | None:
    """Give the accepted final report of a grant, with its versions; None while there is none."""
    return db.session.scalar(
        select(ProgressReport)
        .where(
            ProgressReport.award_id == award.id,
            ProgressReport.kind == ReportKind.FINAL,
            ProgressReport.state == ReportState.ACCEPTED,
        )
        .options(selectinload(ProgressReport.versions))
    )


def accepted_answers(report: ProgressReport) -> dict[str, Any]:
    """Give the answers of an accepted report, by the keys of its form; empty while it is not accepted."""
    version = sent(report) if report.state is ReportState.ACCEPTED else None
    return dict(version.answers) if version is not None else {}


def figures(report: ProgressReport) -> dict[str, int | str]:
    """Give the figures of an accepted report by key: whole numbers, decimals as text, amounts in cents."""
    given = accepted_answers(report)
    keys = [field.key for field in form_of(report).fields if field.type in NUMBERS]
    return {key: given[key] for key in keys if given.get(key) is not None}


def public_summaries(award_ids: Collection[int]) -> dict[int, str]:
    """Give the summaries that may be shown to everybody, Markdown by grant: accepted, and agreed to."""
    found = db.session.execute(
        select(ProgressReport.award_id, ReportVersion.answers)
        .join(
            ReportVersion,
            (ReportVersion.report_id == ProgressReport.id)
            & (ReportVersion.number == ProgressReport.version_number),
        )
        .where(
            ProgressReport.award_id.in_(award_ids),
            ProgressReport.kind == ReportKind.FINAL,
            ProgressReport.state == ReportState.ACCEPTED,
        )
    )
    return {
        row.award_id: row.answers[SUMMARY]
        for row in found
        if row.answers.get(MAY_PUBLISH) is True and isinstance(row.answers.get(SUMMARY), str)
    }
