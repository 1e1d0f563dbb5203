"""What the clock does for those who look after the instance: seals on the log, the proof that ties hold."""

from datetime import datetime, timedelta
from typing import Any

from flask import current_app

from fundapp.admin import conflict_check
from fundapp.core import jobs, log_seals
from fundapp.core.db import db, reading
from fundapp.core.jobs import job

ONCE_A_NIGHT = timedelta(hours=20)
KIND = "check-conflicts"


@job(kind=KIND, minutes=24 * 60)
def check_conflicts(at: datetime) -> dict[str, Any]:
    """Look at every page as every tied person; a worker that starts again does not look twice a night."""
    last = jobs.last_runs()[KIND]
    if last is not None and last.state is jobs.Run.DONE and at - last.started_at < ONCE_A_NIGHT:
        return last.result
    with reading():  # hundreds of pages: nobody should wait for the writer's place meanwhile
        report = conflict_check.check(current_app._get_current_object(), at=at)  # type: ignore[attr-defined]
    conflict_check.ensure(report)
    return {"pairs": report.pairs, "pages": report.pages, "broken": len(report.broken)}


@job(kind="seal-log", minutes=10)
def seal_log(at: datetime) -> dict[str, Any]:
    """Chain new lines of the log to those before; commits as it goes, so that nobody waits long."""
    number = 0
    while made := log_seals.seal():
        db.session.commit()
        number += made
    return {"seals": number}
