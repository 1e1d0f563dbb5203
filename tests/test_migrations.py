"""Migrations: they make exactly what the models declare, and go up and down, on both engines."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade
from sqlalchemy import Connection, func, inspect, select, text

from fundapp import create_app
from fundapp.core.db import APPEND_ONLY, FROZEN, Base, db, install_triggers, is_declared
from fundapp.core.places import MIGRATIONS
from fundapp.grants.models import Award, Milestone
from tests.databases import Database, settings
from tests.factories import make_application, make_award, make_cast, make_round

# What may be in a database that the models do not declare.
OWN_TABLE = "alembic_version"

VERBS = ("update", "delete")


@pytest.fixture
def work(database: Database, tmp_path):
    """Give `with work() as connection:`, each time on a fresh empty database, inside its app."""

    @contextmanager
    def work() -> Iterator[Connection]:
        with database.empty() as url:
            app = create_app(settings(tmp_path, url))
            with app.app_context():
                with db.engine.connect() as connection:
                    yield connection
                db.engine.dispose()

    return work


def migrate_up() -> None:
    upgrade(directory=str(MIGRATIONS))


def migrate_down() -> None:
    downgrade(directory=str(MIGRATIONS), revision="base")


def triggers(connection: Connection) -> set[str]:
    """Name the triggers of the house."""
    sqlite = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    postgres = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    found = set(connection.scalars(text(sqlite if connection.dialect.name == "sqlite" else postgres)))
    connection.rollback()
    return found


def shape(connection: Connection) -> dict[str, Any]:
    """Describe every table as the engine knows it, in an order that does not depend on how it was made."""
    look = inspect(connection)
    tables = {name: _table(look, name) for name in look.get_table_names() if name != OWN_TABLE}
    connection.rollback()
    return tables


def _table(look: Any, name: str) -> dict[str, Any]:
    columns = {
        column["name"]: (str(column["type"]), column["nullable"], column["default"])
        for column in look.get_columns(name)
    }
    described = {
        "checks": look.get_check_constraints(name),
        "indexes": look.get_indexes(name),
        "uniques": look.get_unique_constraints(name),
        "keys": look.get_foreign_keys(name),
    }
    # An index keeps its condition as an SQL element: its text is what counts.
    return {
        "columns": columns,
        "key": str(look.get_pk_constraint(name)),
        **{kind: sorted(map(_line, found)) for kind, found in described.items()},
    }


def _line(part: dict[str, Any]) -> str:
    options = {name: str(value) for name, value in part.get("dialect_options", {}).items()}
    return str({**part, "dialect_options": options})


def test_migrations_make_what_the_models_declare(work):
    with work() as connection:
        Base.metadata.create_all(connection)
        install_triggers(connection)
        connection.commit()
        declared, declared_triggers = shape(connection), triggers(connection)

    with work() as connection:
        migrate_up()
        made, made_triggers = shape(connection), triggers(connection)

    assert made.keys() == declared.keys()
    for name, table in declared.items():
        assert made[name] == table, name
    assert made_triggers == declared_triggers


def test_autogenerate_finds_no_difference(work):
    with work() as connection:
        migrate_up()
        asked = {"compare_type": True, "include_name": is_declared}
        context = MigrationContext.configure(connection, opts=asked)

        assert compare_metadata(context, Base.metadata) == []


def test_migrations_go_down_to_nothing_and_up_again(work):
    with work() as connection:
        migrate_up()
        first = shape(connection)
        migrate_down()
        nothing = shape(connection)
        migrate_up()
        again, kept = shape(connection), triggers(connection)

    assert nothing == {}
    assert again == first
    every = (("keep", APPEND_ONLY), ("freeze", FROZEN))
    assert kept == {f"{how}_{table}_{verb}" for how, tables in every for table in tables for verb in VERBS}


def test_rows_outlive_a_step_down_and_up(database: Database, tmp_path):
    """A table that is rebuilt keeps its rows, and those that refer to it."""
    with database.copy() as url:
        app = create_app(settings(tmp_path, url))
        with app.app_context():
            cast = make_cast()
            make_award(make_application(make_round(cast.fund), cast.ana), cast.sol, cast.max)
            db.session.commit()
            db.session.remove()

            downgrade(directory=str(MIGRATIONS), revision="0001")
            migrate_up()

            awards = db.session.scalars(select(Award.amount_cents)).all()
            milestones = db.session.scalar(select(func.count(Milestone.id)))
            db.session.remove()
            db.engine.dispose()

    assert (awards, milestones) == ([800_000], 2)
