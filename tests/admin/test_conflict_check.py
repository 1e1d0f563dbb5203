"""The nightly proof: it finds nothing in a sound house, and finds a leak that is planted."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from fundapp.admin import conflict_check
from fundapp.admin.conflict_places import unknown
from fundapp.applications.models import Application, ApplicationState
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

TITLE = "A secret garden of protocols"


@pytest.fixture
def cast(app: Flask) -> Cast:
    """A round with an application that everybody in the office but Max and Rhea may see."""
    app.test_client_class = FlaskClient  # the proof looks; whether pages are well made is asked elsewhere
    cast = make_cast()
    round = make_round(cast.fund, state=RoundState.REVIEWING)
    application = make_application(round, cast.ana, state=ApplicationState.IN_REVIEW, title=TITLE)
    make_review(application, make_user("Rik", roles={}), state=ReviewState.SUBMITTED, values=[3, 3, 5])
    make_conflict(application, cast.max)
    make_conflict(application, cast.rhea)
    db.session.commit()
    return cast


def test_every_address_is_known_to_the_check(app: Flask) -> None:
    assert unknown(app.url_map, lambda name: conflict_check.is_public(app, name)) == []


def test_sound_house_leaks_nothing(app: Flask, cast: Cast) -> None:
    round = make_round(cast.fund, state=RoundState.DECIDING)
    awarded = make_application(
        round, cast.ben, state=ApplicationState.IN_REVIEW, title="A most unusual weather station"
    )
    make_award(awarded, cast.sol, releaser=cast.max)
    for person in (cast.max, cast.fin, cast.aud):
        make_conflict(awarded, person)
    db.session.commit()

    report = conflict_check.check(app, at=NOW)

    assert [(leak.endpoint, leak.address, leak.how) for leak in report.leaks] == []
    assert report.broken == []
    assert (report.pairs, report.all_pairs) == (5, 5)
    assert report.pages > 150


@pytest.fixture
def planted(app: Flask) -> Any:
    """Give a way to add a page for the length of a test."""
    views, rules = dict(app.view_functions), app.url_map

    def plant(address: str, view: Any) -> None:
        name = f"applications.planted{len(app.view_functions)}"
        app.view_functions[name] = view
        rules.add(app.url_rule_class(address, endpoint=name, methods={"GET"}))

    yield plant
    app.view_functions.clear()
    app.view_functions.update(views)
    kept = [rule.empty() for rule in rules.iter_rules() if "planted" not in rule.endpoint]
    app.url_map = type(rules)(kept, converters=rules.converters, host_matching=False)


def test_planted_leaks_are_found_and_red_in_the_doctor(app: Flask, cast: Cast, planted: Any) -> None:
    secret = db.session.scalar(select(Application.id).where(Application.title == TITLE))
    told = {
        "/office/applications/<int:id>/planted": "nothing to see",
        "/office/planted": TITLE,
        "/office/rounds/<int:id>/planted": f'<a href="/office/applications/{secret}">x</a>',
    }
    for address, body in told.items():
        planted(address, page_that_says(body, is_under="applications/" in address))

    report = conflict_check.check(app, at=NOW)
    result = jobs.run("check-conflicts", NOW)

    assert sorted(
        {(leak.address.rpartition("/")[0].strip("0123456789"), leak.how) for leak in report.leaks}
    ) == [
        ("/office", "named"),
        ("/office/applications/", "opened"),
        ("/office/rounds/", "named"),
    ]
    with pytest.raises(conflict_check.LeakFound, match="planted"):
        conflict_check.ensure(report)
    last = jobs.last_runs()["check-conflicts"]
    assert last is not None
    assert (last.state, "planted" in (last.fault or "")) == (jobs.Run.FAILED, True)
    assert "planted" in result["fault"]
    assert any("check-conflicts" in finding.word and finding.mark == "bad" for finding in health.examine(NOW))


def page_that_says(body: str, *, is_under: bool) -> Any:
    """Give a page that shows something to everybody who is signed in."""

    @guard(SIGNED_IN)
    def view(id: int = 0) -> Any:
        is_nobody = is_under and id == conflict_check.NOBODY
        return ("no" if is_nobody else body), (404 if is_nobody else 200), {"Content-Type": "text/plain"}

    return view


def test_job_keeps_its_result_and_runs_once_a_night(app: Flask) -> None:
    first = jobs.run("check-conflicts", NOW)
    again = jobs.run("check-conflicts", NOW)

    assert again == first == {"pairs": 0, "pages": 0, "broken": 0}


def test_who_has_no_role_needs_no_proof_and_large_houses_take_turns(app: Flask, cast: Cast) -> None:
    application = make_application(make_round(cast.fund), cast.ana)
    make_conflict(application, cast.ben)
    report = conflict_check.Report()

    nights = [
        [tie.user_id for tie in conflict_check.ties_of(NOW + timedelta(days=day), 1, report)]
        for day in (0, 1)
    ]

    assert report.all_pairs == 2
    assert {user_id for night in nights for user_id in night} == {cast.max.id, cast.rhea.id}
