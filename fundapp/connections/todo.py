"""What waits for people in connections: an address that the clock paused."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, and_, false, or_, select

from fundapp.accounts.models import RoleName, User
from fundapp.connections.models import Webhook, WebhookState
from fundapp.core import todo


def _paused(user: User, at: datetime) -> Select[Any] | None:
    """Select what the clock paused, for who manages the fund and for the administrator who made it."""
    funds = user.funds(RoleName.MANAGER)
    if not funds and not user.is_administrator:
        return None
    own = Webhook.user_id == user.id if user.is_administrator else false()
    paused = and_(Webhook.state == WebhookState.PAUSED, Webhook.pause_why != "hand")
    return select(*todo.columns("webhook-paused", Webhook.id, Webhook.url, since_at=Webhook.state_at)).where(
        paused, or_(Webhook.fund_id.in_(funds), own)
    )


todo.add(
    todo.Kind(
        "webhook-paused",
        _l("Look at an address that hears no more, and let it go on or remove it"),
        _paused,
        "connections.hook",
    )
)
