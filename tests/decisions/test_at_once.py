"""Two people at the same moment: reviews handed in together both count, a release happens once."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm.exc import StaleDataError

from fundapp import create_app
from fundapp.accounts.models import RoleName, User
from fundapp.applications.models import Application, ApplicationState
from fundapp.core.db import db
from fundapp.core.mail import Outbox
from fundapp.core.refusals import Refusal
from fundapp.decisions import service as decisions
from fundapp.decisions.models import Decision, Outcome
from fundapp.reviews import service as reviews
from fundapp.reviews.models import Review, Standing
from fundapp.rounds.models import Round, RoundState
from tests.databases import Database, let_go, settings
from tests.factories import NOW, make_application, make_cast, make_review, make_round, make_user

Work = Callable[[], None]


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[Flask]:
    """An app on a database of its own, where commits are real."""
    with database.copy() as url:
        app = create_app(settings(tmp_path, url))
        yield app
        let_go(app)


def at_once(app: Flask, *works: Work) -> list[str]:
    """Do each work in a thread and a transaction of its own, all begun together; give how each ended."""
    start = Barrier(len(works))

    def run(work: Work) -> str:
        with app.app_context():
            start.wait(timeout=20)
            try:
                work()
                db.session.commit()
            except (Refusal, StaleDataError):
                db.session.rollback()
                return "refused"
            finally:
                db.session.remove()
        return "done"

    with ThreadPoolExecutor(len(works)) as pool:
        return sorted(pool.map(run, works))


def test_reviews_handed_in_at_once_both_count(house: Flask) -> None:
    with house.app_context():
        cast = make_cast()
        round = make_round(cast.fund, state=RoundState.REVIEWING)
        application = make_application(round, cast.ana, state=ApplicationState.IN_REVIEW)
        people = [make_user(f"R{n}", roles={cast.fund: [RoleName.REVIEWER]}) for n in range(4)]
        ids = [make_review(application, person, values=[3, 2, n + 1]).id for n, person in enumerate(people)]
        db.session.commit()

    def hand_in(id: int) -> Work:
        def work() -> None:
            review = db.session.get_one(Review, id)
            reviews.submit(review, actor=review.reviewer, at=NOW)

        return work

    ended = at_once(house, *map(hand_in, ids))

    with house.app_context():
        standing = db.session.scalars(select(Standing)).one()
    assert (ended, standing.reviews, len(standing.detail["totals"])) == (["done"] * 4, 4, 4)


def test_one_score_written_at_once_is_kept_once(house: Flask) -> None:
    with house.app_context():
        cast = make_cast()
        round = make_round(cast.fund, state=RoundState.REVIEWING)
        id = make_review(make_application(round, state=ApplicationState.IN_REVIEW), cast.rhea).id
        db.session.commit()

    def write(value: int) -> Work:
        def work() -> None:
            review = db.session.get_one(Review, id)
            first = review.rubric.criteria[0]
            reviews.save_score(
                review, first, value=value, reason=f"R{value}", base=0, actor=review.reviewer, at=NOW
            )

        return work

    ended = at_once(house, write(1), write(2), write(3))

    with house.app_context():
        (score,) = db.session.get_one(Review, id).scores
        kept = (score.revision, score.reason == f"R{score.value}")
    assert (ended, kept) == (["done", "refused", "refused"], (1, True))


def _decided(owners: int) -> tuple[int, int, list[int]]:
    """Make a round being decided with approved awards; give its id, the releaser's and the decisions'."""
    cast = make_cast()
    round = make_round(cast.fund, state=RoundState.DECIDING)
    made = []
    for _ in range(owners):
        application = make_application(round, state=ApplicationState.IN_REVIEW)
        decision = decisions.propose(
            application,
            outcome=Outcome.RESERVE,
            amount_cents=None,
            to_applicant="Good.",
            actor=cast.sol,
            at=NOW,
        )
        decisions.approve(decision, actor=cast.max, at=NOW)
        made.append(decision.id)
    db.session.commit()
    return round.id, cast.max.id, made


def _letters() -> int:
    return db.session.scalar(select(func.count(Outbox.id)).where(Outbox.name == "decision")) or 0


def test_a_decision_released_in_two_windows_goes_out_once(house: Flask) -> None:
    with house.app_context():
        _round, releaser, (id,) = _decided(1)

    def release() -> None:
        decisions.release(db.session.get_one(Decision, id), actor=db.session.get_one(User, releaser), at=NOW)

    ended = at_once(house, release, release, release)

    with house.app_context():
        assert (ended, _letters()) == (["done", "refused", "refused"], 1)


def test_a_round_released_in_two_windows_goes_out_once(house: Flask) -> None:
    with house.app_context():
        id, releaser, made = _decided(3)

    def release() -> None:
        round, person = db.session.get_one(Round, id), db.session.get_one(User, releaser)
        decisions.release_round(round, actor=person, at=NOW)

    ended = at_once(house, release, release)

    with house.app_context():
        states = set(db.session.scalars(select(Application.state)))
        assert (ended, _letters(), states) == (["done", "refused"], len(made), {ApplicationState.RESERVE})
