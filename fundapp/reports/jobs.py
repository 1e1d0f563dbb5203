"""What the clock does for reports and long work."""

from datetime import datetime
from typing import Any

from fundapp.core import task_work
from fundapp.core.jobs import SIGNS, job
from fundapp.reports import alive, building, disclosure_task, dossier_zip, long_reports, open_tasks

__all__ = [
    "disclosure_task",
    "dossier_zip",
    "long_reports",
    "open_tasks",
]  # its kinds of work are known once it is loaded

WORK = "make-downloads"


@job(kind=WORK, seconds=5)
def make_downloads(at: datetime) -> dict[str, Any]:
    """Make what people asked for, one file after the other."""
    return task_work.work(at)


@job(kind="clear-downloads", minutes=60)
def clear_downloads(at: datetime) -> dict[str, Any]:
    """Take what has lain long enough off the shelf."""
    return {"removed": task_work.sweep(at)}


@job(kind="send-reports", minutes=15)
def send_reports(at: datetime) -> dict[str, Any]:
    """Tell of the reports whose morning has come."""
    return {"mails": building.tell(at)}


@job(kind="ask-whether-alive", minutes=60)
def ask_whether_alive(at: datetime) -> dict[str, Any]:
    """Note for grants that ended, imported ones too, when they are asked whether they live on."""
    return {"planned": alive.plan_missing(at=at)}


SIGNS[WORK] = task_work.last_sign
