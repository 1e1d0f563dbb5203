"""`fundapp assign` on the command line."""

from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from fundapp import create_app
from fundapp.applications.models import ApplicationState
from fundapp.config import Settings
from fundapp.core.db import db
from fundapp.core.mail import Outbox
from fundapp.reviews.models import Review
from fundapp.rounds.models import RoundState
from tests.command import Run
from tests.factories import make_application, make_cast, make_fund, make_round


@pytest.fixture
def scene(environment: dict[str, str]) -> Iterator[None]:
    """A round in review with two proposals and one reviewer."""
    with create_app(Settings.load(None, environment)).app_context():
        cast = make_cast(make_fund("commons"))
        round = make_round(cast.fund, slug="first-call", state=RoundState.REVIEWING)
        for title in ("Tide tables", "Wind maps"):
            make_application(round, cast.ana, state=ApplicationState.IN_REVIEW, title=title)
        db.session.commit()
        yield
        db.session.remove()
        db.engine.dispose()


def count(kind: type[Review] | type[Outbox]) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(kind)) or 0


def test_assign_prints_plan_objective_and_loads_and_changes_nothing(run: Run, scene: None) -> None:
    done = run("assign", "first-call", "--per-application", "1")

    lines = [line.split("\t") for line in done.output.splitlines()]
    assert done.exit_code == 0
    assert [line[0] for line in lines[2:]] == ["objective", "load"]
    assert lines[2][-1] == "proven optimal"
    assert lines[3][2:] == ["2", "of 12"]
    assert (count(Review), count(Outbox)) == (0, 0)


def test_assign_says_what_is_not_met(run: Run, scene: None) -> None:
    done = run("assign", "first-call", "--per-application", "2", "--max-load", "1")

    assert done.exit_code == 0
    assert done.output.count("not met") == 2


def test_assign_asks_with_one_mail(run: Run, scene: None) -> None:
    done = run("assign", "first-call", "--per-application", "1", "--apply")

    assert done.exit_code == 0
    assert (count(Review), count(Outbox)) == (2, 1)


def test_assign_knows_no_such_round(run: Run, scene: None) -> None:
    done = run("assign", "nothing")

    assert done.exit_code == 1
    assert "no round" in done.output
