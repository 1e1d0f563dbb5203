"""Work that takes long: asked for on a page, done by the worker, taken from the shelf of downloads."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, Index, select, text, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.core import audit
from fundapp.core.db import Base, Row, check, db, fk, words
from fundapp.core.files import File, workplace
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.core.words import LANGUAGES, pick

KEPT = timedelta(days=7)
"""How long what was made lies on the shelf, and how long one reads what became of the rest."""
MOST_OPEN = 20
"""More than this nobody has in the making at a time."""


class State(StrEnum):
    """How a piece of work stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


OPEN = (State.QUEUED, State.RUNNING)
WORDS = {
    State.QUEUED: ("wait", _l("Waiting")),
    State.RUNNING: ("run", _l("Under way")),
    State.DONE: ("ok", _l("Ready")),
    State.FAILED: ("bad", _l("Failed")),
    State.CANCELLED: ("none", _l("Cancelled")),
}


class Task(Row, Base):
    """One piece of long work: who asked for what, how far it is, and the file that came of it.

    key: says what it is, for what may be asked only once. payload: what the handler needs; result: what it
    told beside its file. given: a file that was handed in to work on. done of total: how far it is.
    expires_at: when it leaves the shelf.
    """

    __tablename__ = "task"

    key: Mapped[str | None] = mapped_column(unique=True)
    kind: Mapped[str]
    title: Mapped[dict[str, Any]]
    payload: Mapped[dict[str, Any]] = mapped_column(default=dict)
    result: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[State] = words(State, default=State.QUEUED)
    fund_id: Mapped[int | None] = fk("fund.id")
    asked_by: Mapped[int | None] = fk("user.id", index=False)
    asked_at: Mapped[datetime]
    run_at: Mapped[datetime]
    lease_until_at: Mapped[datetime | None]
    lease_token: Mapped[str | None]
    tries: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("file.id"), unique=True)
    given_id: Mapped[int | None] = fk("file.id", index=False)
    fault: Mapped[str | None]

    asker: Mapped[Any] = relationship("User", foreign_keys=asked_by)
    file: Mapped[File | None] = relationship(foreign_keys=file_id)
    given: Mapped[File | None] = relationship(foreign_keys=given_id)

    @property
    def far(self) -> tuple[int, int]:
        """How far it is: (done, total), from beside the database where its worker notes that there."""
        if self.state is State.RUNNING and self.lease_token:
            return noted(far_note(self.id, self.lease_token)) or (self.done, self.total)
        return self.done, self.total

    __table_args__ = (
        check("leased_when", "(state = 'running') = (lease_token IS NOT NULL)"),
        check("ended_when", "(state IN ('done', 'failed', 'cancelled')) = (ended_at IS NOT NULL)"),
        check("file_when", "file_id IS NULL OR state = 'done'"),
        Index("ix_task_asked_by", "asked_by", "id"),
        Index(
            "ix_task_due",
            "run_at",
            sqlite_where=text("state IN ('queued', 'running')"),
            postgresql_where=text("state IN ('queued', 'running')"),
        ),
    )


def far_note(id: int, token: str) -> Path:
    """Give where a worker notes how far it is: while it writes, SQLite lets nobody else write."""
    return workplace() / f"{id}-{token}" / "far.txt"


def noted(note: Path) -> tuple[int, int] | None:
    """Read a note of how far something is, as (done, total); None when there is none."""
    try:
        done, total = note.read_text("ascii").split()
        return int(done), int(total)
    except (OSError, ValueError):
        return None


@dataclass(frozen=True)
class Made:
    """What a handler made: a file's name and type, and its bytes or the place where it wrote them.

    result: plain data kept with the task, for whoever decides later who may still take the file.
    """

    name: str
    media_type: str
    content: bytes | Path
    result: Mapping[str, Any] = field(default_factory=dict)


Handler = Callable[[Task, Any], Made]
May = Callable[[Any, Task], bool]


@dataclass(frozen=True)
class Kind:
    """One kind of long work; may(user, task) tells whether somebody may have what comes of it, now.

    page: the endpoint of the page on which it is followed and looked at; without one, on the shelf.
    """

    key: str
    do: Handler
    may: May
    page: str | None = None


KINDS: dict[str, Kind] = {}


def task(kind: str, *, may: May, page: str | None = None) -> Callable[[Handler], Handler]:
    """Register the handler of a kind of long work: `do(task, progress)` gives what it `Made`.

    It runs in the worker, may be begun again from the start after a crash, and calls `progress(done, total)`
    now and then; `progress.folder` is a place for its files. Its session only reads; what it writes goes
    into `with progress.writing():`, which commits. A Refusal ends it with words for the person.
    may(user, task): asked before it starts, and each time the file is taken. page: of its own, where the
    shelf then leads.
    """

    def register(do: Handler) -> Handler:
        KINDS[kind] = Kind(kind, do, may, page)
        return do

    return register


def ask(
    kind: str,
    payload: Mapping[str, Any],
    *,
    title: Any,
    actor: Any,
    fund_id: int | None,
    at: datetime,
    key: str | None = None,
) -> Task:
    """Ask for long work, in the present transaction; what the same person asked already is not asked twice.

    title: a lazy text, or {en, nl}: what the file will be. actor: who gets it; None for the house itself.
    key: work that may exist only once. Raises Refusal when too much of the person's is in the making.
    """
    there = _asked_already(kind, payload, actor, key)
    if there is not None:
        return there
    made = Task(
        kind=kind, title=_both(title), payload=dict(payload), key=key, fund_id=fund_id,
        asked_by=actor.id if actor is not None else None, asked_at=at, run_at=at,
    )  # fmt: skip
    db.session.add(made)
    audit.record("ask-download", made, actor=actor, at=at, detail={"kind": kind})
    return made


def _asked_already(kind: str, payload: Mapping[str, Any], actor: Any, key: str | None) -> Task | None:
    if key is not None:
        return db.session.scalar(select(Task).where(Task.key == key))
    if actor is None:
        return None
    waiting = db.session.scalars(select(Task).where(Task.asked_by == actor.id, Task.state.in_(OPEN))).all()
    same = next((one for one in waiting if one.kind == kind and one.payload == dict(payload)), None)
    if same is None and len(waiting) >= MOST_OPEN:
        raise Refusal(_("So much is being made for you already. Wait for some of it, or cancel it."))
    return same


def _both(title: Any) -> dict[str, str]:
    if isinstance(title, Mapping):
        return {lang: pick(title, lang) for lang in LANGUAGES}
    found = {}
    for lang in LANGUAGES:
        with force_locale(lang):
            found[lang] = str(title)
    return found


def again(old: Task, *, actor: Any, at: datetime) -> Task:
    """Ask once more for what was made, failed or was cancelled."""
    made = ask(old.kind, old.payload, title=old.title, actor=actor, fund_id=old.fund_id, at=at)
    made.given_id = made.given_id or old.given_id
    return made


def cancel(row: Task, *, actor: Any, at: datetime) -> None:
    """Stop what is waiting or running. Raises MoveRefused when it has ended already."""
    stopped = db.session.scalar(
        update(Task)
        .where(Task.id == row.id, Task.state.in_(OPEN))
        .values(
            state=State.CANCELLED, ended_at=at, expires_at=at + KEPT, lease_token=None, lease_until_at=None
        )
        .returning(Task.id)
        .execution_options(synchronize_session="fetch")
    )
    if stopped is None:
        raise MoveRefused(_("This has ended already."))
    audit.record("cancel-download", row, actor=actor, at=at, detail={"kind": row.kind})


def page_of(row: Task) -> str | None:
    """Give the endpoint of a task's own page, where its kind has one."""
    kind = KINDS.get(row.kind)
    return kind.page if kind is not None else None


def may_take(user: Any, row: Task) -> bool:
    """Tell whether somebody may have what comes of a task: the rule of its kind, asked now."""
    kind = KINDS.get(row.kind)
    return kind is not None and row.asked_by == user.id and kind.may(user, row)


def newest(limit: int = 20) -> list[Task]:
    """List the newest tasks of everybody, what is open first; for those who look after the instance."""
    is_over = Task.state.not_in(OPEN)
    return list(db.session.scalars(select(Task).order_by(is_over, Task.id.desc()).limit(limit)))
