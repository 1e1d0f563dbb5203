"""A worker in a process of its own that kills itself: takes applications in, a few lines at a time."""

import os
import signal
import sys
from datetime import timedelta
from itertools import count
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from fundapp import create_app
from fundapp.applications import import_task, imports
from fundapp.core import clock, task_work
from fundapp.core.db import db
from tests.databases import settings

AT_ONCE = 3


def main(instance: str, url: str, seconds: str, last: str) -> None:
    """Work until the time is over; leases run out after a second, so that nobody waits for the dead.

    last: the line at which it falls dead, as by kill -9; 0 for never.
    """
    task_work.LEASE, task_work.BEAT_S, task_work.TRIES = timedelta(seconds=1), 0.1, 100
    import_task.AT_ONCE, taken = AT_ONCE, imports.one
    diary = Path(instance) / "diary.txt"

    seen = count(1)

    def told(*given: Any, **more: Any) -> Any:
        with diary.open("a") as lines:
            lines.write(".\n")
        made = taken(*given, **more)
        if next(seen) == int(last):
            os.kill(os.getpid(), signal.SIGKILL)
        return made

    imports.one = told  # type: ignore[assignment]
    app, until = create_app(settings(Path(instance), url)), monotonic() + float(seconds)
    with app.app_context():
        while monotonic() < until:
            task_work.work(clock.now())
            sleep(0.05)
            db.session.remove()


if __name__ == "__main__":
    main(*sys.argv[1:])
