"""A throw-away PostgreSQL: started for a test run, on a Unix socket only, deleted with it."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from sqlalchemy import URL, create_engine, make_url, text
from sqlalchemy.exc import OperationalError

# The shell outlives nobody: when the tests end, however they end, its input closes,
# and it stops the server and deletes the folder.
KEEPER = """
"$1/postgres" -D "$2/data" -k "$2" -c listen_addresses= -c fsync=off -c synchronous_commit=off \
    -c full_page_writes=off -c max_connections=60 -c jit=off -c shared_buffers=64MB >"$2/log" 2>&1 <&- &
server=$!
cat >/dev/null
kill -INT $server
wait $server
rm -rf "$2"
"""


GIVEN = "FUNDAPP_TEST_DATABASE_URL"


class PostgresMissing(Exception):
    """There is no PostgreSQL on this machine to start, or it does not start."""


@contextmanager
def server() -> Iterator[URL]:
    """Give the address of a server on which databases may be made and dropped.

    FUNDAPP_TEST_DATABASE_URL names one that runs already; else one is started and ended here.
    Raises PostgresMissing, saying what to install.
    """
    if given := os.environ.get(GIVEN):
        named = make_url(given.replace("postgres://", "postgresql://", 1))
        yield named.set(drivername="postgresql+psycopg")
        return
    found = programs()
    home = Path(tempfile.mkdtemp(prefix="fundapp-pg-", dir=roomy_folder()))
    initialise(found, home)
    keeper = start(found, home, KEEPER)
    try:
        url = URL.create("postgresql+psycopg", "fundapp", database="postgres", query={"host": str(home)})
        wait(url, home, keeper)
        yield url
    finally:
        assert keeper.stdin is not None
        keeper.stdin.close()
        keeper.wait(timeout=30)
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def database(server_url: URL, name: str, *, template: str = "template0") -> Iterator[URL]:
    """Make a database on the server, a copy of `template` if one is named, and drop it afterwards."""
    admin = create_engine(server_url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
    try:
        yield server_url.set(database=name)
    finally:
        with admin.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        admin.dispose()


def look() -> None:
    """Look whether there is a PostgreSQL to test on. Raises PostgresMissing, saying what to install."""
    if not os.environ.get(GIVEN):
        programs()


def programs() -> Path:
    """Find the folder with initdb and postgres: the newest of Debian's, else the one in PATH."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))[::-1]
    if found := shutil.which("initdb"):
        folders.append(Path(found).resolve().parent)
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise PostgresMissing(
        "PostgreSQL is missing: apt-get install postgresql, or set FUNDAPP_TEST_DATABASE_URL"
    )


def roomy_folder() -> str | None:
    """Choose where the server lives: a socket's path must stay short and its user must reach it."""
    preferred = Path(tempfile.gettempdir())
    reachable = all(folder.stat().st_mode & 0o001 for folder in [preferred, *preferred.parents])
    return None if len(str(preferred)) < 60 and reachable else "/tmp"  # noqa: S108 a folder of its own is made in it


def initialise(found: Path, home: Path) -> None:
    """Make the files of a server in a folder. Raises PostgresMissing with what initdb said."""
    runs_as = owner()
    if runs_as:
        os.chown(home, runs_as["user"], runs_as["group"])
    home.chmod(0o755)  # whoever runs the tests reaches the socket
    initdb = [found / "initdb", "-D", home / "data", "-U", "fundapp", "-A", "trust", "-N"]
    words = ["-E", "UTF8", "--locale=C.UTF-8"]
    made = subprocess.run([*initdb, *words], capture_output=True, text=True, cwd="/", check=False, **runs_as)
    if made.returncode:
        shutil.rmtree(home, ignore_errors=True)
        raise PostgresMissing(f"initdb failed: {made.stderr.strip()}")


def start(found: Path, home: Path, keeper: str, *more: str) -> subprocess.Popen[bytes]:
    """Start the server in a folder under a keeper, which ends it when its input closes."""
    return subprocess.Popen(
        ["/bin/sh", "-c", keeper, "keeper", found, home, *more],
        stdin=subprocess.PIPE, cwd="/", start_new_session=True, **owner(),
    )  # fmt: skip


def owner() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: name somebody else to run it, if root is who we are."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}
    raise PostgresMissing("PostgreSQL does not run as root, and there is neither a user postgres nor nobody")


def wait(url: URL, home: Path, keeper: subprocess.Popen[bytes]) -> None:
    """Wait until a server lets somebody in. Raises PostgresMissing with its log when it does not."""
    engine, deadline = create_engine(url), monotonic() + 30
    while True:
        try:
            engine.connect().close()
        except OperationalError as fault:
            if monotonic() > deadline or keeper.poll() is not None:
                log = (home / "log").read_text()
                raise PostgresMissing(f"PostgreSQL did not start: {fault}\n{log}") from fault
            sleep(0.03)
        else:
            engine.dispose()
            return
