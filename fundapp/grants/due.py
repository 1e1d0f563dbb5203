"""Dates in grants: milestones that are planned for a day."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, and_, or_, select

from fundapp.applications.models import APPLICANTS, Access, Application, Capacity
from fundapp.core import due
from fundapp.grants import agreement_due, report_due  # noqa: F401  add agreements and reports
from fundapp.grants.models import Award, AwardState, Milestone, MilestoneState


def _milestones(first: datetime, until: datetime) -> Select[Any]:
    """Select open milestones of running grants, for who looks after them, else for the owner."""
    day = due.noon(Milestone.due_on)
    looks_after = or_(
        Access.user_id == Milestone.responsible_id,
        and_(Milestone.responsible_id.is_(None), Access.capacity == Capacity.OWNER),
    )
    return (
        select(
            *due.columns(
                "milestone-due", subject_id=Milestone.id, user_id=Access.user_id, fund_id=Milestone.fund_id,
                round_id=Award.round_id, application_id=Award.application_id, due_on=Milestone.due_on,
                label=Milestone.ref, other=Award.id,
            )
        )
        .select_from(Milestone)
        .join(Award, Award.id == Milestone.award_id)
        .join(Application, Application.id == Award.application_id)
        .join(Access, and_(Access.application_id == Application.id, looks_after))
        .where(
            Milestone.state == MilestoneState.OPEN,
            Milestone.amount_cents > 0,
            Award.state == AwardState.ACTIVE,
            Access.ended_at.is_(None),
            Access.capacity.in_(APPLICANTS),
            day >= first,
            day < until,
        )
        .distinct()
    )  # fmt: skip


due.add(
    due.Kind(
        "milestone-due", _l("A milestone is planned for this day"), _milestones, "grants.show",
        values=lambda row: {"id": row.other}, offsets=(-14, 0),
        whom=_l("who looks after the milestone, else the owner of the grant"),
        stops=_l("the milestone is reached, moved or dropped"),
    )
)  # fmt: skip
