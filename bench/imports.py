"""Applications taken in through the queue by a real `fundapp worker`: looked through, taken in, once more.

Usage: python bench/imports.py [--applications 10000] [--database sqlite|postgresql]
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from flask_migrate import upgrade
from large_round import SENTENCE, load
from review_figures import place
from sqlalchemy import func, select
from working import watched, working

from fundapp import create_app
from fundapp.applications import import_task
from fundapp.applications.models import Application
from fundapp.core import clock, handed_in
from fundapp.core.db import db
from fundapp.core.places import MIGRATIONS
from fundapp.core.tasks import State, Task
from fundapp.rounds import service as rounds
from tests.databases import settings
from tests.factories import make_cast, make_round


def lines(number: int) -> bytes:
    """Write applications with long answers, 6 kB each."""
    keys = ("abstract", "experience", "comparison", "technical_challenges", "ecosystem")
    told = dict.fromkeys(keys, SENTENCE * 12)
    return "\n".join(
        json.dumps(
            {"name": f"Project {one}", "organisation": f"Stichting {one}", "country": "NL",
             "requested_amount_eur": 5000 + one, **told}
        )
        for one in range(number)
    ).encode()  # fmt: skip


def step(name: str, number: int, ask: Callable[[], Task]) -> Task:
    """Ask for one step, watch it to its end, and say how fast it went."""
    before, start, task = WORKER[0].busy_s(), time.perf_counter(), ask()
    db.session.commit()
    with_progress = len({done for _s, done in watched(task, WORKER[0])})
    seconds = (task.ended_at - task.started_at).total_seconds()
    if task.state is not State.DONE:
        raise SystemExit(f"{name}: {task.state} {task.fault}")
    waited = time.perf_counter() - start - seconds
    busy = WORKER[0].busy_s() - before
    print(f"  {name}: {number / seconds:,.0f} lines/s in {seconds:.1f} s, {waited:.1f} s in the queue")
    print(f"    {busy:.1f} s of the processor: {number / busy:,.0f} lines for each of them")
    print(f"    moved {with_progress} times; {task.result['counts']}; {WORKER[0].memory()}; {load()}")
    db.session.rollback()  # what is read here must not stand in the way of the next writing
    return task


WORKER: list = []


def measure(engine: str, number: int) -> None:
    """Run the whole way on one engine."""
    with place(engine) as url, tempfile.TemporaryDirectory() as name:
        app = create_app(settings(Path(name), url))
        with app.app_context():
            upgrade(directory=str(MIGRATIONS))
            at, cast = clock.now(), make_cast()
            round = make_round(cast.fund, form=rounds.install_form("proposal_form", at=at))
            db.session.commit()
            content, sol = lines(number), cast.sol
            print(f"{engine}, {number} applications, {len(content) / 1e6:.0f} MB")
            with working(Path(name), url) as worker:
                WORKER[:] = [worker]

                def check() -> Task:
                    rates: dict[str, Decimal] = {}
                    return import_task.order(
                        content, name="old.jsonl", round=round, rates=rates, actor=sol, at=clock.now()
                    )

                for turn in ("first", "again"):
                    checked = step(f"looked through, {turn}", number, check)
                    take = partial(handed_in.take_in, checked, title="x", actor=sol, at=clock.now())
                    step(f"taken in, {turn}", number, take)
            print(f"  {db.session.scalar(select(func.count(Application.id)))} applications")
            db.session.remove()
            db.engine.dispose()


if __name__ == "__main__":
    asked = argparse.ArgumentParser()
    asked.add_argument("--applications", type=int, default=10_000)
    asked.add_argument("--database", choices=("sqlite", "postgresql"), action="append")
    given = asked.parse_args()
    for one in given.database or ("sqlite", "postgresql"):
        measure(one, given.applications)
