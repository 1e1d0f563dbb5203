"""Dates in connections: a key that soon stops working."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select

from fundapp.connections.models import ApiToken
from fundapp.core import due


def _ending(first: datetime, until: datetime) -> Select[Any]:
    """Select the keys in use that end, for who made them."""
    return select(
        *due.columns(
            "key-ends",
            subject_id=ApiToken.id,
            user_id=ApiToken.user_id,
            fund_id=ApiToken.fund_id,
            due_at=ApiToken.expires_at,
            label=ApiToken.name,
            since_at=ApiToken.made_at,
            other=ApiToken.fund_id,
        )
    ).where(ApiToken.revoked_at.is_(None), ApiToken.expires_at >= first, ApiToken.expires_at < until)


due.add(
    due.Kind(
        key="key-ends",
        words=_l("A key of a program stops working"),
        find=_ending,
        endpoint="connections.index",
        values=lambda row: {"id": row.other},
        offsets=(-14, -3),
        whom=_l("each manager of the fund"),
        stops=_l("the key is taken back or replaced"),
    )
)
