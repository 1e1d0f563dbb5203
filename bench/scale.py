"""Many funds in one database: what the main pages and jobs cost with 10, 100, 1,000 of them.

Usage: python bench/scale.py [--funds 10 100 1000] [--applications 2000] [--database sqlite] [--explain]

The demo is played once, then copied with plain SQL, every row with its own keys: so each fund has rounds,
reviews, a ledger, agreements and a log as a real one. At the largest size the first fund also gets as many
applications as are asked for, with their reviews and scores. What is given is processor time, of this
process and of the database for it: pages as the mean of three after one to warm up, jobs and commands once.
--explain shows the plans of what took longest where it is slow.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from click.testing import CliRunner
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import Column, Connection, Engine, Integer, String, Table, event, text
from sqlalchemy.sql.elements import quoted_name

from fundapp import create_app
from fundapp.accounts.models import User
from fundapp.admin import conflict_check
from fundapp.cli import main as command
from fundapp.core import clock, jobs
from fundapp.core.db import Base, db
from fundapp.core.places import MIGRATIONS
from fundapp.demo import play
from tests import postgres
from tests.databases import settings

STEP = 100_000
"""How far apart the keys of two copies lie."""
ONCE = {"schema_floor", "counter", "job", "audit_seal", "once"}
"""Tables of the installation, not of a fund."""
DEEP = (
    "application", "application_version", "answer", "access", "review", "score", "search_text", "trait",
    "fingerprint", "conflict", "knockout", "standing",
)  # fmt: skip
"""What grows with the applications of a round."""
PAIRS = 1
TURNS, SLOW_PAGE_S, SLOW_JOB_S = 3, 0.3, 1.0
"""Pairs of a tied person and an application that the nightly proof looks at here; at night 300."""


# --- copying ------------------------------------------------------------------------


def copy(connection: Connection, tables: set[str], first: int, last: int) -> None:
    """Copy every row of the first fund into copies `first` to `last`, with keys of their own."""
    for table in Base.metadata.sorted_tables:
        if table.name in tables:
            connection.execute(text(_statement(table, tables)), {"first": first, "last": last})


def _statement(table: Table, tables: set[str]) -> str:
    marked = _to_mark(table, tables)
    columns = [column for column in table.columns if column.computed is None]
    given = ", ".join(_quoted(column.name) for column in columns)
    taken = ", ".join(_value(column, tables, marked) for column in columns)
    first, more = "SELECT CAST(:first AS INTEGER)", "SELECT g + 1 FROM n WHERE g < :last"
    origin = _origin(table, tables)
    return (
        f"INSERT INTO {_quoted(table.name)} ({given}) WITH RECURSIVE n(g) AS ({first} UNION ALL {more}) "  # noqa: S608
        f"SELECT {taken} FROM {_quoted(table.name)} t, n WHERE {origin}"  # our own names
    )


def _quoted(name: str) -> str:
    return f'"{quoted_name(name, quote=True)}"'


def _shifts(column: Column[Any], tables: set[str], seen: frozenset[Any] = frozenset()) -> bool:
    """Tell whether a column holds keys that differ from copy to copy: its own, or those it refers to."""
    if not isinstance(column.type, Integer) or column.table.name not in tables:
        return False
    if column.foreign_keys:
        others = [key.column for key in column.foreign_keys if key.column not in seen]
        return any(_shifts(other, tables, seen | {column}) for other in others)
    return (column.primary_key and column.name == "id") or (column.name.endswith("_id") and "fund" in tables)


def _origin(table: Table, tables: set[str]) -> str:
    """Choose the rows of the first fund: what a job made for a copy may have a low number of its own."""
    names = [f"t.{_quoted(column.name)}" for column in table.columns if _shifts(column, tables)]
    return " AND ".join(f"({name} IS NULL OR {name} < {STEP})" for name in names) or "true"


def _value(column: Column[Any], tables: set[str], marked: set[str]) -> str:
    name = f"t.{_quoted(column.name)}"
    if _shifts(column, tables):
        return f"{name} + n.g * {STEP}"
    if column.name not in marked:
        return name
    if "digest" in column.name or "sha256" in column.name:  # as long as before
        return f"substr({name}, 1, length({name}) - 6) || substr(CAST(1000000 + n.g AS VARCHAR(7)), 2)"
    return f"{name} || '~' || n.g"


def _to_mark(table: Table, tables: set[str]) -> set[str]:
    """Choose the texts that must differ so that what is unique stays so."""
    unique = [[*table.primary_key.columns]]
    unique += [[*index.columns] for index in table.indexes if index.unique]
    unique += [[*one.columns] for one in table.constraints if type(one).__name__ == "UniqueConstraint"]
    found = set()
    for columns in unique:
        if not any(_shifts(column, tables) for column in columns):
            texts = [one.name for one in columns if isinstance(one.type, String) and not one.foreign_keys]
            found |= set(texts[-1:])
    return found


@contextmanager
def unchecked() -> Iterator[Connection]:
    """Write without keys and triggers: the copies are whole because what they copy is."""
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET session_replication_role = replica"))
        else:
            connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
        yield connection
        connection.commit()
        connection.invalidate()


def settle(engine: Engine) -> None:
    """Put the counters of keys behind what was copied, and count rows for the planner."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine.dialect.name == "postgresql":
            for table in Base.metadata.sorted_tables:
                if "id" in table.columns and table.columns["id"].autoincrement is not False:
                    name = _quoted(table.name)
                    behind = f"setval(pg_get_serial_sequence('{name}', 'id'), max(id) + 1)"
                    connection.execute(text(f"SELECT {behind} FROM {name}"))  # noqa: S608 our own names
        connection.execute(text("ANALYZE"))


# --- timing -------------------------------------------------------------------------


def spent(of: str) -> float:
    """Give the processor time this process and the server's processes for a database have used, in seconds.

    Unlike the time on the wall it is nearly the same on a crowded machine.
    """
    ticks = 0
    for place in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (place / "cmdline").read_bytes().startswith(f"postgres: fundapp {of} ".encode()):
                ticks += sum(map(int, (place / "stat").read_text().rpartition(")")[2].split()[11:13]))
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


PAGES = {
    "-": ("/", "/calls", "/projects", "/money", "/sitemap.xml", "/open-data", "/calls.ics"),
    "noor.verhage@example.org": (
        "/home", "/to-do", "/office/applications", "/office/applications?q=keys", "/office/rounds",
        "/office/rounds/{round}", "/office/rounds/{round}/ranking", "/office/rounds/{round}/statistics",
        "/office/rounds/{round}/ties", "/office/applications/{application}",
        "/office/funds/{fund}/reminders-to-come",
        "/grants", "/payouts", "/ledger/{fund}", "/office/reports/funds/{fund}", "/office/parties",
    ),
    "saskia.terborgh@example.org": ("/home", "/reviews"),
    "aoife.brennan@example.org": ("/home", "/proposals"),
    "ilse.brandt@example.org": ("/admin", "/admin/audit", "/admin/users", "/admin/mail", "/admin/jobs"),
}  # fmt: skip
JOBS = (
    "remind",
    "check-conflicts",
    "search-words",
    "seal-ledger",
    "find-ties",
    "settle-reviews",
    "close-rounds",
)


@contextmanager
def statements(app: Flask) -> Iterator[list[tuple[float, str, Any]]]:
    """Collect what is asked of the database, with how long each took."""
    with app.app_context():  # not around the block: a request must not borrow it
        engine = db.engine
    seen: list[tuple[float, str, Any]] = []

    def before(*event: Any) -> None:
        event[4].begun = time.perf_counter()

    def after(*event: Any) -> None:
        _connection, _cursor, statement, given, context, _many = event
        seen.append((time.perf_counter() - context.begun, statement, given))

    event.listen(engine, "before_cursor_execute", before)
    event.listen(engine, "after_cursor_execute", after)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", before)
        event.remove(engine, "after_cursor_execute", after)


def client_of(app: Flask, email: str) -> Any:
    """Give a client that is signed in."""
    client = app.test_client()
    if email != "-":
        with app.app_context():
            key = db.session.scalars(db.select(User).where(User.email == email)).one().get_id()
            db.session.remove()
        with client.session_transaction() as session:
            session.update(_user_id=key, _fresh=True)
    return client


def places(app: Flask) -> dict[str, int]:
    """Give the keys that the paths name: the first fund, its fullest round, an application in it."""
    with app.app_context():
        sent = "SELECT round_id, min(id) FROM application WHERE code IS NOT NULL AND id < :end"
        fullest = f"{sent} GROUP BY 1 ORDER BY count(*) DESC"
        round, application = db.session.execute(text(fullest), {"end": STEP}).first()  # type: ignore[misc]
        fund = db.session.execute(text("SELECT min(id) FROM fund")).scalar_one()
        db.session.remove()
    return {"round": round, "application": application, "fund": fund}


def time_pages(app: Flask, name: str, *, explain: bool) -> dict[str, float]:
    """Time each page; give processor seconds by who and path."""
    found, keys = {}, places(app)
    for email, paths in PAGES.items():
        client = client_of(app, email)
        for path in paths:
            client.get(path.format(**keys)).get_data()  # to warm up
            begun = spent(name)
            with statements(app) as seen:
                for _turn in range(TURNS):
                    answer = client.get(path.format(**keys))
                    answer.get_data()
            refused = "" if answer.status_code == 200 else f" ({answer.status_code})"
            shown = f"{email.partition('.')[0]} {path}{refused}"
            found[shown] = (spent(name) - begun) / TURNS
            if explain and found[shown] > SLOW_PAGE_S:
                show_plans(app, shown, seen)
    return found


def show_plans(app: Flask, name: str, seen: list[tuple[float, str, Any]]) -> None:
    """Print the plan of the statement that took longest."""
    seconds, statement, given = max(seen, key=lambda one: one[0])
    print(
        f"\n--- {name}: {sum(one[0] for one in seen):.2f} s, {len(seen)} statements, longest {seconds:.2f} s"
    )
    if seconds < 0.1 or not statement.lstrip().upper().startswith(("SELECT", "WITH")):
        return
    with app.app_context(), db.engine.connect() as connection:
        word = (
            "EXPLAIN (ANALYZE, BUFFERS)" if connection.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
        )
        print(" ".join(statement.split())[:600])
        for row in connection.exec_driver_sql(f"{word} {statement}", given).all()[:40]:
            print("   ", row[-1] if connection.dialect.name == "sqlite" else row[0])


def time_jobs(app: Flask, name: str, *, explain: bool) -> dict[str, float]:
    """Run each job once, twice for reminders: with all to plan, and with nothing new."""
    found: dict[str, float] = {}
    for kind in (*JOBS, "remind"):
        begun = spent(name)
        with statements(app) as seen, app.app_context():
            jobs.run(kind, clock.now())
            db.session.remove()
        shown = f"job {kind}{' again' if f'job {kind}' in found else ''}"
        found[shown] = spent(name) - begun
        print(f"  {shown}: {len(seen)} statements", flush=True)
        if explain and found[shown] > SLOW_JOB_S:
            show_plans(app, shown, seen)
    return found


def time_commands(app: Flask, name: str) -> dict[str, float]:
    """Time what commands do, with making the application but without starting Python."""
    ours = app.config["SETTINGS"]
    environ = {"FUNDAPP_INSTANCE": str(ours.instance), "FUNDAPP_DATABASE_URL": ours.database_url}
    with app.app_context():
        slug = db.session.execute(text("SELECT slug FROM fund ORDER BY id LIMIT 1")).scalar_one()
        db.session.remove()
    out, found = str(ours.instance / "grants.json"), {}
    words: tuple[tuple[str, ...], ...] = (
        ("funds", "list"), ("ledger", "verify", "--fund", slug), ("ledger", "verify"), ("log", "verify"),
        ("export", "360giving", "--fund", slug, "--output", out),
        ("reminders", "preview", "--days", "30", "--fund", slug),
    )  # fmt: skip
    for line in words:
        begun = spent(name)
        done = CliRunner().invoke(command, line, env=environ)
        shown = " ".join(word for word in line if word != out)
        found[f"fundapp {shown}" + (f" ({done.exit_code})" if done.exit_code else "")] = spent(name) - begun
    return found


# --- one size after the other -------------------------------------------------------


def rows(engine: Engine) -> str:
    """Say how much there is."""
    with engine.connect() as connection:
        counts = {
            name: connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one()  # noqa: S608 our own names
            for name in ("fund", "application", "score", "posting", "audit_event", "outbox")
        }
        size = ""
        if engine.dialect.name == "postgresql":
            size = str(
                connection.execute(
                    text("SELECT pg_size_pretty(pg_database_size(current_database()))")
                ).scalar()
            )
    return ", ".join(f"{number:,} {name}" for name, number in counts.items()) + f"; {size}"


def measure(asked: argparse.Namespace, url: str, place: Path, name: str) -> None:
    """Fill one database size by size, and time it each time."""
    app = create_app(settings(place, url))
    conflict_check.MOST = PAIRS
    with app.app_context():
        upgrade(directory=str(MIGRATIONS))
        play.fill_in(at=clock.now(), settings=app.config["SETTINGS"], if_empty=True, say=lambda text: None)
        db.session.remove()
    everything = {table.name for table in Base.metadata.sorted_tables} - ONCE
    done, table = 1, dict[str, list[float]]()
    for funds in sorted(asked.funds):
        begun = time.monotonic()
        with app.app_context():
            with unchecked() as connection:
                if funds > done:
                    copy(connection, everything, done, funds - 1)
            if funds == max(asked.funds) and asked.applications:
                deepen(asked.applications)
            settle(db.engine)
            print(f"\n{asked.database}, {funds} funds, filled in {time.monotonic() - begun:.0f} s; load "
                  f"{os.getloadavg()[0]:.1f}; {rows(db.engine)}", flush=True)  # fmt: skip
        done = max(funds, done)
        steps: tuple[Callable[[], dict[str, float]], ...] = (
            lambda: time_pages(app, name, explain=asked.explain),
            lambda: time_jobs(app, name, explain=asked.explain),
            lambda: time_commands(app, name),
        )
        for step in steps:
            for shown, seconds in step().items():
                table.setdefault(shown, []).append(seconds)
                print(f"{shown:64}" + "".join(f"{one:>9.3f}" for one in table[shown]), flush=True)
    with app.app_context():
        db.engine.dispose()


def deepen(applications: int) -> None:
    """Give the first fund so many applications more, with their reviews, at numbers above all copies."""
    with unchecked() as connection:
        count = text("SELECT count(*) FROM application WHERE id < :end")
        there = connection.execute(count, {"end": STEP}).scalar_one()
        copy(connection, set(DEEP), 10_001, 10_000 + max(applications // there, 1))


def main() -> int:
    """Run it on the engine that was asked for."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--funds", type=int, nargs="+", default=[10, 100, 1000])
    asked.add_argument("--applications", type=int, default=2000, help="in one fund, at the largest size")
    asked.add_argument("--database", choices=["sqlite", "postgresql"], default="postgresql")
    asked.add_argument("--explain", action="store_true")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="fundapp-scale-") as folder:
        place = Path(folder)
        if given.database == "sqlite":
            measure(given, f"sqlite:///{place / 'scale.sqlite3'}", place, "")
        else:
            name = f"scale_{os.getpid()}"
            with postgres.server() as server, postgres.database(server, name) as url:
                measure(given, url.render_as_string(hide_password=False), place, name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
