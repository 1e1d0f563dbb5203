"""A large round as a real one: the shipped form and rubric, long answers, four reviews each with reasons."""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from flask_migrate import upgrade
from review_figures import fill, place, recount, timed
from sqlalchemy import insert, select, update

from fundapp import create_app
from fundapp.accounts.models import Role, User
from fundapp.applications.models import Application, ApplicationVersion
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.core.places import MIGRATIONS
from fundapp.reviews import standings
from fundapp.reviews.models import Score
from fundapp.rounds import service as rounds
from fundapp.rounds.models import Round
from tests.databases import settings

SENTENCE = "The project keeps a library that many programs lean on, and says who looks after it afterwards. "
REASON = (
    "The plan names who looks after the code once the money is spent, and how newcomers find their way. " * 2
)
TEXTS = ("experience", "comparison", "challenges", "ecosystem", "stewardship", "budget")


def options(**more: int) -> argparse.ArgumentParser:
    """Begin the options of a bench: a number for each name."""
    asked = argparse.ArgumentParser(
        description=sys.modules["__main__"].__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name, number in {**more, "reviews": 4, "reviewers": 60}.items():
        asked.add_argument(f"--{name}", type=int, default=number)
    asked.add_argument("--database", choices=("sqlite", "postgresql"), action="append")
    return asked


def within(engine: str, asked: argparse.Namespace, number: int, work: Callable[..., None]) -> None:
    """Call work(round, number, folder, url) with a round of so many applications on a database of its own."""
    given = argparse.Namespace(**{**vars(asked), "applications": number})
    with place(engine) as url, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        app = create_app(settings(folder, url))
        with app.app_context():
            upgrade(directory=str(MIGRATIONS))
            timed(f"made {number} applications", lambda: _made(given))
            work(db.session.scalars(select(Round)).one(), number, folder, url)
            db.session.remove()
            db.engine.dispose()


def _made(given: argparse.Namespace) -> None:
    at = clock.now()
    form, rubric = rounds.install_form("proposal_form", at=at), rounds.install_rubric("ostrom", at=at)
    fill(given, form=form, rubric=rubric)
    _written()
    recount()
    rows = select(Application).execution_options(yield_per=500)
    for number, one in enumerate(db.session.scalars(rows).all()):
        standings.refresh(one, at=at)
        if number % 500 == 0:
            db.session.flush()
    db.session.commit()


def _written() -> None:
    """Give every application but the first its long answers, and every score a reason."""
    first = db.session.scalars(select(ApplicationVersion).order_by(ApplicationVersion.id)).one()
    long = "\n\n".join((SENTENCE * 5, SENTENCE * 4, f"- {SENTENCE}\n" * 3)) + "\n" + SENTENCE * 4
    answers = {**first.answers, "abstract": SENTENCE * 9, **dict.fromkeys(TEXTS, long)}
    like = {one.name: getattr(first, one.name) for one in ApplicationVersion.__table__.columns}
    like |= {"answers": answers}
    like.pop("id")
    ids = db.session.scalars(select(Application.id).where(Application.id != like["application_id"])).all()
    rows = [like | {"application_id": id} for id in ids]
    for start in range(0, len(rows), 1000):
        db.session.execute(insert(ApplicationVersion), rows[start : start + 1000])
    db.session.execute(update(Score).values(reason=REASON))
    db.session.commit()


def manager() -> User:
    """Give the manager who asks."""
    held = select(Role.user_id).where(Role.name == "manager").order_by(Role.id)
    return db.session.get_one(User, db.session.scalars(held).first())


def load() -> str:
    """Say how crowded the machine is."""
    return f"load {os.getloadavg()[0]:.1f}"
