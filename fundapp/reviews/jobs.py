"""What the clock does with reviews: keep them in line with ties and with what is still under review."""

from datetime import datetime
from typing import Any

from flask import current_app

from fundapp.core.jobs import job
from fundapp.core.task_work import Progress
from fundapp.core.tasks import Made, Task, task
from fundapp.reviews import hinting, import_task, office, pool


@job(kind="settle-reviews", minutes=5)
def settle_reviews(at: datetime) -> dict[str, Any]:
    """Strike reviews of people who turn out to be tied, and take off those nobody needs any more."""
    return office.settle(pool.out_of_line(), at=at)


@job(kind="find-ties", minutes=60)
def find_ties(at: datetime) -> dict[str, Any]:
    """Look for possible ties between those who judge and those who apply."""
    return dict(hinting.look_around(at))


@task(import_task.TASK, may=import_task.may, page="applications.import_show")
def import_reviews(row: Task, progress: Progress) -> Made:
    """Look through a table of reviews, or take it in."""
    return import_task.work(row, progress, current_app.config["SETTINGS"])
