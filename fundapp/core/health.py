"""Is this installation well? For `fundapp doctor` and /readyz."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import case, func, select, text
from sqlalchemy.exc import SQLAlchemyError

from fundapp.core import jobs, outages, pdf, schema
from fundapp.core.db import APPEND_ONLY, FROZEN, db
from fundapp.core.mail import Outbox, Posted
from fundapp.core.tasks import State, Task

LONG = timedelta(minutes=15)
"""What waits longer than this in the queue of downloads waits for a worker that is not there."""


@dataclass(frozen=True)
class Finding:
    """One thing looked at. mark: ok, look (worth a look) or bad."""

    name: str
    mark: str
    word: str


def _database(at: datetime) -> Finding:
    found = schema.standing()
    kind = db.engine.dialect.name
    if found.serves:
        return Finding(_("database"), "ok", _("%(kind)s, revision %(here)s", kind=kind, here=found.here))
    if found.fit is schema.Fit.PARTED:
        word = _("%(kind)s at revision %(here)s: this version is too old for it", kind=kind, here=found.here)
        return Finding(_("database"), "bad", word)
    behind = _(
        "%(kind)s at revision %(here)s, the code wants %(wanted)s",
        kind=kind,
        here=found.here or "0",
        wanted=found.wanted,
    )
    return Finding(_("database"), "bad", behind)


def _triggers(at: datetime) -> Finding:
    names, own = "tgname", "pg_trigger WHERE NOT tgisinternal"
    if db.engine.dialect.name == "sqlite":
        names, own = "name", "sqlite_master WHERE type = 'trigger'"
    ours = f"({names} LIKE 'keep_%' OR {names} LIKE 'freeze_%')"
    count = text(f"SELECT count(*) FROM {own} AND {ours}")  # noqa: S608 - put together of our own words
    found = int(db.session.execute(count).scalar_one())
    wanted = 2 * (len(APPEND_ONLY) + len(FROZEN))
    word = _("%(found)s of %(wanted)s triggers in place", found=found, wanted=wanted)
    return Finding(_("append-only tables"), "ok" if found >= wanted else "bad", word)


def _pdf(at: datetime) -> Finding:
    if pdf.available():
        return Finding(_("PDF engine"), "ok", _("ready"))
    return Finding(_("PDF engine"), "bad", str(pdf.PdfEngineMissing()))


def _mail(at: datetime) -> Finding:
    is_open = Outbox.state.in_([Posted.QUEUED, Posted.SENDING])
    counts = select(func.count().filter(is_open), func.count().filter(Outbox.state == Posted.FAILED))
    waiting, failed = db.session.execute(counts.select_from(Outbox)).one()
    way = _("to a relay") if current_app.config["MAIL_URL"] else _("kept as files in instance/mail")
    mark = "look" if failed or not current_app.config["MAIL_URL"] else "ok"
    word = _("%(way)s; %(waiting)s waiting, %(failed)s failed", way=way, waiting=waiting, failed=failed)
    return Finding(_("mail"), mark, word)


def _jobs(at: datetime) -> Finding:
    newest = jobs.last_runs()
    late = jobs.stalled(at, newest)
    failed = [kind for kind, row in newest.items() if row is not None and row.state is jobs.Run.FAILED]
    if failed:
        word = _("failed at their last run: %(kinds)s", kinds=", ".join(sorted(failed)))
        return Finding(_("jobs"), "bad", word)
    stopped = sorted(kind for kind in late if newest[kind] is not None)
    if stopped:
        word = _("stopped running (is the worker running?): %(kinds)s", kinds=", ".join(stopped))
        return Finding(_("jobs"), "bad", word)
    if late:
        word = _("not run lately (is the worker running?): %(kinds)s", kinds=", ".join(sorted(late)))
        return Finding(_("jobs"), "look", word)
    return Finding(_("jobs"), "ok", _("%(number)s run on time", number=len(newest)))


def _tasks(at: datetime) -> Finding:
    is_open, is_lost = Task.state == State.QUEUED, Task.state == State.FAILED
    oldest_of = func.min(case((is_open, Task.run_at)))
    counts = select(func.count().filter(is_open), oldest_of, func.count().filter(is_lost))
    waiting, oldest, failed = db.session.execute(counts.select_from(Task)).one()
    mark = "look" if oldest is not None and oldest + LONG < at else "ok"
    word = _("%(waiting)s waiting, %(failed)s failed", waiting=waiting, failed=failed)
    return Finding(_("downloads"), mark, word)


CHECKS: list[Callable[[datetime], Finding]] = [_database, _triggers, _pdf, _mail, _jobs, _tasks]
"""What is looked at; a feature may add its own."""


def examine(at: datetime) -> list[Finding]:
    """Look at everything; a check that itself fails is a finding."""
    findings = []
    for check in CHECKS:
        try:
            findings.append(check(at))
        except (SQLAlchemyError, OSError) as fault:
            _let_go()
            name = check.__name__.strip("_").replace("_", " ")
            findings.append(Finding(name, "bad", f"{type(fault).__name__}: {str(fault).splitlines()[0]}"))
    return findings


def _let_go() -> None:
    with suppress(SQLAlchemyError):  # it may be the database itself that is away
        db.session.rollback()


def serves(at: datetime) -> tuple[bool, dict[str, str]]:
    """Tell whether pages can be served: database reachable and of a shape that fits."""
    try:
        found = _database(at)
    except (SQLAlchemyError, OSError) as fault:
        _let_go()
        return False, {"database": outages.word(fault)}
    return found.mark == "ok", {"database": found.word}


def is_ready(at: datetime) -> tuple[bool, dict[str, str]]:
    """Tell whether all is ready: pages can be served, and no job stopped."""
    ready, seen = serves(at)
    if not ready:
        return False, seen
    try:
        newest = jobs.last_runs()
        started = {kind for kind, row in newest.items() if row is not None}
        stopped = sorted(started & set(jobs.stalled(at, newest)))
    except (SQLAlchemyError, OSError) as fault:
        _let_go()
        return False, {"database": outages.word(fault)}
    seen["jobs"] = f"stopped: {', '.join(stopped)}" if stopped else "ok"
    return not stopped, seen
