"""One database in which the demo was played, for all tests that only look."""

from collections.abc import Iterator
from dataclasses import dataclass
from time import process_time

import pytest
from flask import Flask

from fundapp import create_app
from fundapp.core.db import db
from fundapp.demo import play
from tests.databases import Database, let_go, settings
from tests.factories import NOW
from tests.visitor import Visitor


@dataclass(frozen=True)
class Played:
    """The app on that database, what the play said, and the seconds of work it took."""

    app: Flask
    summary: play.Summary
    seconds: float


@pytest.fixture(scope="session")
def played(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """Play the demo once on each engine."""
    with database.copy() as url:
        app = create_app(settings(tmp_path_factory.mktemp("demo"), url))
        app.test_client_class = Visitor
        with app.app_context():
            began = process_time()
            summary = play.play(at=NOW, settings=app.config["SETTINGS"])
            db.session.commit()
            seconds = process_time() - began
            db.session.remove()
        yield Played(app, summary, seconds)
        let_go(app)


@pytest.fixture
def stage(played: Played) -> Iterator[Played]:
    """The played demo, in its context; whatever a test changes is taken back."""
    with played.app.app_context():
        yield played
        db.session.rollback()
        db.session.remove()
