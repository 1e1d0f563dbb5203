"""PostgreSQL stops, refuses and comes back under pages and workers: calm words meanwhile, nothing lost."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import monotonic, sleep
from types import SimpleNamespace
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import psycopg
import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError, OperationalError

from fundapp import create_app
from fundapp.core import clock, jobs, mail, outages
from fundapp.core.db import db
from fundapp.core.jobs import Job
from fundapp.core.mail import Outbox, Posted
from tests import stoppable
from tests.databases import let_go, migrate, settings
from tests.factories import make_user
from tests.mailbox import free_port
from tests.stoppable import Stoppable

PATIENCE_S = 90


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stoppable]:
    """A server of our own, migrated; each test leaves it running."""
    with stoppable.server(seats=20) as made:
        migrate(tmp_path_factory.mktemp("outage"), url_of(made))
        yield made


def url_of(server: Stoppable) -> str:
    return server.url.render_as_string(hide_password=False)


@pytest.fixture
def node(server: Stoppable, tmp_path: Path) -> Iterator[Flask]:
    """A web node on that server; its connections are closed at the end."""
    app = create_app(settings(tmp_path, url_of(server)))
    yield app
    let_go(app)


@contextmanager
def stopped(server: Stoppable) -> Iterator[None]:
    server.stop()
    try:
        yield
    finally:
        server.start()


@contextmanager
def full(server: Stoppable) -> Iterator[None]:
    """Take every seat the server has left."""
    with ExitStack() as held:
        while (one := seat(server)) is not None:
            held.enter_context(one)
        yield


def seat(server: Stoppable) -> psycopg.Connection | None:
    """Take one more seat; None when it says that all are taken."""
    try:
        return psycopg.connect(user="fundapp", dbname="postgres", host=str(server.home))
    except psycopg.OperationalError as fault:
        if "too many clients" not in str(fault):
            raise
        return None


def test_pages_ask_for_patience_in_both_languages_and_come_back(server: Stoppable, node: Flask) -> None:
    client = node.test_client()
    before = client.get("/calls")

    with stopped(server):
        away = client.get("/calls?page=2")
        ready, alive = client.get("/readyz"), client.get("/healthz")
        pages = client.get("/readyz/pages")
    after = client.get("/calls"), client.get("/readyz/pages")

    assert before.status_code == 200
    assert (away.status_code, away.headers["Retry-After"], away.headers["Cache-Control"]) == (
        503,
        "10",
        "no-store",
    )
    assert "Back in a moment" in away.text
    assert "Zo terug" in away.text
    assert 'href="/calls?page=2"' in away.text
    assert (ready.status_code, ready.json["database"], alive.status_code) == (503, "away", 200)
    assert (pages.status_code, pages.json["status"]) == (503, "not ready")
    assert [answer.status_code for answer in after] == [200, 200]


def test_somebody_signed_in_is_asked_for_patience_too(server: Stoppable, node: Flask) -> None:
    client = node.test_client()
    with node.app_context():
        key = make_user("Sol Smit").get_id()
        db.session.commit()
        db.session.remove()
    with client.session_transaction() as session:
        session.update(_user_id=key, _fresh=True)

    with stopped(server):
        away = client.get("/to-do")
    after = client.get("/to-do")

    assert (away.status_code, after.status_code) == (503, 200)


def test_what_was_sent_meanwhile_can_be_sent_again(server: Stoppable, node: Flask) -> None:
    client = node.test_client()

    with stopped(server):
        away = client.post("/login", data={"email": 'sol"<b>@example.org', "password": "a secret"})

    assert away.status_code == 503
    assert 'name="email" value="sol&#34;&lt;b&gt;@example.org"' in away.text
    assert "Send it again" in away.text
    assert "a secret" not in away.text


def test_a_full_server_is_told_apart_and_passes(server: Stoppable, node: Flask) -> None:
    client = node.test_client()

    with full(server):
        away, ready = client.get("/calls"), client.get("/readyz/pages")
        program = client.get("/api/v1/calls")
    after = client.get("/calls")

    assert (away.status_code, "Retry-After" in away.headers) == (503, True)
    assert (ready.status_code, ready.json["database"]) == (503, "refuses connections")
    assert (program.status_code, program.headers["Retry-After"]) == (503, "10")
    assert program.mimetype == "application/problem+json"
    assert after.status_code == 200


def test_a_job_without_database_is_left_to_its_next_turn(server: Stoppable, node: Flask) -> None:
    with node.app_context():
        with stopped(server):
            left = jobs.run("expire-questions", clock.now())
            db.session.remove()
        made = jobs.run("expire-questions", clock.now())

        kept = db.session.scalars(select(Job.state).where(Job.kind == "expire-questions")).all()
        db.session.remove()

    assert left[jobs.AWAY]
    assert jobs.AWAY not in made
    assert kept == [jobs.Run.DONE]


# --- what is and what is not an outage -----------------------------------------------


@pytest.mark.parametrize(
    ("code", "is_away"),
    [(None, True), ("57P01", True), ("53300", True), ("08006", True), ("40P01", False), ("57014", False)],
)
def test_only_what_passes_by_itself_is_an_outage(code: str | None, is_away: bool) -> None:
    class Raised(psycopg.OperationalError):
        sqlstate = code

    fault = OperationalError("SELECT 1", {}, Raised("x"))

    assert outages.is_away(fault) is is_away
    assert not outages.is_away(IntegrityError("INSERT", {}, psycopg.IntegrityError("x")))


def test_a_wrong_setting_is_not_waited_for() -> None:
    gone = OperationalError("", {}, psycopg.OperationalError("connection refused"))
    wrong = OperationalError("", {}, psycopg.OperationalError('FATAL: database "fnud" does not exist'))

    assert (outages.passes(gone), outages.passes(wrong)) == (True, False)


# --- with the processes that people run ------------------------------------------------


@contextmanager
def serving(server: Stoppable, instance: Path) -> Iterator[SimpleNamespace]:
    """Start `fundapp serve` with its worker."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("FUNDAPP_")}
    environ |= {
        "FUNDAPP_INSTANCE": str(instance), "FUNDAPP_DATABASE_URL": url_of(server), "FUNDAPP_WORKERS": "1",
    }  # fmt: skip
    port, output = free_port(), instance / "output.txt"
    words = [sys.executable, "-m", "fundapp", "serve", "--port", str(port)]
    with output.open("w") as file:
        process = subprocess.Popen(words, env=environ, stdout=file, stderr=file)
    try:
        yield SimpleNamespace(address=f"http://127.0.0.1:{port}", process=process, output=output)
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE_S)


def status(address: str) -> int:
    try:
        with urlopen(address, timeout=30) as answer:  # noqa: S310 our own server
            return int(answer.status)
    except HTTPError as refused:
        with refused:
            return refused.code
    except (URLError, OSError):
        return 0


def wait_for(wanted: int, ask: Callable[[], int], run: SimpleNamespace) -> None:
    deadline = monotonic() + PATIENCE_S
    while ask() != wanted:
        assert run.process.poll() is None, run.output.read_text()
        assert monotonic() < deadline, run.output.read_text()
        sleep(0.2)


def test_server_and_worker_start_without_database_and_go_on_when_it_is_there(
    server: Stoppable, node: Flask, tmp_path: Path
) -> None:
    """Started while it is away; it comes, goes and comes once more; mail goes out."""

    def sent() -> int:
        with node.app_context():
            found = db.session.scalar(select(func.count(Outbox.id)).where(Outbox.state == Posted.SENT))
            db.session.remove()
        return found or 0

    with ExitStack() as opened:
        with stopped(server):
            run = opened.enter_context(serving(server, tmp_path))
            wait_for(503, lambda: status(f"{run.address}/calls"), run)
            wait_for(True, lambda: "waiting for the database" in run.output.read_text(), run)
        wait_for(200, lambda: status(f"{run.address}/calls"), run)
        with stopped(server):
            wait_for(503, lambda: status(f"{run.address}/calls"), run)
        wait_for(200, lambda: status(f"{run.address}/calls"), run)
        with node.app_context():
            mail.queue("account-exists", to=make_user("Mila Mol"), key="outage:1", at=clock.now())
            db.session.commit()
            db.session.remove()
        wait_for(1, sent, run)
        code_while_running = run.process.poll()

    assert code_while_running is None
    assert "Traceback" not in run.output.read_text()
