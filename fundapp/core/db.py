"""Rows: the declarative base, column types, and how each engine opens a transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    CheckConstraint,
    Connection,
    DateTime,
    Dialect,
    Engine,
    ForeignKey,
    MetaData,
    Table,
    event,
    inspect,
    select,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedColumn, declared_attr, mapped_column
from sqlalchemy.types import JSON, TypeDecorator

from fundapp.core.newer import Known

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# False while a request only reads: SQLite then begins without taking the writer's place.
writing: ContextVar[bool] = ContextVar("writing", default=True)


@contextmanager
def reading() -> Iterator[None]:
    """Let the block only read: on SQLite, work that takes long then keeps nobody from writing.

    What was changed before has to be committed; the session begins anew before and after.
    """
    db.session.rollback()
    before = writing.set(False)
    try:
        yield
    finally:
        db.session.rollback()
        writing.reset(before)


class UTCDateTime(TypeDecorator[datetime]):
    """An aware UTC instant on both engines; a naive value is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be kept")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The base of every row."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {datetime: UTCDateTime, dict[str, Any]: JSON, list[Any]: JSON, list[str]: JSON}


R = TypeVar("R", bound=Base)


class Row:
    """An integer key of its own."""

    id: Mapped[int] = mapped_column(primary_key=True)


class Versioned:
    """A counter that makes two simultaneous changes collide instead of overwrite."""

    row_version: Mapped[int] = mapped_column(default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 SQLAlchemy hands it the class
        return {"version_id_col": cls.row_version}


db = SQLAlchemy(metadata=Base.metadata, disable_autonaming=True)


def words(kind: type[StrEnum], name: str = "state", **options: Any) -> MappedColumn[Any]:
    """Declare a column that holds one value of `kind`, kept by a CHECK on both engines.

    A value that a newer version wrote is read all the same (`newer.unknown`).
    """
    listed = ", ".join(f"'{member.value}'" for member in kind)
    is_known = CheckConstraint(f"{name} IN ({listed})", name=f"{name}_known")
    return mapped_column(Known(kind), is_known, **options)


def fk(target: str, *, index: bool = True, **options: Any) -> MappedColumn[Any]:
    """Declare a foreign key column; indexed unless a composite index already leads with it."""
    return mapped_column(ForeignKey(target), index=index, **options)


def check(name: str, condition: str) -> CheckConstraint:
    """Declare a CHECK with its name."""
    return CheckConstraint(condition, name=name)


def locked(kind: type[R], key: int) -> R:
    """Read one row again and hold it until the transaction ends.

    On PostgreSQL FOR NO KEY UPDATE: it shuts out the next one who asks for this, but not a row that
    merely refers to this one, which would end in a deadlock (every line of the log refers to a fund).
    On SQLite a writing transaction already holds the file.
    """
    return db.session.execute(
        select(kind)
        .where(kind.id == key)  # type: ignore[attr-defined]
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).scalar_one()


# --- what the engine keeps beside our tables -----------------------------------

DERIVED: set[str] = set()
"""Tables made by an engine's own means: an index of words, and what the engine keeps beside it."""


def derived(name: str) -> None:
    """Mark a table that no model declares; so are those whose names begin with its name."""
    DERIVED.add(name)


def is_declared(name: str | None, kind: str, parents: Any) -> bool:
    """Tell whether a table found in a database should be one of the models'; asked by Alembic."""
    return kind != "table" or not any(name == one or str(name).startswith(f"{one}_") for one in DERIVED)


# --- append-only tables ------------------------------------------------------

APPEND_ONLY: dict[str, tuple[str, ...]] = {}
"""Table name → columns that may still change (an audit note can be erased)."""


KEEP_ROWS = """CREATE OR REPLACE FUNCTION keep_rows() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"""


MAY_GO: dict[str, str] = {}
"""Table name → condition in SQL on OLD, the row at hand, under which it may be deleted after all."""


def append_only(table: Table, *, but: tuple[str, ...] = (), may_go: str = "") -> None:
    """Mark a table whose rows may be added but never changed or deleted.

    but: columns that may still change. may_go: rows (OLD, in SQL of both engines) that may be deleted.
    """
    APPEND_ONLY[table.name] = but
    if may_go:
        MAY_GO[table.name] = may_go


def trigger_statements(table: str, columns: list[str], dialect: str) -> list[str]:
    """Give the statements that make one table append-only on one engine."""
    listed = ", ".join(f'"{column}"' for column in columns)
    if dialect == "sqlite":
        refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        unless = f"WHEN NOT ({MAY_GO[table]})" if table in MAY_GO else ""
        return [
            *(f"DROP TRIGGER IF EXISTS keep_{table}_{verb}" for verb in ("update", "delete")),
            f'CREATE TRIGGER keep_{table}_update BEFORE UPDATE OF {listed} ON "{table}" {refuse}',
            f'CREATE TRIGGER keep_{table}_delete BEFORE DELETE ON "{table}" {unless} {refuse}',
        ]
    each = f'ON "{table}" FOR EACH ROW EXECUTE FUNCTION'
    keeper = f"keep_rows_of_{table}" if table in MAY_GO else "keep_rows"
    return [
        KEEP_ROWS,
        *([_keeper(table)] if table in MAY_GO else []),
        f"CREATE OR REPLACE TRIGGER keep_{table}_update BEFORE UPDATE OF {listed} {each} keep_rows()",
        f"CREATE OR REPLACE TRIGGER keep_{table}_delete BEFORE DELETE {each} {keeper}()",
    ]


def _keeper(table: str) -> str:
    """Write the function that keeps the rows of one table, but for those that may go (PostgreSQL)."""
    return (
        f"CREATE OR REPLACE FUNCTION keep_rows_of_{table}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {MAY_GO[table]} THEN RETURN OLD; END IF; "
        "RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )


def rest_triggers(connection: Connection) -> None:
    """Take away, before a migration, the triggers that stand in its way; `install_triggers` puts them back.

    SQLite reads every trigger when a table is renamed, and a batch migration renames what they look at.
    PostgreSQL keeps a column that a trigger names.
    """
    if connection.dialect.name == "sqlite":
        for name in MAY_GO:
            connection.execute(text(f"DROP TRIGGER IF EXISTS keep_{name}_delete"))
        return
    for table in inspect(connection).get_table_names():
        for kind in ("keep", "freeze"):
            connection.execute(text(f'DROP TRIGGER IF EXISTS {kind}_{table}_update ON "{table}"'))


def install_triggers(connection: Connection) -> None:
    """Put every append-only trigger in place; run after each migration.

    A SQLite batch migration drops a table's triggers without a word.
    """
    look = inspect(connection)
    present = set(look.get_table_names())
    for name, free in APPEND_ONLY.items():
        if name not in present:  # an older revision, which may lack columns too
            continue
        columns = [column["name"] for column in look.get_columns(name) if column["name"] not in free]
        for statement in trigger_statements(name, columns, connection.dialect.name):
            connection.execute(text(statement))
    if FROZEN and "audit_event" in present:  # the function of PostgreSQL is there from the first table on
        _freeze(connection, present)


# --- rows that are fixed from some moment on ---------------------------------

FROZEN: dict[str, tuple[str, tuple[str, ...], bool]] = {}
"""Table name → condition in SQL on OLD, the columns that may not change while it holds, may it go."""


def frozen(table: str, when: str, *columns: str, may_go: bool = False) -> None:
    """Mark columns of a table that never change once a condition on the row (OLD, in SQL) holds.

    may_go: such a row may still be deleted; else it stays too.
    """
    FROZEN[table] = (when, columns, may_go)


def _freeze(connection: Connection, present: set[str]) -> None:
    """Put the triggers of frozen rows in place, on both engines."""
    look = inspect(connection)
    for table, (when, columns, may_go) in FROZEN.items():
        if table not in present:
            continue
        here = {column["name"] for column in look.get_columns(table)}
        listed = ", ".join(f'"{column}"' for column in columns if column in here)
        for verb in ("UPDATE", "DELETE"):
            name = f"freeze_{table}_{verb.lower()}"
            connection.execute(text(_dropped(name, table, connection.dialect.name)))
            if verb == "UPDATE" or not may_go:
                event_ = f"UPDATE OF {listed}" if verb == "UPDATE" else "DELETE"
                connection.execute(text(_frozen(name, table, event_, when, connection.dialect.name)))


def _dropped(name: str, table: str, dialect: str) -> str:
    where = "" if dialect == "sqlite" else f' ON "{table}"'
    return f"DROP TRIGGER IF EXISTS {name}{where}"


def _frozen(name: str, table: str, event_: str, when: str, dialect: str) -> str:
    head = f'CREATE TRIGGER {name} BEFORE {event_} ON "{table}" FOR EACH ROW WHEN ({when})'
    if dialect == "sqlite":
        return f"{head} BEGIN SELECT RAISE(ABORT, '{table} is append-only once released'); END"
    return f"{head} EXECUTE FUNCTION keep_rows()"


# --- engines -----------------------------------------------------------------


@event.listens_for(Engine, "connect")
def _settle_sqlite(connection: Any, record: Any) -> None:
    """Let SQLAlchemy, not the driver, begin; keep foreign keys; wait for a busy writer."""
    if "sqlite" not in type(connection).__module__:
        return
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("foreign_keys=ON", "journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=15000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    """Take the writer's place at once when writing, so that two writers queue instead of fail."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing.get() else "BEGIN")
