"""What the clock does for connections."""

from datetime import datetime
from typing import Any

from flask import current_app

from fundapp.connections import events, outbox, wellness  # noqa: F401 the doctor asks it
from fundapp.core.db import db
from fundapp.core.jobs import job


@job(kind="deliver-webhooks", seconds=15)
def deliver_webhooks(at: datetime) -> dict[str, Any]:
    """Note calls that opened, then send what is due."""
    opened = events.note_openings(at)
    db.session.commit()
    settings, site = current_app.config["SETTINGS"], current_app.config["BASE_URL"].rstrip("/")
    return {"opened": opened, **outbox.deliver(at, settings=settings, site=site)}


@job(kind="clear-webhooks", minutes=24 * 60)
def clear_webhooks(at: datetime) -> dict[str, Any]:
    """Throw away deliveries that ended long ago."""
    return {"cleared": outbox.sweep(at)}
