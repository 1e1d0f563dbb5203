"""What falls due in grants, for the calendar: what grantees have to deliver in a month."""

from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select

from fundapp.accounts.models import User
from fundapp.applications.models import Application
from fundapp.applications.queries import seen
from fundapp.core.db import db
from fundapp.grants.models import Award, AwardState, Milestone, MilestoneState
from fundapp.rounds import calendar

MOST = 200


def milestones_due(
    user: User, first: date, end: date, fund_id: int | None, language: str
) -> list[calendar.Entry]:
    """List the open milestones of running grants the person sees that are due in these days."""
    found = (
        select(Milestone.ref, Milestone.title, Milestone.due_on, Award.id, Application.title.label("project"))
        .join(Award, Award.id == Milestone.award_id)
        .join(Application, Application.id == Award.application_id)
        .where(
            Milestone.due_on >= first,
            Milestone.due_on < end,
            Milestone.state == MilestoneState.OPEN,
            Award.state == AwardState.ACTIVE,
            seen(user),
        )
        .order_by(Milestone.due_on, Milestone.id)
        .limit(MOST)
    )
    if fund_id is not None:
        found = found.where(Award.fund_id == fund_id)
    return [
        calendar.Entry(
            on=row.due_on,
            what=_("Milestone %(ref)s is due", ref=row.ref),
            about=f"{row.project}: {row.title}",
            endpoint="grants.show",
            values={"id": row.id},
        )
        for row in db.session.execute(found)
    ]


calendar.SOURCES.append(milestones_due)
