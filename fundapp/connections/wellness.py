"""How connections are, for `fundapp doctor` and the page of the same name: addresses that hear no more."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select

from fundapp.connections.models import Delivery, DeliveryState, Webhook, WebhookState
from fundapp.core import health
from fundapp.core.db import db


def webhooks(at: datetime) -> health.Finding:
    """Count addresses and deliveries; worth a look when the clock paused one or gave one up."""
    here = Webhook.state != WebhookState.ENDED
    by_itself = (Webhook.state == WebhookState.PAUSED, Webhook.pause_why != "hand")
    addresses = select(func.count(Webhook.id)).where(here)
    theirs = select(func.count(Delivery.id)).join(Webhook, Webhook.id == Delivery.webhook_id).where(here)
    is_open = Delivery.state.in_([DeliveryState.QUEUED, DeliveryState.SENDING])
    live, paused, waiting, lost = db.session.execute(  # one question: the page of the doctor asks many
        select(
            addresses.where(Webhook.state == WebhookState.LIVE).scalar_subquery(),
            addresses.where(*by_itself).scalar_subquery(),
            theirs.where(is_open).scalar_subquery(),
            theirs.where(Delivery.state == DeliveryState.FAILED).scalar_subquery(),
        )
    ).one()
    word = _(
        "%(live)s written to, %(paused)s paused by failing; %(waiting)s waiting, %(lost)s given up",
        live=live,
        paused=paused,
        waiting=waiting,
        lost=lost,
    )
    return health.Finding(_("webhooks"), "look" if paused or lost else "ok", word)


health.CHECKS.append(webhooks)
