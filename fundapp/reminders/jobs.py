"""What runs by the clock: reminders, and the mail itself."""

from datetime import datetime
from typing import Any

from fundapp.core import mail
from fundapp.core.jobs import job
from fundapp.reminders import service


@job(kind="remind", minutes=10)
def remind(at: datetime) -> dict[str, Any]:
    """Queue the reminders that are due."""
    return dict(service.remind(at))


@job(kind="deliver-mail", seconds=15)
def deliver_mail(at: datetime) -> dict[str, Any]:
    """Send what is in the outbox."""
    return dict(mail.deliver(at))
