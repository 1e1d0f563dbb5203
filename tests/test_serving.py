"""`fundapp serve` as it really runs: web processes and the worker, started and ended by a signal."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from types import SimpleNamespace
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from gunicorn.workers.gthread import ThreadWorker

from fundapp.cli.serving import Punctual
from fundapp.core import clock, web
from tests.mailbox import free_port

PATIENCE_S = 120


@contextmanager
def serving(instance: Path, url: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start the server on a database; give its process and its address."""
    port = free_port()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("FUNDAPP_")},
        "FUNDAPP_INSTANCE": str(instance),
        "FUNDAPP_DATABASE_URL": url,
    }
    command = [sys.executable, "-m", "fundapp", "serve", "--port", str(port)]
    output = instance / "output.txt"
    with output.open("w") as file:
        process = subprocess.Popen(command, env=environment, stdout=file, stderr=file, text=True)
    try:
        yield process, f"http://127.0.0.1:{port}"
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def answer(address: str, process: subprocess.Popen[str]) -> str:
    """Wait until the server answers."""
    deadline = monotonic() + PATIENCE_S
    while True:
        try:
            with urlopen(address) as response:  # noqa: S310 our own server
                return str(response.read().decode())
        except URLError:
            assert process.poll() is None, "the server ended by itself"
            assert monotonic() < deadline, "the server does not answer"
            sleep(0.05)


def family(pid: int) -> set[int]:
    """Give every process that descends from one, as Linux knows it."""
    children = {
        int(child)
        for listed in Path(f"/proc/{pid}/task").glob("*/children")
        for child in listed.read_text().split()
    }
    return children.union(*map(family, children))


def is_alive(pid: int) -> bool:
    """Tell whether a process still runs; one that only waits to be counted does not."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_server_runs_a_worker_and_ends_with_all_its_processes(database, tmp_path, end):
    with database.copy() as url, serving(tmp_path, url) as (process, address):
        health = answer(f"{address}/healthz", process)
        deadline = monotonic() + PATIENCE_S
        while "ready" not in answer(f"{address}/readyz", process) or len(family(process.pid)) < 3:
            assert monotonic() < deadline, (tmp_path / "output.txt").read_text()
            sleep(0.1)
        members = family(process.pid)

        process.send_signal(end)
        code = process.wait(timeout=PATIENCE_S)

    assert health.strip() == '{"status":"ok"}'
    assert code == 0
    assert [pid for pid in members if is_alive(pid)] == []
    assert "Traceback" not in (tmp_path / "output.txt").read_text()


def test_request_counts_from_when_it_came_not_from_its_turn(monkeypatch):
    seen = []
    monkeypatch.setattr(ThreadWorker, "enqueue_req", lambda self, conn: None)
    monkeypatch.setattr(ThreadWorker, "handle", lambda self, conn: seen.append(web.arrival.get()))
    worker = object.__new__(Punctual)
    conn = SimpleNamespace(initialized=False, wait_for_data=lambda seconds: True)

    before = clock.now()
    worker.enqueue_req(conn)
    queued = clock.now()
    sleep(0.02)
    worker.handle(conn)

    assert before <= seen[0] <= queued
    assert web.arrival.get() is None


def test_connection_without_a_request_gains_no_time(monkeypatch):
    seen = []
    monkeypatch.setattr(ThreadWorker, "enqueue_req", lambda self, conn: None)
    monkeypatch.setattr(ThreadWorker, "handle", lambda self, conn: seen.append(web.arrival.get()))
    worker = object.__new__(Punctual)
    conn = SimpleNamespace(initialized=False, wait_for_data=lambda seconds: False)

    worker.enqueue_req(conn)
    worker.handle(conn)

    assert seen == [None]
