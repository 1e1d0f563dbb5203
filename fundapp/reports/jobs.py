"""What the clock does for reports and long work."""

from datetime import datetime
from typing import Any

from fundapp.core import task_work
from fundapp.core.jobs import SIGNS, job
from fundapp.reports import disclosure_task, long_reports

__all__ = ["disclosure_task", "long_reports"]  # its kinds of work are known once it is loaded

WORK = "make-downloads"


@job(kind=WORK, seconds=5)
def make_downloads(at: datetime) -> dict[str, Any]:
    """Make what people asked for, one file after the other."""
    return task_work.work(at)


@job(kind="clear-downloads", minutes=60)
def clear_downloads(at: datetime) -> dict[str, Any]:
    """Take what has lain long enough off the shelf."""
    return {"removed": task_work.sweep(at)}


SIGNS[WORK] = task_work.last_sign
