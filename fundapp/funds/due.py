"""Dates in funds: promised gifts that should come in."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select

from fundapp.accounts.models import Role, RoleName
from fundapp.core import due
from fundapp.funds.models import Contribution, Gift


def _pledges(first: datetime, until: datetime) -> Select[Any]:
    """Select promised gifts with a day, for those who keep the fund's money."""
    day = due.noon(Contribution.expected_on)
    return (
        select(
            *due.columns(
                "pledge-due", subject_id=Contribution.id, user_id=Role.user_id, fund_id=Contribution.fund_id,
                due_on=Contribution.expected_on, label=Contribution.giver,
            )
        )
        .select_from(Contribution)
        .join(Role, Role.fund_id == Contribution.fund_id)
        .where(
            Contribution.state == Gift.PLEDGED,
            Contribution.expected_on.is_not(None),
            Role.name == RoleName.FINANCE,
            Role.ended_at.is_(None),
            day >= first,
            day < until,
        )
        .distinct()
    )  # fmt: skip


due.add(
    due.Kind(
        "pledge-due",
        _l("A promised gift is due"),
        _pledges,
        "funds.gift",
        offsets=(0, 14),
        todo="late_gift",
        whom=_l("the finance officers of the fund"),
        stops=_l("the gift has come in or the promise is taken back"),
    )
)
