"""Versions overlap: a migration fits the version before it, and each version knows whether it fits."""

import pytest
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from click.testing import CliRunner
from flask_migrate import downgrade, upgrade
from sqlalchemy import Connection, create_engine, text

from fundapp import create_app
from fundapp.cli import main
from fundapp.core import health, schema
from fundapp.core.db import db
from fundapp.core.places import MIGRATIONS
from tests.command import Run
from tests.databases import settings
from tests.factories import NOW
from tests.shape_changes import breaks, shape


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_each_migration_fits_the_version_before_it(database, tmp_path):
    """One that takes something away says `contract_after = "<revision>"`, as docs/running.md tells."""
    found = {}
    with database.copy() as url:
        app = create_app(settings(tmp_path, url))
        with app.app_context():
            downgrade(directory=str(MIGRATIONS), revision=schema.FIRST)
            for script in schema.pending(schema.FIRST):
                with db.engine.connect() as connection:
                    before = shape(connection)
                upgrade(directory=str(MIGRATIONS), revision=script.revision)
                with db.engine.connect() as connection:
                    faults = breaks(before, shape(connection))
                if faults and schema.floor_of(script) is None:
                    found[script.revision] = faults
            db.engine.dispose()

    assert found == {}


def test_a_contract_step_names_an_earlier_migration():
    order = list(schema.known())

    wrong = [
        script.revision
        for script in schema.known().values()
        if (floor := schema.floor_of(script)) and floor not in order[: order.index(script.revision)]
    ]

    assert wrong == []


@pytest.fixture
def tables():
    """A little database: things with a colour, and owners."""
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        connection.execute(text("CREATE TABLE owner (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL)"))
        colours = "colour VARCHAR(9) NOT NULL CONSTRAINT known CHECK (colour IN ('red', 'blue'))"
        connection.execute(
            text(f"CREATE TABLE thing (id INTEGER PRIMARY KEY, owner INTEGER, size INTEGER, {colours})")
        )
        connection.execute(text("CREATE UNIQUE INDEX one_of_a_colour ON thing (colour)"))
        yield connection
    engine.dispose()


def changed(connection: Connection, change) -> list[str]:
    """Change the little database as a migration does, and give what an older version would stumble over."""
    before = shape(connection)
    change(Operations(MigrationContext.configure(connection)))
    return breaks(before, shape(connection))


def batch(change):
    """Make a change of the table of things."""

    def run(op: Operations) -> None:
        with op.batch_alter_table("thing") as thing:
            change(thing)

    return run


BREAKING = {
    "thing: the table is gone": lambda op: op.drop_table("thing"),
    "owner: the table is gone": lambda op: op.rename_table("owner", "holder"),
    "thing: size is gone": batch(lambda thing: thing.drop_column("size")),
    "thing: weight is new, and neither nullable nor with a default": batch(
        lambda thing: (
            thing.add_column(sa.Column("weight", sa.Integer(), nullable=False, server_default="0"))
            or thing.alter_column("weight", server_default=None)
        )
    ),
    "thing: size may no longer be empty": batch(lambda thing: thing.alter_column("size", nullable=False)),
    "thing: colour was VARCHAR(9) and is VARCHAR(4)": batch(
        lambda thing: thing.alter_column("colour", type_=sa.String(4))
    ),
    "thing: size must be unique": lambda op: op.create_index("one_size", "thing", ["size"], unique=True),
    "thing: owner must refer": batch(
        lambda thing: thing.create_foreign_key("of", "owner", ["owner"], ["id"])
    ),
    "thing: a new condition: size > 0": batch(
        lambda thing: thing.create_check_constraint("some", "size > 0")
    ),
}


@pytest.mark.parametrize("told", BREAKING)
def test_what_an_older_version_stumbles_over_is_found(tables, told):
    assert told in changed(tables, BREAKING[told])


def _widen(thing) -> None:
    thing.drop_constraint("known", type_="check")
    thing.create_check_constraint("known", "colour IN ('red', 'blue', 'green')")


FITTING = [
    lambda op: op.create_table("leaf", sa.Column("id", sa.Integer(), primary_key=True)),
    lambda op: op.create_index("by_size", "thing", ["size"]),
    batch(lambda thing: thing.add_column(sa.Column("note", sa.String()))),
    batch(
        lambda thing: thing.add_column(sa.Column("count", sa.Integer(), nullable=False, server_default="0"))
    ),
    batch(lambda thing: thing.alter_column("colour", type_=sa.String(24))),
    batch(lambda thing: thing.alter_column("colour", nullable=True)),
    lambda op: op.create_index("one_of_a_kind", "thing", ["colour", "size"], unique=True),
    batch(_widen),
]


@pytest.mark.parametrize("change", FITTING)
def test_what_only_adds_is_let_through(tables, change):
    assert changed(tables, change) == []


# --- a version and a database that is not its own ------------------------------------


@pytest.fixture
def standing_at(database, tmp_path):
    """Give an app on a database that is at another revision, with the floor that it names."""
    with database.copy() as url:
        app = create_app(settings(tmp_path, url))
        with app.app_context():

            def move(revision: str, floor: str | None = None) -> None:
                db.session.execute(text("UPDATE alembic_version SET version_num = :here"), {"here": revision})
                if floor:
                    db.session.add(schema.SchemaFloor(id=1, revision=floor))
                db.session.commit()

            try:
                yield move
            finally:
                db.session.remove()
                db.engine.dispose()


@pytest.mark.parametrize(
    ("here", "floor", "fit"),
    [
        ("9999", None, schema.Fit.AHEAD),
        ("9999", "0031", schema.Fit.AHEAD),
        ("9999", "9998", schema.Fit.PARTED),
        ("0030", None, schema.Fit.BEHIND),
    ],
)
def test_a_version_knows_whether_it_fits(standing_at, here, floor, fit):
    standing_at(here, floor)

    found, (ready, told), (pages, _told) = schema.standing(), health.is_ready(NOW), health.serves(NOW)

    assert found.fit is fit
    assert ready is pages is found.serves, told


def test_a_contract_step_is_written_into_the_database(standing_at, monkeypatch):
    head = schema.scripts().get_current_head()
    floors = {head: "0031", "0030": "0029"}
    monkeypatch.setattr(schema, "floor_of", lambda script: floors.get(script.revision))

    with db.engine.begin() as connection:
        schema.keep_floor(connection, head)
        kept = connection.scalar(sa.select(schema.SchemaFloor.revision))
        schema.keep_floor(connection, "0030")
        after_going_down = connection.scalar(sa.select(schema.SchemaFloor.revision))

    assert (kept, after_going_down) == ("0031", "0029")


def test_a_start_leaves_the_database_alone_where_it_is_told_to(run: Run, environment):
    environment["FUNDAPP_MIGRATE_AT_START"] = "false"
    assert run("funds", "list").exit_code == 0
    engine = create_engine(environment["FUNDAPP_DATABASE_URL"])
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE schema_floor"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0030'"))

    refused, foretold = run("funds", "list"), run("migrate", "--check")

    with engine.connect() as connection:
        here = connection.scalar(text("SELECT version_num FROM alembic_version"))
    engine.dispose()
    assert refused.exit_code == 1
    assert "run `fundapp migrate`" in refused.output
    assert foretold.exit_code == 0
    assert foretold.output.startswith("0031\tfits the version that runs now\t")
    assert here == "0030"


def test_an_older_version_goes_on_where_it_fits_and_stops_where_not(run: Run, environment):
    engine = create_engine(environment["FUNDAPP_DATABASE_URL"])
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    fits = run("funds", "list")
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO schema_floor (id, revision) VALUES (1, '9998')"))
    parted = run("funds", "list")

    engine.dispose()
    assert fits.exit_code == 0, fits.output
    assert parted.exit_code == 1
    assert "no longer fits this version" in parted.output


def test_the_check_names_what_must_stop_first(environment, tmp_path):
    """From before the rule, everything has to stop."""
    empty = environment | {"FUNDAPP_DATABASE_URL": f"sqlite:///{tmp_path / 'old.sqlite3'}"}
    app = create_app(settings(tmp_path, empty["FUNDAPP_DATABASE_URL"]))
    with app.app_context():
        upgrade(directory=str(MIGRATIONS), revision="0028")
        db.engine.dispose()

    told = CliRunner().invoke(main, ["migrate", "--check"], env=empty)

    assert told.exit_code == 1
    assert told.output.splitlines()[0].startswith("0029\tstop the version that runs now first\t")
