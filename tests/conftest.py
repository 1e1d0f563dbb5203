"""What every test can ask for: the app on each engine, a visitor, rows that vanish, mail."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import hypothesis
import pytest
import structlog
from flask import Flask
from sqlalchemy.orm import Session

from fundapp.core import task_work
from fundapp.core.db import db
from tests import postgres
from tests.command import environment, run
from tests.databases import ENGINES, Database, Databases, install_rollback, rolled_back
from tests.mailbox import Mailbox, mail_server
from tests.visitor import Visitor, statements

__all__ = ["environment", "run"]  # fixtures for whoever tests a command

# How long an example takes says more about the machine than about the code.
hypothesis.settings.register_profile(
    "house", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow], print_blob=True
)
hypothesis.settings.load_profile("house")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=ENGINES, help="test on this engine only (default: on both)")
    parser.addoption("--screenshots", action="store_true", help="keep a picture of every page")


def pytest_configure() -> None:
    """Log plainly: a traceback without the values of every variable. Tasks keep still.

    What a test writes is seen by its own connection alone; a task that asks after itself on another would
    think that it was taken away.
    """
    task_work.BEAT_S = 3600.0
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
        ]
    )


def pytest_sessionstart(session: pytest.Session) -> None:
    """Say what is missing before the work is shared out: a helping process could not."""
    options = session.config.option
    if getattr(options, "numprocesses", None) and options.database != "sqlite":
        try:
            postgres.look()
        except postgres.PostgresMissing as fault:
            pytest.exit(str(fault), returncode=3)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what touches the database once on each engine, unless the test names its engines itself."""
    named = any("database" in mark.args[0] for mark in metafunc.definition.iter_markers("parametrize"))
    if "database" in metafunc.fixturenames and not named:
        chosen = metafunc.config.getoption("--database")
        metafunc.parametrize("database", [chosen] if chosen else ENGINES, indirect=True, scope="session")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of one engine in one process, where several share the work."""
    for item in items:
        engine = getattr(item, "callspec", None) and item.callspec.params.get("database")  # type: ignore[attr-defined]
        if engine:
            item.add_marker(pytest.mark.xdist_group(engine))


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """The databases of this run; PostgreSQL starts when the first test needs it."""
    install_rollback()
    with ExitStack() as opened:

        def server() -> Any:
            try:
                return opened.enter_context(postgres.server())
            except postgres.PostgresMissing as fault:
                pytest.exit(str(fault), returncode=3)

        made = Databases(tmp_path_factory.mktemp("instance"), server)
        yield made
        made.close()


@pytest.fixture(scope="session")
def database(databases: Databases, request: pytest.FixtureRequest) -> Database:
    """One migrated database; every test that uses it runs on SQLite and on PostgreSQL."""
    return databases[request.param]


@pytest.fixture
def app(database: Database) -> Iterator[Flask]:
    """The app, in its context; all that the test writes is rolled back, commits included."""
    app = database.app
    app.test_client_class = Visitor
    before = dict(app.config)
    with rolled_back(app), app.app_context():
        yield app
        db.session.remove()
    app.config.clear()
    app.config.update(before)


@pytest.fixture
def session(app: Flask) -> Session:
    """The session the factories write to; the client sees what it holds."""
    return db.session()


@pytest.fixture
def client(app: Flask) -> Visitor:
    """A visitor who is not signed in; `client.sign_in(user)` makes it somebody."""
    return app.test_client()  # type: ignore[return-value]


@pytest.fixture
def count_statements() -> Callable[[], Any]:
    """Give `with count_statements() as seen:`, collecting the SQL of a block."""
    return statements


@pytest.fixture(scope="session")
def mail_service() -> Iterator[Mailbox]:
    """A mail server for the whole run."""
    with mail_server() as mailbox:
        yield mailbox


@pytest.fixture
def smtp(app: Flask, mail_service: Mailbox) -> Mailbox:
    """A real mail server that the app sends to, with an empty mailbox."""
    mail_service.messages.clear()
    app.config["MAIL_URL"] = mail_service.url
    return mail_service
