"""How each command starts: the application in its context, its schema up to date, faults as one line."""

import errno
import logging
import random
import sys
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

import click
import structlog
from flask import Flask, current_app
from flask_migrate import upgrade
from psycopg.errors import DeadlockDetected, LockNotAvailable
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from fundapp import create_app
from fundapp.config import Settings, SettingsFault
from fundapp.core import schema
from fundapp.core.db import db
from fundapp.core.outages import StoreAway
from fundapp.core.refusals import Refusal

MIGRATING = 7_301_001  # the key of the advisory lock under which one process migrates
PATIENCE_S = 30.0
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)
IN_THE_WAY = (LockNotAvailable, DeadlockDetected)


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
        except StoreAway as fault:
            raise click.ClickException(str(fault)) from fault
        except OSError as fault:
            if fault.errno in NO_ROOM and fault.filename is None:
                raise click.ClickException(f"cannot write: {fault.strerror}") from fault
            if isinstance(fault, BrokenPipeError) or fault.filename is None:
                raise  # whoever read our output went away, and click ends us; or it is a fault of our own
            raise click.ClickException(f"{fault.filename}: {fault.strerror}") from fault
        except UnicodeDecodeError as fault:
            raise click.ClickException("the file is not text in UTF-8") from fault


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


def bring_up() -> schema.Standing:
    """Bring the database to the newest revision, where the settings let a start do so.

    Raises ClickException when the database has given up what this version uses; the rest is for the caller
    to judge by what is returned.
    """
    found = schema.standing()
    if found.fit is schema.Fit.BEHIND and settings().migrate_at_start:
        migrate_now()
        found = schema.standing()
    if found.fit is schema.Fit.PARTED:
        raise click.ClickException(
            f"the database is at {found.here} and no longer fits this version ({found.wanted}): "
            "put a newer one in its place"
        )
    return found


def migrate_now() -> None:
    """Bring the database to the newest revision: one process at a time, in the gaps of a busy database.

    On PostgreSQL a migration takes no lock that it has to wait for long (see migrations/env.py), since all
    pages would queue behind it; it lets go and tries again, for half a minute.
    """
    if db.engine.dialect.name != "postgresql":
        upgrade()
        return
    with db.engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATING})
        try:
            _in_a_gap()
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": MIGRATING})
            connection.commit()


def _in_a_gap() -> None:
    until = time.monotonic() + PATIENCE_S
    while schema.standing().fit is schema.Fit.BEHIND:
        try:
            upgrade()
        except OperationalError as fault:
            if not isinstance(fault.orig, IN_THE_WAY) or time.monotonic() > until:
                raise
            time.sleep(random.uniform(0.2, 1.0))


def within_app(command: Callable[..., Any]) -> Callable[..., Any]:
    """Run a command in the application's context, on a database that fits it."""

    @wraps(command)
    def run(*args: Any, **options: Any) -> Any:
        with build().app_context():
            try:
                found = bring_up()
                if not found.serves:
                    raise click.ClickException(behind(found))
                return command(*args, **options)
            finally:
                db.session.remove()
                db.engine.dispose()

    return run


def behind(found: schema.Standing) -> str:
    """Say that the database has to be migrated first."""
    return f"the database is at {found.here or '0'}, this version wants {found.wanted}: run `fundapp migrate`"


def settings() -> Settings:
    """Give the settings of the running command."""
    return current_app.config["SETTINGS"]  # type: ignore[no-any-return]
