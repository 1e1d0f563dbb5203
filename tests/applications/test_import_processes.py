"""Applications taken in by a real worker that is killed in the middle: each once, none half, none missing."""

import json
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from time import monotonic, sleep

from sqlalchemy import func, select

from fundapp import create_app
from fundapp.applications import import_task
from fundapp.applications.models import Answer, Application, ApplicationVersion
from fundapp.core import clock, handed_in
from fundapp.core.db import db
from fundapp.core.tasks import State, Task
from fundapp.rounds import service as rounds
from tests.applications.test_imports import GOOD
from tests.databases import Database, settings
from tests.factories import NOW, make_cast, make_round

LINES = 40
LAST = (8, 17)
"""At which of its lines each of the first workers falls dead: within a few that are kept together."""
PATIENCE_S = 300
"""Only a bound: a crowded machine needs half a minute to begin a worker."""


def worker(instance: Path, url: str, last: int = 0) -> subprocess.Popen[bytes]:
    words = [
        sys.executable,
        "-m",
        "tests.applications.dying_importer",
        str(instance),
        url,
        str(PATIENCE_S),
        str(last),
    ]
    with (instance / "faults.txt").open("ab") as faults:
        return subprocess.Popen(words, stdout=faults, stderr=faults)


def asked() -> Task:
    """Hand a file in and confirm it, as on the pages."""
    cast = make_cast()
    call = make_round(cast.fund, form=rounds.install_form("proposal_form", at=NOW))
    db.session.commit()
    text = "\n".join(json.dumps(GOOD | {"name": f"Project {number}"}) for number in range(LINES))
    checked = import_task.order(
        text.encode(), name="old.jsonl", round=call, rates={}, actor=cast.sol, at=clock.now()
    )
    checked.state, checked.ended_at = State.DONE, clock.now()
    row = handed_in.take_in(checked, title="Import", actor=cast.sol, at=clock.now())
    db.session.commit()
    return row


def is_open(row: Task) -> bool:
    db.session.refresh(row)
    state = row.state
    db.session.rollback()  # on SQLite whoever could write keeps the workers waiting
    return state is not State.DONE


def test_killed_workers_take_each_application_in_once(database: Database, tmp_path):
    with database.copy() as url, ExitStack() as opened:
        app = create_app(settings(tmp_path, url))
        opened.enter_context(app.app_context())
        opened.callback(db.engine.dispose)
        opened.callback(db.session.remove)
        row, diary = asked(), tmp_path / "diary.txt"

        for last in LAST:
            assert worker(tmp_path, url, last).wait(PATIENCE_S) == -signal.SIGKILL
            assert is_open(row)
        working, deadline = worker(tmp_path, url), monotonic() + PATIENCE_S
        opened.callback(lambda: [working.kill(), working.wait()])
        while is_open(row) and monotonic() < deadline:
            sleep(0.1)

        told = list(handed_in.outcomes(row)) if not is_open(row) else []
        assert [(line.number, line.outcome) for line in told] == [
            (number, "imported") for number in range(1, LINES + 1)
        ], (tmp_path / "faults.txt").read_text()
        made = db.session.scalars(select(Application).order_by(Application.code)).all()
        assert sorted(one.title for one in made) == sorted(f"Project {number}" for number in range(LINES))
        assert [int((one.code or "").rpartition("-")[2]) for one in made] == list(range(1, LINES + 1))
        assert db.session.scalar(select(func.count(ApplicationVersion.id))) == LINES
        answers = select(func.count(Answer.field)).group_by(Answer.application_id)
        assert len(set(db.session.scalars(answers))) == 1
        assert len(diary.read_text().splitlines()) > LINES  # what a kill undid was done anew
