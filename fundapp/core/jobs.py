"""Work by the clock: what runs, how often, and how each run ended."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import structlog
from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Index, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column

from fundapp.core import clock, outages
from fundapp.core.db import Base, Row, db, words

log = structlog.get_logger()


class Run(StrEnum):
    """How a run of a job stands."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Job(Row, Base):
    """One run of a job with its result; the newest of each kind tells whether it still runs."""

    __tablename__ = "job"

    kind: Mapped[str]
    state: Mapped[Run] = words(Run)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    result: Mapped[dict[str, Any]] = mapped_column(default=dict)
    fault: Mapped[str | None]

    __table_args__ = (Index("ix_job_kind_started", "kind", "started_at"),)


@dataclass(frozen=True)
class Scheduled:
    """A job of the house: a function of the instant, idempotent, that may be run at any time."""

    kind: str
    seconds: int
    do: Callable[[datetime], dict[str, Any]]


SCHEDULE: dict[str, Scheduled] = {}
AWAY = "away"
"""Stands in the result of a run for which there was no database."""
SOON = timedelta(minutes=1)
"""When the worker tries such a run again, however seldom the job is due."""


def job(
    *, kind: str, minutes: int = 0, seconds: int = 0
) -> Callable[[Callable[[datetime], dict[str, Any]]], Callable[[datetime], dict[str, Any]]]:
    """Register a function to be run every so often by the worker, and by `fundapp tick`."""

    def register(do: Callable[[datetime], dict[str, Any]]) -> Callable[[datetime], dict[str, Any]]:
        SCHEDULE[kind] = Scheduled(kind, minutes * 60 + seconds, do)
        return do

    return register


def run(kind: str, at: datetime) -> dict[str, Any]:
    """Run one job now and keep how it ended; a run that found nothing to do leaves no new row.

    Commits. A failure is kept and logged, not raised: one job must not stop the others.
    """
    job_of = SCHEDULE[kind]
    started = clock.now()
    try:
        result = job_of.do(at)
        db.session.commit()
        _keep(kind, Run.DONE, started, result, None)
    except Exception as fault:
        return _failed(kind, started, fault)
    return result


def _failed(kind: str, started: datetime, fault: Exception) -> dict[str, Any]:
    """Keep a failure, unless it is the database that is away: then the job's next turn makes up for it."""
    with suppress(SQLAlchemyError):
        db.session.rollback()
    if outages.is_away(fault):
        log.warning("the database is away", kind=kind, fault=outages.told(fault))
        return {"fault": outages.told(fault), AWAY: True}
    log.error("job failed", kind=kind, exc_info=fault)
    _keep(kind, Run.FAILED, started, {}, f"{type(fault).__name__}: {fault}"[:1000])
    return {"fault": str(fault)}


def _keep(kind: str, state: Run, started: datetime, result: dict[str, Any], fault: str | None) -> None:
    """Write the run down; quiet runs overwrite the newest quiet row, so the table stays small."""
    last = db.session.scalar(
        select(Job).where(Job.kind == kind).order_by(Job.started_at.desc(), Job.id.desc()).limit(1)
    )
    quiet = state is Run.DONE and not any(result.values())
    if quiet and last is not None and last.state is Run.DONE and not any(last.result.values()):
        last.started_at, last.ended_at = started, clock.now()
    else:
        db.session.add(
            Job(kind=kind, state=state, started_at=started, ended_at=clock.now(), result=result, fault=fault)
        )
    db.session.commit()


def tick(at: datetime) -> dict[str, dict[str, Any]]:
    """Run every job once, mail last, and give their results by kind."""
    order = sorted(SCHEDULE, key=lambda kind: (kind == "deliver-mail", kind))
    return {kind: run(kind, at) for kind in order}


def last_runs() -> dict[str, Job | None]:
    """Give the newest run of every job of the house, however busy the others were since."""
    newest: dict[str, Job | None] = dict.fromkeys(SCHEDULE)
    ids = [
        select(Job.id)
        .where(Job.kind == kind)
        .order_by(Job.started_at.desc(), Job.id.desc())
        .limit(1)
        .scalar_subquery()
        for kind in SCHEDULE
    ]
    for row in db.session.scalars(select(Job).where(Job.id.in_(ids))):
        newest[row.kind] = row
    return newest


def stalled(at: datetime, newest: dict[str, Job | None] | None = None) -> list[str]:
    """Name the jobs whose newest run lies longer back than three of their turns and ten minutes.

    newest: what `last_runs` gave, where it was asked already.
    """
    found = last_runs() if newest is None else newest
    late = [kind for kind, row in found.items() if row is None or row.started_at + _patience(kind) < at]
    return [kind for kind in late if found[kind] is None or not _shows_signs(kind, at)]


def next_run(kind: str, row: Job | None) -> datetime | None:
    """Give when a job is due again; None for one that never ran."""
    return row.started_at + timedelta(seconds=SCHEDULE[kind].seconds) if row is not None else None


SIGNS: dict[str, Callable[[datetime], datetime | None]] = {}
"""Kind → when it was last heard of: a job that may run for hours shows in another way that it lives."""


def _shows_signs(kind: str, at: datetime) -> bool:
    sign = SIGNS[kind](at) if kind in SIGNS else None
    return sign is not None and sign + _patience(kind) > at


def _patience(kind: str) -> timedelta:
    return timedelta(seconds=3 * SCHEDULE[kind].seconds) + timedelta(minutes=10)


@contextmanager
def scheduler(within: Callable[[], Any]) -> Iterator[Any]:
    """Give a started APScheduler that runs every job in its own turn inside `within()`."""
    clockwork = BackgroundScheduler(
        timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": 3600}
    )

    def turn(kind: str) -> None:
        with within():
            result = run(kind, clock.now())
        if AWAY in result and SCHEDULE[kind].seconds > SOON.total_seconds():
            with suppress(JobLookupError):  # the worker is ending
                clockwork.modify_job(kind, next_run_time=clock.now() + SOON)

    for kind, entry in SCHEDULE.items():
        clockwork.add_job(turn, "interval", [kind], seconds=entry.seconds, id=kind, next_run_time=clock.now())
    clockwork.start()
    try:
        yield clockwork
    finally:
        clockwork.shutdown(wait=True)
