"""All dossiers of a round as ZIP through a real `fundapp worker`: in one go, cancelled, killed in the middle.

Usage: python bench/dossiers.py [--dossiers 500] [--few 50] [--database sqlite|postgresql]

Each round is asked for as on the page. The worker is a process of its own; what it and its printing processes
used is read from /proc.
"""

import signal
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from large_round import load, manager, options, within
from sqlalchemy import func, select
from working import left_behind, watched, working

from fundapp.core import clock, files, tasks
from fundapp.core.db import db
from fundapp.core.files import File
from fundapp.core.tasks import State, Task
from fundapp.reports import long_reports
from fundapp.rounds.models import Round


def asked_for(round: Round) -> Task:
    """Ask for all dossiers, as on the page."""
    task = long_reports.ask_dossiers(round, lang="en", actor=manager(), at=clock.now())
    db.session.commit()
    return task


def whole(task: Task, number: int) -> str:
    """Look into the ZIP on the shelf: every dossier once, each a PDF to its last line."""
    if task.state is not State.DONE or task.file is None:
        raise SystemExit(f"{task.state}: {task.fault}")
    with zipfile.ZipFile(files.place(task.file)) as archive:
        names = archive.namelist()
        papers = [name for name in names if name.endswith(".pdf")]
        good = all(archive.read(name).rstrip().endswith(b"%%EOF") for name in papers)
    if len(set(papers)) != number or len(names) != number + 1 or not good:
        raise SystemExit(f"the ZIP is not whole: {len(set(papers))} of {number}")
    return f"{task.file.size / 1024 / 1024:.1f} MiB, {len(papers)} papers, all whole"


# --- what is measured ---------------------------------------------------------------


def in_one_go(round: Round, number: int, folder: Path, url: str) -> None:
    """Make all dossiers without anything in between."""
    with working(folder, url) as worker:
        before, task = worker.busy_s(), asked_for(round)
        start = time.perf_counter()
        steps = watched(task, worker)
        seconds = time.perf_counter() - start
        busy = worker.busy_s() - before
        print(
            f"  {number} in one go: {seconds:.0f} s, {busy:.0f} s busy ({busy / number:.2f} each);"
            f" {worker.memory()}; progress moved {len(steps)} times; {whole(task, number)};"
            f" left behind: {left_behind()}; {load()}",
            flush=True,
        )


def cancelled(round: Round, number: int, folder: Path, url: str) -> None:
    """Cancel in the middle: how long until nothing is done for it any more, and what is left."""
    kept = db.session.scalar(select(func.count(File.id)))
    with working(folder, url) as worker:
        task = asked_for(round)
        watched(task, worker, until=number // 5)
        done, start = task.done, time.perf_counter()
        tasks.cancel(task, actor=manager(), at=clock.now())
        db.session.commit()
        while worker.presses() or left_behind():
            if time.perf_counter() - start > 60:
                raise SystemExit(f"still there: {worker.presses()} {left_behind()}")
            time.sleep(0.1)
        seconds = time.perf_counter() - start
        db.session.refresh(task)
        more = (db.session.scalar(select(func.count(File.id))) or 0) - (kept or 0)
        print(
            f"  cancelled after {done}: stopped and cleared in {seconds:.1f} s, {task.state.value},"
            f" {more} files more on the shelf; {load()}",
            flush=True,
        )


def killed(round: Round, number: int, folder: Path, url: str) -> None:
    """Kill the worker in the middle and start another: it goes on where the first was."""
    with working(folder, url) as worker:
        task = asked_for(round)
        watched(task, worker, until=number // 2)
        done = task.done
        gone = worker.end(signal.SIGKILL)
    state, start = f"{task.state.value}, file {task.file_id}", time.perf_counter()
    papers = len(list(files.workplace().glob(f"{task.id}-parts/*.pdf")))
    with working(folder, url) as worker:
        steps = watched(task, worker)
        seconds = time.perf_counter() - start
        again = next((at for at, there in steps if there and at > 1), seconds)
        print(
            f"  killed after {done} (presses gone in {gone:.1f} s; then {state}; {papers} papers kept):"
            f" taken over after {again:.0f} s, done {seconds:.0f} s after the kill, try {task.tries},"
            f" {worker.busy_s():.0f} s of the processor; {whole(task, number)};"
            f" left behind: {left_behind()}; {load()}",
            flush=True,
        )


WORKS = {"one": in_one_go, "cancel": cancelled, "kill": killed}


def main() -> None:
    """Measure on each engine that was asked for."""
    reading = options(dossiers=500, few=50)
    reading.add_argument("--works", nargs="+", choices=list(WORKS), default=list(WORKS))
    asked = reading.parse_args()

    def works(*given: Any) -> None:
        for name in asked.works:
            WORKS[name](*given)

    for engine in asked.database or ("sqlite", "postgresql"):
        print(f"{engine}; {load()}", flush=True)
        if asked.few:
            within(engine, asked, asked.few, in_one_go)
        within(engine, asked, asked.dossiers, works)


if __name__ == "__main__":
    main()
