"""Long work in real processes that are killed at any moment: nothing lost, nothing made twice."""

import random
import subprocess
import sys
from contextlib import ExitStack
from time import monotonic, sleep

from sqlalchemy import func, select

from fundapp import create_app
from fundapp.core import clock, tasks
from fundapp.core.db import db
from fundapp.core.files import File, content
from fundapp.core.tasks import State, Task
from tests.databases import Database, settings

TASKS = 8
PATIENCE_S = 60


def worker(instance, url) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-m", "tests.core.slow_worker", str(instance), url, str(PATIENCE_S)]
    with (instance / "faults.txt").open("ab") as faults:
        return subprocess.Popen(words, stdout=faults, stderr=faults)


def test_killed_workers_lose_nothing_and_make_nothing_twice(database: Database, tmp_path):
    chance = random.Random(7)
    with database.copy() as url, ExitStack() as opened:
        app = create_app(settings(tmp_path, url))
        opened.enter_context(app.app_context())
        opened.callback(db.engine.dispose)
        opened.callback(db.session.remove)
        for number in range(TASKS):
            tasks.ask("count", {"n": number}, title="x", actor=None, fund_id=None, at=clock.now())
        db.session.commit()

        workers = [worker(tmp_path, url) for _ in range(2)]
        opened.callback(lambda: [one.kill() or one.wait() for one in workers])
        deadline, killed = monotonic() + PATIENCE_S, 0
        while (left := open_tasks()) and monotonic() < deadline:
            sleep(chance.uniform(0.1, 0.5))
            if killed < 4 and (tmp_path / "diary.txt").exists():
                victim = chance.randrange(2)
                workers[victim].kill()
                workers[victim].wait()
                workers[victim] = worker(tmp_path, url)
                killed += 1

        made = db.session.scalars(select(Task).order_by(Task.id)).all()
        assert (left, killed) == (0, 4), (tmp_path / "faults.txt").read_text()
        begun = (tmp_path / "diary.txt").read_text().splitlines()
        assert [task.state for task in made] == [State.DONE] * TASKS
        assert [content(task.file).decode() for task in made] == [f"{task.id}: 20" for task in made]
        assert db.session.scalar(select(func.count(File.id))) == TASKS
        assert len(begun) > TASKS  # somebody was killed at work, and another began again


def open_tasks() -> int:
    left = db.session.scalar(select(func.count(Task.id)).where(Task.state != State.DONE))
    db.session.rollback()  # on SQLite whoever could write keeps the workers waiting
    return left
