"""A PostgreSQL of one test's own, that is stopped and started while our programs use it."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import URL

from tests import postgres

# As that of all tests: it ends when this process does, however that ends.
KEEPER = """
"$1/postgres" -D "$2/data" -k "$2" -c listen_addresses= -c fsync=off -c synchronous_commit=off \
    -c full_page_writes=off -c max_connections=$3 -c superuser_reserved_connections=0 -c max_wal_senders=0 \
    -c autovacuum=off -c jit=off -c shared_buffers=16MB >>"$2/log" 2>&1 <&- &
server=$!
cat >/dev/null
kill -INT $server
wait $server
"""


class Stoppable:
    """A server with few seats. url: of the empty database on it."""

    def __init__(self, programs: Path, home: Path, seats: int) -> None:
        self.programs, self.home, self.seats = programs, home, seats
        self.url = URL.create("postgresql+psycopg", "fundapp", database="postgres", query={"host": str(home)})
        self._keeper: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it lets somebody in."""
        self._keeper = postgres.start(self.programs, self.home, KEEPER, str(self.seats))
        postgres.wait(self.url, self.home, self._keeper)

    def stop(self) -> None:
        """Stop it as an administrator would, whoever is connected."""
        if self._keeper is not None and self._keeper.stdin is not None:
            self._keeper.stdin.close()
            self._keeper.wait(timeout=60)
        self._keeper = None


@contextmanager
def server(seats: int = 30) -> Iterator[Stoppable]:
    """Give a running server with an empty database; skips where no PostgreSQL is at hand."""
    try:
        programs = postgres.programs()
    except postgres.PostgresMissing as fault:
        pytest.skip(str(fault))
    home = Path(tempfile.mkdtemp(prefix="fundapp-pg-", dir=postgres.roomy_folder()))
    made = Stoppable(programs, home, seats)
    try:
        postgres.initialise(programs, home)
        made.start()
        yield made
    finally:
        made.stop()
        shutil.rmtree(home, ignore_errors=True)
