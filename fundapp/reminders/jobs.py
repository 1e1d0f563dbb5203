"""What runs by the clock: reminders, and the mail itself."""

from collections import Counter
from datetime import datetime
from typing import Any

from fundapp.core import delivery
from fundapp.core.db import db
from fundapp.core.jobs import job
from fundapp.reminders import service

TOGETHER = 50
"""Mails in one transaction."""


@job(kind="remind", minutes=10)
def remind(at: datetime) -> dict[str, Any]:
    """Queue the reminders that are due, some mails in each transaction: others want to write meanwhile."""
    counts: Counter[str] = Counter()
    while True:
        done = service.remind(at, most=TOGETHER)
        db.session.commit()
        counts.update(done)
        if done["mails"] < TOGETHER:
            return {name: counts[name] for name in done}


@job(kind="deliver-mail", seconds=15)
def deliver_mail(at: datetime) -> dict[str, Any]:
    """Send what is in the outbox."""
    return dict(delivery.deliver(at))
