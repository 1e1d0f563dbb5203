"""Long work as people ask for it: 500 dossiers as ZIP, a report of that round, 10,000 applications as lists.

Usage: python bench/long_reports.py [--dossiers 500] [--applications 10000] [--reviews 4] [--database sqlite]

Everything goes through the queue of downloads, as from the page: asked for, claimed, made, laid on the shelf.
"""

import argparse
import io
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import pypdf
from flask_migrate import upgrade
from review_figures import fill, place, recount, timed
from sqlalchemy import insert, select

from fundapp import create_app
from fundapp.accounts.models import Role, User
from fundapp.applications.models import Application, ApplicationVersion
from fundapp.core import clock, task_work
from fundapp.core.db import db
from fundapp.core.places import MIGRATIONS
from fundapp.core.tasks import State, Task
from fundapp.reports import long_reports, printing, service
from fundapp.reviews import standings
from fundapp.rounds.models import Round
from tests.databases import settings


def options() -> argparse.Namespace:
    """Read what was asked."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--dossiers", type=int, default=500)
    asked.add_argument("--applications", type=int, default=10_000)
    asked.add_argument("--reviews", type=int, default=4)
    asked.add_argument("--reviewers", type=int, default=60)
    asked.add_argument("--database", choices=("sqlite", "postgresql"), action="append")
    return asked.parse_args()


def versions() -> None:
    """Give every application the words of the one that the factories made."""
    first = db.session.scalars(select(ApplicationVersion).order_by(ApplicationVersion.id)).first()
    like = {one.name: getattr(first, one.name) for one in ApplicationVersion.__table__.columns}
    like.pop("id")
    ids = db.session.scalars(select(Application.id).where(Application.id != like["application_id"])).all()
    rows = [like | {"application_id": id} for id in ids]
    for start in range(0, len(rows), 1000):
        db.session.execute(insert(ApplicationVersion), rows[start : start + 1000])
    db.session.commit()


def manager() -> User:
    """Give the manager who asks."""
    held = select(Role.user_id).where(Role.name == "manager").order_by(Role.id)
    return db.session.get_one(User, db.session.scalars(held).first())


def made(task: Task) -> Task:
    """Work the queue off; the task has to be done."""
    db.session.commit()
    task_work.work(clock.now())
    if task.state is not State.DONE:
        raise SystemExit(f"{task.kind}: {task.state}: {task.fault}")
    return task


def told(what: str, rows: int, start: float, task: Task) -> None:
    """Print how long it took."""
    seconds = time.perf_counter() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    size = (task.file.size if task.file else 0) / 1024 / 1024
    print(
        f"  {what:<34} {rows:6} in {seconds:7.1f} s: {rows / seconds:8.1f} a second, {size:6.1f} MiB file,"
        f" most memory so far {memory} MiB",
        flush=True,
    )


def lists(round: Round, number: int) -> None:
    """Make the list of all applications in every format."""
    for format in ("csv", "json", "xlsx"):
        start = time.perf_counter()
        task = long_reports.ask_applications(round, format, actor=manager(), at=clock.now())
        told(f"applications as {format}", number, start, made(task))


def papers(round: Round, number: int) -> None:
    """Print the report of the round, then every dossier."""
    snapshot = service.take_round(round, actor=None, at=clock.now())
    db.session.commit()
    content: Any = timed("report of the round as PDF", lambda: printing.pdf(snapshot, lang="en"))
    print(f"  {len(pypdf.PdfReader(io.BytesIO(content)).pages)} pages, {len(content) // 1024} KB")
    db.session.rollback()
    start = time.perf_counter()
    task = long_reports.ask_dossiers(round, lang="en", actor=manager(), at=clock.now())
    told("dossiers in a ZIP", number, start, made(task))


def within(engine: str, asked: argparse.Namespace, number: int, work: Any) -> None:
    """Do something with a round of so many applications on a database of its own."""
    given = argparse.Namespace(**{**vars(asked), "applications": number})
    with place(engine) as url, tempfile.TemporaryDirectory() as folder:
        app = create_app(settings(Path(folder), url))
        with app.app_context():
            upgrade(directory=str(MIGRATIONS))
            timed(f"made {number} applications", lambda: (fill(given), versions(), recount()))
            round = db.session.scalars(select(Round)).one()
            if number <= asked.dossiers:
                for one in db.session.scalars(select(Application)).all():
                    standings.refresh(one, at=clock.now())
                db.session.commit()
            work(round, number)
            db.session.remove()
            db.engine.dispose()


def main() -> None:
    """Measure on each engine that was asked for."""
    asked = options()
    for engine in asked.database or ("sqlite", "postgresql"):
        print(engine)
        within(engine, asked, asked.applications, lists)
        within(engine, asked, asked.dossiers, papers)


if __name__ == "__main__":
    main()
