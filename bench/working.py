"""A real `fundapp worker` as a process of its own: what it and its children use, read from /proc.

The most memory that wait4 tells is that of whoever started a process, where that was more; VmHWM is its own.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fundapp.core import files
from fundapp.core.db import db, writing
from fundapp.core.tasks import OPEN, Task

TICK = os.sysconf("SC_CLK_TCK")
WARM_S = 180
"""A worker that takes longer than this to begin has not begun."""


class Worker:
    """A `fundapp worker`, and what it and its children use."""

    def __init__(self, folder: Path, url: str) -> None:
        environment = os.environ | {"FUNDAPP_INSTANCE": str(folder), "FUNDAPP_DATABASE_URL": url}
        self.log = (folder / "worker.log").open("wb")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "fundapp", "worker"], env=environment, stderr=self.log, stdout=self.log
        )
        self.most: dict[int, int] = {}
        self.ended_s = 0.0

    def presses(self) -> list[int]:
        """List the processes it started that set papers."""
        found = []
        for task in Path(f"/proc/{self.process.pid}/task").glob("*"):
            found += [int(pid) for pid in _read(task / "children").split()]
        return [pid for pid in found if "spawn_main" in _read(Path(f"/proc/{pid}/cmdline"))]

    def ready(self) -> None:
        """Wait until it has begun."""
        for _ in range(WARM_S * 10):
            if b"Worker started" in Path(self.log.name).read_bytes():
                return
            time.sleep(0.1)
        raise SystemExit(f"the worker did not begin: {Path(self.log.name).read_text()[-2000:]}")

    def look(self) -> None:
        """Note the most memory of each process so far."""
        for pid in (self.process.pid, *self.presses()):
            self.most[pid] = max(self.most.get(pid, 0), most_memory(pid))

    def busy_s(self) -> float:
        """Give the seconds of the processor that it and its children used."""
        return sum(_ticks(pid) for pid in (self.process.pid, *self.presses())) / TICK

    def memory(self) -> str:
        """Tell the most memory of the worker and of each press, in MiB."""
        worker = self.most.get(self.process.pid, 0)
        rest = [value for pid, value in self.most.items() if pid != self.process.pid]
        return f"worker {worker} MiB, presses {', '.join(map(str, rest)) or 'none'} MiB"

    def end(self, number: int) -> float:
        """Send a signal; give the seconds until it and its presses are gone."""
        presses, start = self.presses(), time.perf_counter()
        self.process.send_signal(number)
        self.process.wait()
        while any(Path(f"/proc/{pid}").exists() and _state(pid) != "Z" for pid in presses):
            time.sleep(0.05)
        self.log.close()
        return time.perf_counter() - start


def most_memory(pid: int) -> int:
    """Give the most memory a process ever held, in MiB; 0 when it is gone."""
    for line in _read(Path(f"/proc/{pid}/status")).splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) // 1024
    return 0


def _read(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""


def _fields(pid: int) -> list[str]:
    return _read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()


def _state(pid: int) -> str:
    return (_fields(pid) or ["Z"])[0]


def _ticks(pid: int) -> int:
    return sum(int(one) for one in _fields(pid)[11:15])


@contextmanager
def working(folder: Path, url: str) -> Iterator[Worker]:
    """Run a worker; end it as a service would."""
    db.session.commit()  # on SQLite an open session has the only writer's place
    worker = Worker(folder, url)
    try:
        worker.ready()
        yield worker
    finally:
        if worker.process.poll() is None:
            worker.end(signal.SIGTERM)


def watched(task: Task, worker: Worker, *, until: int | None = None) -> list[tuple[float, int]]:
    """Look at a task until it ends, or until so many are done; give (seconds, done) each time it moved."""
    seen: list[tuple[float, int]] = []
    start, reading = time.perf_counter(), writing.set(False)
    try:
        while True:
            db.session.rollback()
            db.session.refresh(task)
            worker.look()
            if not seen or task.done != seen[-1][1]:
                seen.append((time.perf_counter() - start, task.done))
            if task.state not in OPEN or (until is not None and task.done >= until):
                return seen
            if worker.process.poll() is not None:
                raise SystemExit("the worker ended")
            time.sleep(0.5)
    finally:
        writing.reset(reading)


def left_behind() -> list[str]:
    """List what lies in the place where work is done."""
    return sorted(one.name for one in files.workplace().glob("*"))
