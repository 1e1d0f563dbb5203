"""How each command starts: the application in its context, its schema up to date, faults as one line."""

import logging
import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

import click
import structlog
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask, current_app
from flask_migrate import upgrade
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from fundapp import create_app
from fundapp.config import Settings, SettingsFault
from fundapp.core.db import db
from fundapp.core.places import MIGRATIONS
from fundapp.core.refusals import Refusal

MIGRATING = 7_301_001  # the key of the advisory lock under which one process migrates


class Faults(click.Group):
    """Commands whose expected faults are one clear line on standard error, and exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except (Refusal, SettingsFault) as fault:
            raise click.ClickException(str(fault)) from fault
        except OperationalError as fault:
            raise click.ClickException(f"the database: {str(fault.orig).strip()}") from fault


def quiet_logs(level: str) -> None:
    """Log one line a thing, to standard error, from this level up."""
    number = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(number),
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    logging.getLogger("alembic").setLevel(logging.WARNING)


def build() -> Flask:
    """Build the application from the settings of this machine."""
    settings = Settings.load()
    quiet_logs(settings.log_level)
    return create_app(settings)


def head() -> str | None:
    """Give the newest revision this code knows."""
    return ScriptDirectory(str(MIGRATIONS)).get_current_head()


def revision() -> str | None:
    """Give the revision the database is at; None when it is empty."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def bring_up() -> bool:
    """Bring the database to the newest revision, one process at a time; tell whether there was work."""
    if revision() == head():
        return False
    if db.engine.dialect.name != "postgresql":
        upgrade()
        return True
    with db.engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATING})
        try:
            upgrade()
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": MIGRATING})
            connection.commit()
    return True


def within_app(command: Callable[..., Any]) -> Callable[..., Any]:
    """Run a command in the application's context, on a database of the newest shape."""

    @wraps(command)
    def run(*args: Any, **options: Any) -> Any:
        with build().app_context():
            try:
                bring_up()
                return command(*args, **options)
            finally:
                db.session.remove()
                db.engine.dispose()

    return run


def settings() -> Settings:
    """Give the settings of the running command."""
    return current_app.config["SETTINGS"]  # type: ignore[no-any-return]
