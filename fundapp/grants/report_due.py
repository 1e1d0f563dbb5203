"""Reports that fall due: for the grantee to write."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, and_, select

from fundapp.applications.models import Access, Application, Capacity
from fundapp.core import due
from fundapp.grants.models import Award, AwardState, ProgressReport
from fundapp.grants.report_days import OWED

RUNNING = (AwardState.ACTIVE, AwardState.PAUSED, AwardState.TERMINATED)


def _reports(first: datetime, until: datetime) -> Select[Any]:
    """Select the reports that are still to be handed in, for the owner of each grant."""
    day = due.noon(ProgressReport.due_on)
    return (
        select(
            *due.columns(
                "report-due", subject_id=ProgressReport.id, user_id=Access.user_id,
                fund_id=ProgressReport.fund_id, round_id=Award.round_id,
                application_id=Award.application_id, due_on=ProgressReport.due_on,
            )
        )
        .select_from(ProgressReport)
        .join(Award, Award.id == ProgressReport.award_id)
        .join(Application, Application.id == Award.application_id)
        .join(
            Access,
            and_(
                Access.application_id == Application.id,
                Access.capacity == Capacity.OWNER,
                Access.ended_at.is_(None),
            ),
        )
        .where(
            ProgressReport.state.in_(OWED), Award.state.in_(RUNNING), day >= first, day < until
        )
    )  # fmt: skip


due.add(
    due.Kind(
        "report-due", _l("Hand in your report"), _reports, "grants.report",
        offsets=(-14, -3, 0, 7), is_optional=False, escalation=("manager", 7),
        todo="report_write",
        whom=_l("the owner of the grant"),
        stops=_l("the report is handed in, or no longer asked"),
    )
)  # fmt: skip
