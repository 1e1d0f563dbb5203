"""Doing long work: one worker holds a task at a time, tells how far it is, and hands in one result."""

import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_hex
from threading import Event, Thread
from time import monotonic
from typing import Any

import structlog
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import Engine, and_, delete, func, or_, select, update
from sqlalchemy.exc import SQLAlchemyError

from fundapp.core import clock, files
from fundapp.core.db import db, writing
from fundapp.core.files import File
from fundapp.core.refusals import Refusal
from fundapp.core.tasks import KEPT, KINDS, OPEN, Made, State, Task, far_note

log = structlog.get_logger()

LEASE = timedelta(seconds=60)
"""A worker that was not heard of for so long is taken for dead."""
BEAT_S = 2.0
NOTED_S = 0.5
TRIES = 3
OLD = timedelta(days=1)


class Stopped(Exception):
    """The task is no longer ours: somebody cancelled it, or another worker took it over."""


class Progress:
    """What a handler tells how far it is; a thread beside it keeps the lease and listens for a cancel.

    folder: a place of its own for files, gone when the task ends. parts: a place for what was finished,
    where whoever takes the task over finds it.
    """

    def __init__(self, engine: Engine, task: Task, folder: Path) -> None:
        self.folder, self.parts = folder, folder.with_name(f"{task.id}-parts")
        self.id, self.token = task.id, task.lease_token
        self.done = self.total = 0
        self.is_lost = False
        self._engine = engine
        self._note = far_note(task.id, task.lease_token or "") if engine.dialect.name == "sqlite" else None
        self._noted_s = 0.0
        self._ended = Event()
        self._thread = Thread(target=self._beat, name=f"task-{task.id}", daemon=True)

    def __call__(self, done: int, total: int) -> None:
        """Say that `done` of `total` steps are finished. Raises Stopped when the work is wanted no more."""
        self.done, self.total = done, total
        if self.is_lost:
            raise Stopped
        if self._note is not None and monotonic() - self._noted_s > NOTED_S:
            self._noted_s = monotonic()
            self._put_note(self._note)

    def _put_note(self, note: Path) -> None:
        """Note how far it is beside the database: a reader finds the whole note or the one before."""
        fresh = note.with_suffix(".new")
        with suppress(OSError):  # a full disk stops no work for the sake of a bar
            fresh.write_text(f"{self.done} {self.total}", "ascii")
            fresh.replace(note)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Let the handler change rows: what it did is committed at the end, and only while it is wanted."""
        db.session.rollback()
        token = writing.set(True)
        try:
            if self.is_lost:
                raise Stopped
            yield
            db.session.commit()
        except BaseException:
            db.session.rollback()
            raise
        finally:
            writing.reset(token)

    @contextmanager
    def beating(self) -> Iterator["Progress"]:
        """Keep the lease while the block runs."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._thread.start()
        try:
            yield self
        finally:
            self._ended.set()
            self._thread.join()
            shutil.rmtree(self.folder, ignore_errors=True)

    def _beat(self) -> None:
        while not self._ended.wait(BEAT_S):
            with suppress(SQLAlchemyError):  # the database may be away for a moment; the lease says how long
                self._tell()

    def _tell(self) -> None:
        alive = (
            update(Task)
            .where(Task.id == self.id, Task.lease_token == self.token, Task.state == State.RUNNING)
            .values(lease_until_at=clock.now() + LEASE, done=self.done, total=self.total)
        )
        with self._engine.begin() as connection:
            self.is_lost = connection.execute(alive).rowcount == 0


def work(at: datetime) -> dict[str, int]:
    """Do what is due, one task after the other; give how many ended how. Commits."""
    counts: Counter[str] = Counter()
    counts["failed"] += _give_up(clock.now())
    while (task := _claim(at)) is not None:
        counts[_do(task)] += 1
    return {word: number for word, number in counts.items() if number}


def _claim(at: datetime) -> Task | None:
    """Take the task that waits longest; whoever else looks at this moment gets another."""
    now = clock.now()  # leases count real seconds, also when the clock of a `tick` was set
    due = (
        select(Task.id)
        .where(
            or_(
                and_(Task.state == State.QUEUED, Task.run_at <= at),
                and_(Task.state == State.RUNNING, Task.lease_until_at < now, Task.tries < TRIES),
            )
        )
        .order_by(Task.run_at, Task.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    taken = (
        update(Task)
        .where(Task.id == due)
        .values(
            state=State.RUNNING, lease_until_at=now + LEASE, lease_token=token_hex(8),
            started_at=now, tries=Task.tries + 1, done=0, total=0, fault=None,
        )
        .returning(Task)
        .execution_options(synchronize_session=False, populate_existing=True)
    )  # fmt: skip
    found = db.session.scalars(taken).first()
    db.session.commit()
    return found


def _give_up(now: datetime) -> int:
    """End what several workers died of."""
    with force_locale("en"):
        fault = _("The worker stopped several times while making it.")
    lost = (
        update(Task)
        .where(Task.state == State.RUNNING, Task.lease_until_at < now, Task.tries >= TRIES)
        .values(
            state=State.FAILED, lease_token=None, lease_until_at=None, ended_at=now, expires_at=now + KEPT,
            fault=fault,
        )
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    given_up = int(db.session.execute(lost).rowcount)  # type: ignore[attr-defined]
    db.session.commit()
    return given_up


def _do(task: Task) -> str:
    """Run one claimed task to its end; give its new state as a word."""
    reading = writing.set(False)  # a long read must not hold the only writer's place on SQLite
    try:
        progress = Progress(db.engine, task, files.workplace() / f"{task.id}-{task.lease_token}")
        with progress.beating():
            ended = _carried_out(task, progress)
        if ended in {"done", "failed"} or not _is_open(progress.id):
            _clear(progress.id)
        return ended
    finally:
        writing.reset(reading)


def _clear(id: int) -> None:
    """Remove what a task needed, also what workers that died on it left lying."""
    for folder in files.workplace().glob(f"{id}-*"):
        shutil.rmtree(folder, ignore_errors=True)


def _is_open(id: int) -> bool:
    return db.session.scalar(select(Task.state).where(Task.id == id)) in OPEN


def _carried_out(task: Task, progress: Progress) -> str:
    try:
        with force_locale(task.asker.language if task.asker else "en"):
            kind = _permitted(task)
            made = kind.do(task, progress)
            return _handed_in(task, made, progress)
    except Stopped:
        db.session.rollback()
        return "stopped"
    except Refusal as refusal:
        return _failed(progress, refusal.message, for_good=True)
    except Exception as fault:  # a fault of one task must not end the worker
        log.exception("task failed", kind=task.kind, id=progress.id)
        return _failed(progress, f"{type(fault).__name__}: {fault}"[:1000], for_good=False)


def _permitted(task: Task) -> Any:
    kind = KINDS.get(task.kind)
    if kind is None:
        raise Refusal(_("This version of fundapp does not know how to make it."))
    if task.asker is not None and not kind.may(task.asker, task):
        raise Refusal(_("You may not have this any more."))
    return kind


def _handed_in(task: Task, made: Made, progress: Progress) -> str:
    """Keep the file and end the task in one transaction, if it is still ours: never two results."""
    with progress.writing():
        now, total = clock.now(), progress.total
        file = files.keep(
            task, made.content, name=made.name, media_type=made.media_type, actor_id=task.asked_by, at=now
        )
        values = {
            "file_id": file.id, "result": dict(made.result), "done": total, "total": total, "fault": None
        }  # fmt: skip
        _end(progress, State.DONE, now, values)
    return "done"


def _failed(progress: Progress, fault: str, *, for_good: bool) -> str:
    try:
        with progress.writing():
            now = clock.now()
            tries = db.session.scalar(select(Task.tries).where(Task.id == progress.id)) or 0
            if for_good or tries >= TRIES:
                _end(progress, State.FAILED, now, {"fault": fault})
                return "failed"
            later = {"run_at": now + timedelta(minutes=tries), "fault": fault}
            _end(progress, State.QUEUED, None, later)
            return "put off"
    except Stopped:
        return "stopped"


def _end(progress: Progress, state: State, at: datetime | None, values: dict[str, Any]) -> None:
    held = Task.id == progress.id, Task.lease_token == progress.token, Task.state == State.RUNNING
    ended = (
        update(Task)
        .where(*held)
        .values(
            state=state, lease_token=None, lease_until_at=None, ended_at=at,
            expires_at=at + KEPT if at else None, **values,
        )
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    if not db.session.execute(ended).rowcount:  # type: ignore[attr-defined]
        raise Stopped


def last_sign(at: datetime) -> datetime | None:
    """Give when a running task was last heard of: the run of the job that does them may take hours."""
    until = db.session.scalar(select(func.max(Task.lease_until_at)).where(Task.state == State.RUNNING))
    return until - LEASE if until else None


def sweep(at: datetime) -> int:
    """Take what has lain long enough off the shelf, with its file; give how many."""
    gone = db.session.execute(select(Task.id, Task.file_id, Task.given_id).where(Task.expires_at < at)).all()
    if gone:
        db.session.execute(delete(Task).where(Task.id.in_([row.id for row in gone])))
        files_gone = {row.file_id for row in gone} | {row.given_id for row in gone}
        still = select(Task.given_id).where(Task.given_id.is_not(None))  # asked for once more
        db.session.execute(delete(File).where(File.id.in_(files_gone - {None}), File.id.not_in(still)))
    _sweep_workplace(at)
    return len(gone)


def _sweep_workplace(at: datetime) -> None:
    """Remove what workers that were killed left lying: of tasks that have ended, and what is old."""
    going = {str(id) for id in db.session.scalars(select(Task.id).where(Task.state.in_(OPEN)))}
    for folder in files.workplace().glob("*"):
        number, _dash, name = folder.name.partition("-")
        is_over = bool(name) and number.isdecimal() and number not in going
        kept_s = (LEASE if is_over else OLD).total_seconds()
        if folder.stat().st_mtime < at.timestamp() - kept_s:
            shutil.rmtree(folder, ignore_errors=True)
