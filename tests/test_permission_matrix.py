"""Who may pass which door: every route, file, export and feed, for every kind of person.

The table stands in permissions.txt, one row a route: method, endpoint, whose id stands in the address, and a
letter for each person. The door asked is the guard of the page itself, with a row of the played demo. A
route without a row fails; `python -m tests.write_permissions` writes the rows that are missing, for you to
read: a plus where nobody should pass is a hole.
"""

from collections.abc import Iterator
from contextvars import Context
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from fundapp.core.db import db
from tests.databases import rolled_back
from tests.demo.conftest import Played, played  # noqa: F401 - the played demo, once an engine
from tests.permission_scene import GONE, IN, PEOPLE, REFUSED, Scene, kind_of

TABLE = Path(__file__).with_name("permissions.txt")
WITHOUT = {"static"}
"""Endpoints without a door, as tests/test_architecture.py says why."""

Key = tuple[str, str]


def written() -> dict[Key, tuple[str, str]]:
    """Read the table: (method, endpoint) → (whose id, cells)."""
    rows = {}
    for line in TABLE.read_text("utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            method, endpoint, kind, cells = line.split()
            rows[method, endpoint] = (kind, cells)
    return rows


def routes(app: Flask) -> Iterator[tuple[Key, Rule]]:
    """Give every route that has a door."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in WITHOUT:
            yield ("GET" if "GET" in (rule.methods or ()) else "POST", rule.endpoint), rule


def cells(scene: Scene, rule: Rule, kind: str) -> str:
    """Ask one door for everybody."""
    return "".join(scene.cell(rule, kind, letter) for letter in PEOPLE)


@pytest.fixture
def scene(played: Played) -> Iterator[Scene]:  # noqa: F811
    """The demo with one person of each kind; taken back afterwards."""
    with rolled_back(played.app), played.app.app_context():
        made = Scene(played.app)
        db.session.commit()
        yield made
        db.session.remove()


def test_every_route_has_a_row_and_every_row_a_route(played: Played) -> None:  # noqa: F811
    known, there = set(written()), {key for key, _rule in routes(played.app)}

    assert sorted(there - known) == []
    assert sorted(known - there) == []


def test_every_door_opens_for_whom_the_table_says(scene: Scene) -> None:
    table, wrong = written(), []
    for key, rule in sorted(routes(scene.app), key=lambda pair: pair[0]):
        kind, expected = table.get(key, (kind_of(rule), ""))
        found = cells(scene, rule, kind)
        if found != expected:
            wrong.append(f"{' '.join(key)} {kind} is {found}, the table says {expected}")

    assert wrong == []


def test_whoever_is_tied_passes_no_door_of_the_office_about_the_proposal(scene: Scene) -> None:
    under = ("application", "review", "decision", "award", "claim", "payment", "letter", "appeal", "conflict")
    places = [list(PEOPLE).index(letter) for letter in "BT"]

    holes = [
        key
        for key, (kind, given) in written().items()
        if kind in under and any(given[n] == IN for n in places)
    ]

    assert holes == []


@pytest.mark.parametrize("letter", ["T", "B", "X"])
def test_shut_doors_answer_so_over_http(scene: Scene, letter: str) -> None:
    table, wrong = written(), []
    person, place = scene.people[letter], list(PEOPLE).index(letter)
    for key, rule in routes(scene.app):
        kind, given = table.get(key, ("-", ""))
        if key[0] != "GET" or given[place : place + 1] not in (GONE, REFUSED):
            continue
        values, _application = scene.values(rule, kind)
        address = scene.app.url_map.bind("").build(rule.endpoint, values)
        status = _get(scene.app, person, address)
        if status != (404 if given[place] == GONE else 403):
            wrong.append(f"{address} gives {status}")

    assert wrong == []


def _get(app: Flask, person: object, address: str) -> int:
    client, key = FlaskClient(app, app.response_class), person.get_id()  # type: ignore[attr-defined]

    def get() -> int:
        with client.session_transaction() as session:
            session["_user_id"], session["_fresh"] = key, True
        return client.get(address).status_code

    return Context().run(get)
