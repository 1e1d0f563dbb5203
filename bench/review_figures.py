"""All figures of a round of 10,000 applications and 40,000 reviews, from the rows, on both engines.

Usage: python bench/review_figures.py [--applications 10000] [--reviews 4] [--database sqlite|postgresql]
"""

import argparse
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from flask_migrate import upgrade
from sqlalchemy import insert, select
from sqlalchemy.orm import joinedload, selectinload

from fundapp import create_app
from fundapp.applications.models import Application, ApplicationState
from fundapp.core.db import db
from fundapp.core.places import MIGRATIONS
from fundapp.reviews import statistics
from fundapp.reviews.models import Review, ReviewState, Score
from fundapp.reviews.scores import count
from fundapp.rounds.models import RoundState
from tests import postgres
from tests.databases import settings
from tests.factories import NOW, make_application, make_cast, make_round, make_user


def options() -> argparse.Namespace:
    """Read what was asked."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--applications", type=int, default=10_000)
    asked.add_argument("--reviews", type=int, default=4, help="for each application")
    asked.add_argument("--reviewers", type=int, default=400)
    asked.add_argument("--database", choices=("sqlite", "postgresql"), action="append")
    return asked.parse_args()


@contextmanager
def place(engine: str) -> Iterator[str]:
    """Give the address of an empty database."""
    if engine == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{folder}/bench.sqlite3"
        return
    with postgres.server() as server, postgres.database(server, "bench") as url:
        yield url.render_as_string(hide_password=False)


def fill(asked: argparse.Namespace, **about: Any) -> Any:
    """Make the round: one proposal by the factories, the others after its example.

    about: more about the round, such as its form and rubric.
    """
    cast = make_cast()
    round = make_round(cast.fund, state=RoundState.REVIEWING, budget_cents=5_000_000, **about)
    people = [make_user().id for _number in range(asked.reviewers)]
    first = make_application(round, state=ApplicationState.IN_REVIEW)
    like = {column.name: getattr(first, column.name) for column in Application.__table__.columns}
    like.pop("id")
    rows = [
        like | {"code": f"B-{number}", "title": f"Project {number}", "requested_cents": 100_000 + number}
        for number in range(asked.applications - 1)
    ]
    for start in range(0, len(rows), 1000):
        db.session.execute(insert(Application), rows[start : start + 1000])
    chance = random.Random("bench")
    ids = db.session.scalars(select(Application.id).order_by(Application.id)).all()
    judge(round, ids, people, chance, asked.reviews)
    db.session.commit()
    return round


def judge(round: Any, ids: Any, people: list[int], chance: random.Random, wanted: int) -> None:
    """Give every application its reviews, each criterion a score around what the proposal deserves."""
    stage, criteria = round.stage, round.stage.rubric.criteria
    reviews, scores = [], []
    for application in ids:
        worth = chance.random()
        for reviewer in chance.sample(people, wanted):
            reviews.append(
                {
                    "application_id": application, "round_id": round.id, "fund_id": round.fund_id,
                    "stage_id": stage.id, "rubric_id": stage.rubric_id, "reviewer_id": reviewer,
                    "state": ReviewState.SUBMITTED, "state_at": NOW, "assigned_at": NOW, "submitted_at": NOW,
                    "version_number": 1,
                }
            )  # fmt: skip
            scores.append([_score(one, worth, chance) for one in criteria])
    for start in range(0, len(reviews), 1000):
        db.session.execute(insert(Review), reviews[start : start + 1000])
    made = db.session.scalars(select(Review.id).order_by(Review.id)).all()
    told = [
        {
            "review_id": id, "rubric_id": stage.rubric_id, "criterion_id": one.id, "value": value,
            "is_na": value is None, "reason": "because", "saved_at": NOW,
        }
        for id, values in zip(made, scores, strict=True)
        for one, value in zip(criteria, values, strict=True)
    ]  # fmt: skip
    for start in range(0, len(told), 5000):
        db.session.execute(insert(Score), told[start : start + 5000])


def _score(criterion: Any, worth: float, chance: random.Random) -> int | None:
    if chance.random() < 0.05:
        return None
    span = criterion.highest - criterion.lowest
    return criterion.lowest + min(span, max(0, round(span * (worth + chance.gauss(0, 0.2)))))


def recount() -> int:
    """Compute the totals of all reviews from their scores."""
    done = 0
    whole = select(Review).options(selectinload(Review.scores), joinedload(Review.rubric))
    for review in db.session.scalars(whole.execution_options(yield_per=500)):
        count(review)
        done += 1
    db.session.commit()
    return done


def timed(what: str, work: Callable[[], Any]) -> Any:
    """Do something and print how long it took."""
    start = time.perf_counter()
    found = work()
    print(f"  {what:<46} {time.perf_counter() - start:8.2f} s", flush=True)
    return found


def show(round: Any) -> None:
    """Time the figures of a ranking, and all figures; the first again, as the next reader gets them."""
    timed("figures of the ranking, no single scores", lambda: statistics.of_round(round, with_scores=False))
    timed("the same, asked once more", lambda: statistics.of_round(round, with_scores=False))
    found = timed("all figures", lambda: statistics.of_round(round))
    judged, people = len(found.applications), len(found.reviewers)
    print(f"  {judged} applications, {people} reviewers, seed {found.seed}")


def main() -> None:
    """Run the benchmark on each engine that was asked for."""
    asked = options()
    for engine in asked.database or ("sqlite", "postgresql"):
        print(f"{engine}: {asked.applications} applications, {asked.reviews} reviews each")
        with place(engine) as url, tempfile.TemporaryDirectory() as folder:
            app = create_app(settings(Path(folder), url))
            with app.app_context():
                upgrade(directory=str(MIGRATIONS))
                round = timed("made", lambda: fill(asked))
                timed("totals of all reviews from their scores", recount)
                db.session.expire_all()
                show(round)
                db.session.remove()
                db.engine.dispose()
    print(f"most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MiB")


if __name__ == "__main__":
    main()
