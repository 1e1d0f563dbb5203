"""Processes that set papers as PDF while the worker prepares the next: one for each processor.

They get a page and give back bytes; they know neither database nor settings. When the worker dies, their pipe
closes and they end by themselves.
"""

import gc
import os
import signal
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, NamedTuple

from fundapp.core import pdf
from fundapp.core.pdf import Paper

MOST = 4
"""More processes than this gain little: the worker prepares the pages one after the other."""
NICE = 5
"""They give way to people who wait for a page."""
LASTS = 60
"""After so many papers a process makes way for a new one: of each the engine keeps near half a megabyte."""
FEW = 8
"""So few papers are set where they are asked for: a process takes a second to start."""


class Press(NamedTuple):
    """One process, and the line to it."""

    process: BaseProcess
    line: Connection


class PressLost(Exception):
    """A process ended in the middle of its work, for want of memory most likely."""


def processors() -> int:
    """Give how many processes to set papers with here."""
    return min(MOST, len(os.sched_getaffinity(0)))


def printed(papers: Iterable[Paper], *, presses: int) -> Iterator[bytes]:
    """Give each paper as PDF, in their order; the next pages are asked for while others are being set.

    Close the iterator to stop the processes. Raises PressLost, PdfEngineMissing.
    """
    if not pdf.available():
        raise pdf.PdfEngineMissing
    if presses < 1:
        yield from map(pdf.set_paper, papers)
        return
    with _running(presses) as room:
        yield from _shared_out(iter(papers), room)


def _shared_out(papers: Iterator[Paper], room: "_Room") -> Iterator[bytes]:
    """Keep every press busy with one paper; a ready page waits for the one that ends next."""
    busy: deque[Press] = deque()
    ready = deque(room.presses)
    for paper in papers:
        if not ready:
            press = busy.popleft()
            made = _taken(press)
            press = room.rested(press)
            _given(press, paper)
            busy.append(press)
            yield made
        else:
            press = ready.popleft()
            _given(press, paper)
            busy.append(press)
    while busy:
        yield _taken(busy.popleft())


def _given(press: Press, paper: Paper) -> None:
    try:
        press.line.send(paper)
    except OSError as fault:
        raise PressLost from fault


def _taken(press: Press) -> bytes:
    try:
        made: bytes | Exception = press.line.recv()
    except (EOFError, OSError) as fault:
        raise PressLost from fault
    if isinstance(made, Exception):
        raise made
    return made


class _Room:
    """The presses that run, and how many papers each has set."""

    def __init__(self) -> None:
        self.apart: Any = get_context("spawn")  # a fork would take along locks and the database's connections
        self.presses: dict[Press, int] = {}

    def start(self) -> Press:
        """Start one more."""
        ours, theirs = self.apart.Pipe()
        process = self.apart.Process(target=_work, args=(theirs,), name="press", daemon=True)
        process.start()
        theirs.close()
        press = Press(process, ours)
        self.presses[press] = 0
        return press

    def rested(self, press: Press) -> Press:
        """Give a press that has set a paper, or a new one in its place when it has set enough."""
        self.presses[press] += 1
        if self.presses[press] < LASTS:
            return press
        self.end([press])
        return self.start()

    def end(self, presses: list[Press]) -> None:
        """End some of them."""
        for press in presses:
            press.line.close()
            press.process.terminate()
        for press in presses:
            press.process.join()
            press.process.close()
            del self.presses[press]


@contextmanager
def _running(number: int) -> Iterator[_Room]:
    """Start so many presses, and end them all, whatever happens."""
    room = _Room()
    try:
        for _number in range(number):
            room.start()
        yield room
    finally:
        room.end(list(room.presses))


def _work(line: Connection) -> None:
    """Set papers until the line closes; what a paper leaves behind is swept after it, not in the middle."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the worker, which ends us
    os.nice(NICE)
    pdf.available()
    gc.disable()
    gc.collect()
    gc.freeze()
    while True:
        try:
            paper = line.recv()
        except (EOFError, OSError):
            return
        try:
            made: Any = pdf.set_paper(paper)
        except Exception as fault:  # told to whoever asked, in its own words
            made = RuntimeError(f"{type(fault).__name__}: {fault}")
        try:
            line.send(made)
        except OSError:
            return
        gc.collect()
