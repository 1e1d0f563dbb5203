"""What waits for people about reports: to write, to mend, to read."""

from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, or_, select

from fundapp.accounts.models import RoleName, User
from fundapp.applications.models import Application
from fundapp.applications.queries import mine, seen
from fundapp.core import due, todo
from fundapp.grants.models import Award, AwardState, ProgressReport, ReportState

AHEAD = timedelta(days=30)
"""A report stands in the list of its writer from a month before its day."""
LIVE = (AwardState.ACTIVE, AwardState.PAUSED, AwardState.TERMINATED)


def _reports(kind: str, due_at: Any = None) -> Select[Any]:
    return (
        select(
            *todo.columns(
                kind,
                ProgressReport.id,
                Application.title,
                code=Application.code,
                due_at=due_at,
                since_at=ProgressReport.state_at,
            )
        )
        .select_from(ProgressReport)
        .join(Award, Award.id == ProgressReport.award_id)
        .join(Application, Application.id == Award.application_id)
        .where(Award.state.in_(LIVE))
    )


def _to_write(user: User, at: datetime) -> Select[Any]:
    day = due.noon(ProgressReport.due_on)
    is_near = (ProgressReport.state == ReportState.OPEN) & (day < at + AHEAD)
    return _reports("report_write", day).where(
        or_(is_near, ProgressReport.state == ReportState.RETURNED), mine(user)
    )


def _to_read(user: User, at: datetime) -> Select[Any] | None:
    if not (funds := user.funds(RoleName.MANAGER)):
        return None
    return _reports("report_read").where(
        ProgressReport.state == ReportState.SUBMITTED,
        ProgressReport.fund_id.in_(funds),
        ProgressReport.submitted_by != user.id,
        seen(user),
    )


todo.add(
    todo.Kind("report_write", _l("Write your report"), _to_write, "grants.report"),
    todo.Kind("report_read", _l("Read a report of a grantee"), _to_read, "grants.report"),
)
