"""The shape of the database and the version of the code: which fits which, so that versions can overlap."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from alembic.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection, delete, insert, inspect, select
from sqlalchemy.orm import Mapped, mapped_column

from fundapp.core.db import Base, check, db, writing
from fundapp.core.places import MIGRATIONS

FIRST = "0029"
"""From the migration after this one on, a migration fits the version before it (see docs/running.md)."""


class SchemaFloor(Base):
    """The oldest version that still fits this database, by its newest migration. One row, or none."""

    __tablename__ = "schema_floor"
    __table_args__ = (check("one_row", "id = 1"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    revision: Mapped[str]


class Fit(StrEnum):
    """How the code at hand and the database stand to each other."""

    SAME = "same"
    AHEAD = "ahead"
    """The database is newer, and still fits."""
    BEHIND = "behind"
    """The database is older: it has to be migrated first."""
    PARTED = "parted"
    """The database is newer and has given up something that this code uses."""


@dataclass(frozen=True)
class Standing:
    """Where the database is (None: empty), what the code wants, and how they fit."""

    here: str | None
    wanted: str | None
    fit: Fit

    @property
    def serves(self) -> bool:
        """Tell whether this code can work on that database."""
        return self.fit in (Fit.SAME, Fit.AHEAD)


@cache
def scripts() -> ScriptDirectory:
    """Give the migrations this code knows, read once."""
    return ScriptDirectory(str(MIGRATIONS))


@cache
def known() -> dict[str, Script]:
    """Give them by revision, oldest first."""
    return {script.revision: script for script in reversed(list(scripts().walk_revisions()))}


def standing() -> Standing:
    """Compare the database with the code at hand; on SQLite without waiting for whoever writes."""
    before = writing.set(False)
    try:
        with db.engine.connect() as connection:
            return _compared(connection, scripts().get_current_head())
    finally:
        writing.reset(before)


def _compared(connection: Connection, wanted: str | None) -> Standing:
    here = MigrationContext.configure(connection).get_current_revision()
    if here == wanted:
        return Standing(here, wanted, Fit.SAME)
    if here is None or here in known():
        return Standing(here, wanted, Fit.BEHIND)
    is_there = inspect(connection).has_table(SchemaFloor.__tablename__)
    floor = connection.scalar(select(SchemaFloor.revision)) if is_there else None
    return Standing(here, wanted, Fit.AHEAD if (floor or FIRST) in known() else Fit.PARTED)


def pending(here: str | None) -> list[Script]:
    """List the migrations that a database at a revision still lacks, in their order."""
    order = list(known())
    start = order.index(here) + 1 if here in known() else 0
    return [known()[name] for name in order[start:]]


def floor_of(script: Script) -> str | None:
    """Give the oldest version that fits after a migration, where it says so; None: it only adds."""
    declared = getattr(script.module, "contract_after", None)
    return str(declared) if declared else None


def breaks(here: str | None, coming: list[Script]) -> list[Script]:
    """List the migrations after which a version whose newest migration is `here` no longer works."""
    order = list(known())
    at = order.index(here) if here in known() else -1
    before_the_rule = order.index(FIRST)

    def parts(script: Script) -> bool:
        floor = floor_of(script)
        return order.index(script.revision) <= before_the_rule or bool(floor and order.index(floor) > at)

    return [script for script in coming if parts(script)]


def keep_floor(connection: Connection, here: str | None) -> None:
    """Write into the database who still fits it; after each migration, up or down."""
    if not inspect(connection).has_table(SchemaFloor.__tablename__):
        return
    order = list(known())
    done = order[: order.index(here) + 1] if here in known() else []
    declared = [floor for name in done if (floor := floor_of(known()[name]))]
    connection.execute(delete(SchemaFloor))
    if declared:
        connection.execute(insert(SchemaFloor).values(id=1, revision=max(declared, key=order.index)))
