"""Rounds on the command line."""

from datetime import UTC, datetime

import pytest

from fundapp import create_app
from fundapp.config import Settings
from fundapp.core.db import db
from fundapp.rounds import queries
from tests.command import Run
from tests.factories import make_fund, make_round


@pytest.fixture
def calls(environment):
    """Two funds, each with a round of the same address; one fund with a round of its own."""
    with create_app(Settings.load(None, environment)).app_context():
        for slug in ("commons", "water"):
            make_round(make_fund(slug), slug="call-4", opens_at=datetime(2026, 9, 1, 10, tzinfo=UTC))
        make_round(queries.find_round("water/call-4").fund, slug="pilot")
        db.session.commit()
        db.session.remove()
        db.engine.dispose()


def test_rounds_clone_prepares_a_round(run: Run, calls: None, environment) -> None:
    done = run(
        "rounds", "clone", "commons/call-4", "call-5",
        "--name", "Call five", "--opens", "2099-01-05T12:00", "--closes", "2099-02-05T12:00",
    )  # fmt: skip

    assert (done.exit_code, done.output) == (0, "commons/call-5\tdraft\t2099-01-05T11:00:00+00:00\n")
    with create_app(Settings.load(None, environment)).app_context():
        made = queries.find_round("commons/call-5")
        assert made is not None
        assert made.cloned_from_id == queries.find_round("commons/call-4").id
        assert (made.name["en"], made.stage.closes_at) == ("Call five", datetime(2099, 2, 5, 11, tzinfo=UTC))
        db.session.remove()
        db.engine.dispose()


def test_rounds_clone_takes_a_plain_slug_of_one_fund(run: Run, calls: None) -> None:
    assert run("rounds", "clone", "pilot", "pilot-2").output.startswith("water/pilot-2\tdraft\t")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("nothing", "new"), "no round 'nothing'"),
        (("call-4", "new"), "no round 'call-4'"),
        (("commons/call-4", "call-4"), "has a round with the address"),
        (("pilot", "new", "--opens", "2027-03-28T02:30"), "skips 02:30"),
    ],
    ids=["unknown", "of two funds", "taken", "no such hour"],
)
def test_rounds_clone_says_what_is_wrong_in_one_line(run: Run, calls: None, words, told) -> None:
    done = run("rounds", "clone", *words)

    assert done.exit_code == 1
    assert told in done.stderr
    assert done.stderr.count("\n") == 1
