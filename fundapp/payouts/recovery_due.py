"""Parts of recoveries that fall due, for the grantee to pay."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, and_, func, select

from fundapp.applications.models import Access, Application, Capacity
from fundapp.core import due
from fundapp.grants.models import Award
from fundapp.payouts.models import Instalment, Recovery, RecoveryReceipt, RecoveryState


def _recoveries(first: datetime, until: datetime) -> Select[Any]:
    """Select the parts that what came in does not cover yet, for the owner of each grant."""
    day = due.noon(Instalment.due_on)
    came_in = (
        select(func.coalesce(func.sum(RecoveryReceipt.amount_cents), 0))
        .where(RecoveryReceipt.recovery_id == Recovery.id)
        .scalar_subquery()
    )
    others = Instalment.__table__.alias("before")
    so_far = (
        select(func.sum(others.c.amount_cents))
        .where(others.c.recovery_id == Recovery.id, others.c.number <= Instalment.number)
        .scalar_subquery()
    )
    return (
        select(
            *due.columns(
                "recovery-due", subject_id=Instalment.id, user_id=Access.user_id, fund_id=Recovery.fund_id,
                round_id=Award.round_id, application_id=Award.application_id, due_on=Instalment.due_on,
                label=Recovery.code, other=Recovery.id,
            )
        )
        .select_from(Instalment)
        .join(Recovery, Recovery.id == Instalment.recovery_id)
        .join(Award, Award.id == Recovery.award_id)
        .join(Application, Application.id == Award.application_id)
        .join(
            Access,
            and_(
                Access.application_id == Application.id,
                Access.capacity == Capacity.OWNER,
                Access.ended_at.is_(None),
            ),
        )
        .where(Recovery.state == RecoveryState.OPEN, came_in < so_far, day >= first, day < until)
    )  # fmt: skip


due.add(
    due.Kind(
        "recovery-due", _l("Pay back what was paid too much"), _recoveries, "payouts.recovery",
        values=lambda row: {"id": row.other}, offsets=(-7, 0, 7), is_optional=False,
        escalation=("finance", 7),
        whom=_l("the owner of the grant"),
        stops=_l("the part has been paid back or written off"),
    )
)  # fmt: skip
