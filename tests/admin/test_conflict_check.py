"""The nightly proof: it finds nothing in a sound house, and finds a leak that is planted."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fundapp.admin import conflict_check
from fundapp.admin.conflict_places import unknown
from fundapp.applications.models import ApplicationState
from fundapp.core import health, jobs
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.rules import SIGNED_IN
from fundapp.reviews.models import ReviewState
from fundapp.rounds.models import RoundState
from tests.factories import (
    NOW,
    Cast,
    make_application,
    make_award,
    make_cast,
    make_conflict,
    make_review,
    make_round,
    make_user,
)


@pytest.fixture
def cast(app: Flask) -> Cast:
    """A round with an application that everybody in the office but Max and Rhea may see."""
    app.test_client_class = FlaskClient  # the proof looks; whether pages are well made is asked elsewhere
    cast = make_cast()
    round = make_round(cast.fund, state=RoundState.REVIEWING)
    application = make_application(
        round, cast.ana, state=ApplicationState.IN_REVIEW, title="A secret garden of protocols"
    )
    make_review(application, make_user("Rik", roles={}), state=ReviewState.SUBMITTED, values=[3, 3, 5])
    make_conflict(application, cast.max)
    make_conflict(application, cast.rhea)
    db.session.commit()
    return cast


def test_every_address_is_known_to_the_check(app: Flask) -> None:
    assert unknown(app.url_map, lambda name: conflict_check.is_public(app, name)) == []


def test_sound_house_leaks_nothing(app: Flask, cast: Cast) -> None:
    report = conflict_check.check(app, at=NOW)

    assert [(leak.endpoint, leak.address, leak.how) for leak in report.leaks] == []
    assert (report.pairs, report.all_pairs) == (2, 2)
    assert report.pages > 60


def test_award_and_what_hangs_under_it_leaks_nothing(app: Flask, cast: Cast) -> None:
    round = make_round(cast.fund, state=RoundState.DECIDING)
    application = make_application(
        round, cast.ben, state=ApplicationState.IN_REVIEW, title="A most unusual weather station"
    )
    make_award(application, cast.sol, releaser=cast.max)
    for person in (cast.max, cast.fin, cast.aud):
        make_conflict(application, person)
    db.session.commit()

    report = conflict_check.check(app, at=NOW)

    assert [(leak.endpoint, leak.address, leak.how) for leak in report.leaks] == []
    assert report.pairs == 5


@pytest.fixture
def planted(app: Flask) -> Any:
    """Give a way to add a page for the length of a test."""
    views, rules = dict(app.view_functions), app.url_map

    def plant(address: str, view: Any) -> None:
        app.view_functions["applications.planted"] = view
        rules.add(app.url_rule_class(address, endpoint="applications.planted", methods={"GET"}))

    yield plant
    app.view_functions.clear()
    app.view_functions.update(views)
    kept = [rule.empty() for rule in rules.iter_rules() if rule.endpoint != "applications.planted"]
    app.url_map = type(rules)(kept, converters=rules.converters, host_matching=False)


@pytest.mark.parametrize(
    ("address", "body", "how"),
    [
        ("/office/applications/<int:id>/planted", "nothing to see", "opened"),
        ("/office/planted", "A secret garden of protocols", "named"),
        ("/office/rounds/<int:id>/planted", '<a href="/office/applications/%d">x</a>', "named"),
    ],
)
def test_planted_leak_is_found(
    app: Flask, cast: Cast, planted: Any, address: str, body: str, how: str
) -> None:
    secret = db.session.scalar(
        db.select(conflict_check.Application.id).order_by(conflict_check.Application.id)
    )

    @guard(SIGNED_IN)
    def view(id: int = 0) -> Any:
        if "applications/" in address and id == conflict_check.NOBODY:
            return "no", 404, {"Content-Type": "text/plain"}
        return (body % secret if "%d" in body else body), 200, {"Content-Type": "text/plain"}

    planted(address, view)

    report = conflict_check.check(app, at=NOW)

    assert {leak.how for leak in report.leaks} == {how}
    assert {leak.endpoint for leak in report.leaks} == {"applications.planted"}
    with pytest.raises(conflict_check.LeakFound, match="planted"):
        conflict_check.ensure(report)


def test_job_keeps_its_result_and_runs_once_a_night(app: Flask, cast: Cast) -> None:
    first = jobs.run("check-conflicts", NOW)
    again = jobs.run("check-conflicts", NOW)

    assert first["pairs"] == 2
    assert again == first


def test_failed_proof_is_red_in_the_doctor(app: Flask, cast: Cast, planted: Any) -> None:
    planted("/office/planted", guard(SIGNED_IN)(lambda: "A secret garden of protocols"))

    result = jobs.run("check-conflicts", NOW)

    last = jobs.last_runs()["check-conflicts"]
    assert "planted" in result["fault"]
    assert last is not None
    assert last.state is jobs.Run.FAILED
    assert "planted" in (last.fault or "")
    assert any("check-conflicts" in finding.word and finding.mark == "bad" for finding in health.examine(NOW))


def test_who_has_no_role_needs_no_proof(app: Flask, cast: Cast) -> None:
    application = make_application(make_round(cast.fund), cast.ana)
    make_conflict(application, cast.ben)
    db.session.commit()

    assert conflict_check.check(app, at=NOW).pairs == 2


def test_large_houses_take_turns(app: Flask, cast: Cast) -> None:
    report = conflict_check.check(app, at=NOW, most=1)

    assert (report.pairs, report.all_pairs) == (1, 2)
