"""Alembic's way to the database: the application's engine, naming, and the append-only triggers."""

from typing import Any

from alembic import context
from flask import current_app

from fundapp.core.db import Base, UTCDateTime, install_triggers, is_declared, rest_triggers
from fundapp.core.schema import keep_floor

config = context.config
target_metadata = Base.metadata


def _only_changes(context: Any, revision: Any, directives: Any) -> None:
    if getattr(config.cmd_opts, "autogenerate", False) and directives[0].upgrade_ops.is_empty():
        directives[:] = []


def run_migrations() -> None:
    """Run in one transaction; foreign keys rest on SQLite meanwhile, since tables are rebuilt."""
    engine = current_app.extensions["migrate"].db.engine
    with engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        is_sqlite = connection.dialect.name == "sqlite"
        if is_sqlite:
            # On the raw connection: inside a transaction, which SQLAlchemy would begin, it does nothing.
            raw.execute("PRAGMA foreign_keys=OFF")
        context.configure(
            connection=connection,
            target_metadata=target_metadata,
            render_as_batch=True,
            compare_type=True,
            include_name=is_declared,
            render_item=_written,
            process_revision_directives=_only_changes,
            transaction_per_migration=False,
        )
        with context.begin_transaction():
            if not is_sqlite:
                # Who waits for a table makes everybody wait who comes after: rather give up, and try again.
                connection.exec_driver_sql("SET LOCAL lock_timeout = '700ms'")
            rest_triggers(connection)
            context.run_migrations()
            install_triggers(connection)
            keep_floor(connection, context.get_context().get_current_revision())
            if is_sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise RuntimeError("the migration would leave rows that refer to nothing")
        connection.commit()  # Alembic leaves a transaction open where the engine's DDL is not part of one
        if is_sqlite:
            raw.execute("PRAGMA foreign_keys=ON")


def _written(kind: str, item: Any, context: Any) -> Any:
    """Write our own column type by its short name."""
    if kind == "type" and isinstance(item, UTCDateTime):
        context.imports.add("from fundapp.core.db import UTCDateTime")
        return "UTCDateTime()"
    return False


run_migrations()
