"""A worker in a process of its own, for tests that kill it: works off a kind of task that takes its time."""

import sys
from datetime import timedelta
from pathlib import Path
from time import monotonic, sleep

from fundapp import create_app
from fundapp.core import clock, task_work, tasks
from fundapp.core.db import db
from fundapp.core.tasks import Made
from tests.databases import settings

STEPS = 20


def _register(diary: Path) -> None:
    def count(task, progress) -> Made:
        with diary.open("a") as lines:
            lines.write(f"begun {task.id}\n")
        for step in range(STEPS):
            sleep(0.05)
            progress(step + 1, STEPS)
        made = progress.folder / "counted.txt"
        made.write_text(f"{task.id}: {STEPS}")
        return Made("counted.txt", "text/plain", made)

    tasks.task("count", may=lambda user, task: True)(count)


def main(instance: str, url: str, seconds: str) -> None:
    """Work until the time is over; leases run out after a second, so that nobody waits for the dead."""
    task_work.LEASE, task_work.BEAT_S, task_work.TRIES = timedelta(seconds=1), 0.1, 100
    app = create_app(settings(Path(instance), url))
    _register(Path(instance) / "diary.txt")
    until = monotonic() + float(seconds)
    with app.app_context():
        while monotonic() < until:
            task_work.work(clock.now())
            sleep(0.05)
            db.session.remove()


if __name__ == "__main__":
    main(*sys.argv[1:])
