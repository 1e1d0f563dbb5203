"""How connections are, for `fundapp doctor` and the page of the same name: addresses that hear no more."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select

from fundapp.connections.models import Delivery, DeliveryState, Webhook, WebhookState
from fundapp.core import health
from fundapp.core.db import db


def webhooks(at: datetime) -> health.Finding:
    """Count addresses and deliveries; worth a look when the clock paused one or gave one up."""
    is_paused = Webhook.state == WebhookState.PAUSED
    by_itself = func.count().filter(is_paused, Webhook.pause_why != "hand")
    here = Webhook.state != WebhookState.ENDED
    live, paused = db.session.execute(
        select(func.count().filter(Webhook.state == WebhookState.LIVE), by_itself).where(here)
    ).one()
    is_open = Delivery.state.in_([DeliveryState.QUEUED, DeliveryState.SENDING])
    counts = select(func.count().filter(is_open), func.count().filter(Delivery.state == DeliveryState.FAILED))
    ours = counts.select_from(Delivery).join(Webhook, Webhook.id == Delivery.webhook_id).where(here)
    waiting, lost = db.session.execute(ours).one()
    word = _(
        "%(live)s written to, %(paused)s paused by failing; %(waiting)s waiting, %(lost)s given up",
        live=live,
        paused=paused,
        waiting=waiting,
        lost=lost,
    )
    return health.Finding(_("webhooks"), "look" if paused or lost else "ok", word)


health.CHECKS.append(webhooks)
