"""Migrated databases for the tests: one an engine, made once; copies where a test must really commit."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from os import getpid
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from flask import Flask, current_app, has_app_context
from flask_migrate import upgrade
from sqlalchemy import URL, Connection

from fundapp import create_app
from fundapp.config import Settings
from fundapp.core.db import db
from fundapp.core.places import MIGRATIONS
from tests import postgres

ENGINES = ("sqlite", "postgresql")
_numbers = count(1)


@dataclass(frozen=True)
class Database:
    """One migrated, empty database and the app on it.

    copy: gives a fresh copy's URL, dropped afterwards. Nothing is committed in the app's own.
    """

    engine: str
    app: Flask
    copy: Callable[[], AbstractContextManager[str]]
    empty: Callable[[], AbstractContextManager[str]]


def settings(instance: Path, url: str, **changes: Any) -> Settings:
    """Give settings for tests: nothing from this machine's environment, cheap password hashes."""
    wanted = {"testing": True, "database_url": url, "argon_time": 1, "argon_memory_kib": 8, **changes}
    return Settings.load(instance, {f"FUNDAPP_{name.upper()}": str(value) for name, value in wanted.items()})


def migrate(instance: Path, url: str) -> None:
    """Bring one database up to the newest migration, and close every connection to it."""
    app = create_app(settings(instance, url))
    with app.app_context():
        upgrade(directory=str(MIGRATIONS))
        db.engine.dispose()


def let_go(app: Flask, patience_s: float = 10.0) -> None:
    """Close every connection of an app, those too that a thread of its server is about to give back.

    A pool that is emptied while a connection is out never sees it again: on PostgreSQL it stays open until
    it is garbage, in the middle of some other test.
    """
    deadline = monotonic() + patience_s
    with app.app_context():
        db.session.remove()
        for engine in db.engines.values():
            while getattr(engine.pool, "checkedout", int)() and monotonic() < deadline:
                sleep(0.02)
            engine.dispose()


@contextmanager
def sqlite(folder: Path) -> Iterator[Database]:
    """Give the SQLite database of this run."""
    folder.mkdir()
    template = folder / "template.sqlite3"
    migrate(folder, f"sqlite:///{template}")

    @contextmanager
    def empty() -> Iterator[str]:
        path = folder / f"{next(_numbers)}.sqlite3"
        try:
            yield f"sqlite:///{path}"
        finally:
            for part in folder.glob(f"{path.name}*"):
                part.unlink()

    @contextmanager
    def copy() -> Iterator[str]:
        with empty() as url:
            source, target = sqlite3.connect(template), sqlite3.connect(url.removeprefix("sqlite:///"))
            source.backup(target)
            source.close()
            target.close()
            yield url

    with copy() as url:
        yield from _serve("sqlite", folder, url, copy, empty)


@contextmanager
def postgresql(folder: Path, server: URL) -> Iterator[Database]:
    """Give the PostgreSQL database of this run, on a server that runs already."""
    folder.mkdir()
    name = f"fundapp_test_{getpid()}"

    @contextmanager
    def made(template: str) -> Iterator[str]:
        with postgres.database(server, f"{name}_{next(_numbers)}", template=template) as url:
            yield url.render_as_string(hide_password=False)

    with postgres.database(server, name) as template:
        migrate(folder, template.render_as_string(hide_password=False))
        with made(name) as url:
            yield from _serve("postgresql", folder, url, lambda: made(name), lambda: made("template0"))


def _serve(engine: str, folder: Path, url: str, copy: Any, empty: Any) -> Iterator[Database]:
    app = create_app(settings(folder, url))
    yield Database(engine, app, copy, empty)
    let_go(app)


class Databases:
    """The databases of this run, each made when a test first asks for it."""

    def __init__(self, folder: Path, server: Callable[[], URL]) -> None:
        self._folder, self._server = folder, server
        self._made: dict[str, Database] = {}
        self._open = ExitStack()

    def __getitem__(self, engine: str) -> Database:
        if engine not in self._made:
            folder = self._folder / engine
            place = sqlite(folder) if engine == "sqlite" else postgresql(folder, self._server())
            self._made[engine] = self._open.enter_context(place)
        return self._made[engine]

    def close(self) -> None:
        """Drop them all."""
        self._open.close()


# --- rolling back --------------------------------------------------------------

_held: dict[Flask, Connection] = {}


def install_rollback() -> None:
    """Let every session of an app that is held use the one connection that will be rolled back.

    Flask-SQLAlchemy's get_bind looks up engines only, so its session class is extended.
    """
    factory = db.session.session_factory

    class HeldSession(factory.class_):  # type: ignore[misc,name-defined]
        def get_bind(self, *args: Any, **options: Any) -> Any:
            app = current_app._get_current_object() if has_app_context() else None  # type: ignore[attr-defined]
            return _held.get(app) or super().get_bind(*args, **options)

    factory.class_ = HeldSession
    factory.configure(join_transaction_mode="create_savepoint")


@contextmanager
def rolled_back(app: Flask) -> Iterator[None]:
    """Take back all that is done in this block, committed or not."""
    with app.app_context():
        connection = db.engine.connect()
    outer = connection.begin()
    _held[app] = connection
    try:
        yield
    finally:
        del _held[app]
        outer.rollback()
        connection.close()
