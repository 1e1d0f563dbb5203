"""The demo with a row of each kind in a state that only a newer version knows: read, and not moved."""

import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest
from flask import Flask
from sqlalchemy import make_url, select, text

from fundapp import create_app
from fundapp.accounts.queries import user_by_email
from fundapp.applications.models import Application, ApplicationState
from fundapp.applications.workflow import WORDS, workflow
from fundapp.core import clock, newer
from fundapp.core.db import db
from fundapp.core.refusals import MoveRefused
from fundapp.core.workflow import FLOWS
from fundapp.demo import play
from tests.databases import let_go, settings
from tests.demo.conftest import Played
from tests.demo.test_walk import walk
from tests.visitor import Visitor

COMING = "of-a-newer-version"

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True, scope="session")


@pytest.fixture
def tomorrow(played: Played, tmp_path: Path) -> Iterator[Flask]:
    """An app on a copy of the demo in which a newer version was at work."""
    place = tmp_path / "demo.sqlite3"
    with (
        sqlite3.connect(str(make_url(played.app.config["SQLALCHEMY_DATABASE_URI"]).database)) as source,
        sqlite3.connect(place) as copy,
    ):
        source.backup(copy)
        write_states(copy)
    for one in (source, copy):
        one.close()
    copytree(Path(played.app.config["INSTANCE"]) / "files", tmp_path / "files")
    app = create_app(settings(tmp_path, f"sqlite:///{place}"))
    app.test_client_class = Visitor
    yield app
    let_go(app)


def write_states(copy: sqlite3.Connection) -> None:
    """Put one row of each workflow into a state of which this version never heard."""
    copy.execute("PRAGMA ignore_check_constraints=ON")
    for (trigger,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        copy.execute(f"DROP TRIGGER {trigger}")
    chance = random.Random(5)
    for flow in FLOWS:
        table, column = flow.column.class_.__tablename__, flow.column.key
        ids = [id for (id,) in copy.execute(f'SELECT id FROM "{table}" ORDER BY id')]  # noqa: S608 our own names
        if ids:
            change = f'UPDATE "{table}" SET {column} = ? WHERE id = ?'  # noqa: S608 our own names
            copy.execute(change, (COMING, chance.choice(ids)))


def test_every_page_of_a_manager_shows_what_a_newer_version_wrote(tomorrow: Flask) -> None:
    way = play.logins()[0]
    client = tomorrow.test_client()
    with tomorrow.app_context():
        client.sign_in(user_by_email(way.email))
        db.session.remove()

    found = walk(client)

    assert {address: status for address, status in found.items() if status >= 500} == {}
    assert len(found) > 40


def test_an_application_of_a_newer_version_is_shown_and_not_moved(tomorrow: Flask) -> None:
    with tomorrow.app_context():
        row = db.session.scalars(select(Application).where(text(f"state = '{COMING}'"))).one()
        manager = user_by_email(play.logins()[0].email)

        assert row.state not in set(ApplicationState)
        assert newer.is_newer(row.state)
        assert str(WORDS[row.state]) == "In a newer version"
        assert workflow.open_to(manager, row) == []
        for move in workflow:
            with pytest.raises(MoveRefused, match="newer version"):
                workflow.make(move.name, row, actor=manager, at=clock.now())
        db.session.remove()


def test_what_it_wrote_stays_when_the_rest_of_the_row_changes(tomorrow: Flask) -> None:
    with tomorrow.app_context():
        row = db.session.scalars(select(Application).where(text(f"state = '{COMING}'"))).one()
        row.title = "Another title"
        db.session.commit()

        kept = db.session.execute(
            text("SELECT state FROM application WHERE id = :id"), {"id": row.id}
        ).scalar_one()
        db.session.remove()

    assert kept == COMING


def test_a_page_that_stumbles_over_it_asks_for_patience(tomorrow: Flask) -> None:
    @tomorrow.get("/stumbling")
    def stumbling() -> str:
        row = db.session.scalars(select(Application).where(text(f"state = '{COMING}'"))).one()
        return {ApplicationState.DRAFT: "x"}[row.state]

    answer = tomorrow.test_client().get("/stumbling")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert "This is being renewed" in answer.text
    assert "Dit wordt vernieuwd" in answer.text
