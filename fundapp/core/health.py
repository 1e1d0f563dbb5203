"""Is this installation well? For `fundapp doctor` and /readyz."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from fundapp.core import jobs, pdf
from fundapp.core.db import APPEND_ONLY, db
from fundapp.core.mail import Outbox, Posted, waiting
from fundapp.core.places import MIGRATIONS


@dataclass(frozen=True)
class Finding:
    """One thing looked at. mark: ok, look (worth a look) or bad."""

    name: str
    mark: str
    word: str


def _database(at: datetime) -> Finding:
    with db.engine.connect() as connection:
        here = MigrationContext.configure(connection).get_current_revision()
    wanted = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    kind = db.engine.dialect.name
    if here != wanted:
        return Finding("database", "bad", f"{kind} at revision {here or 'none'}, the code wants {wanted}")
    return Finding("database", "ok", f"{kind}, revision {here}")


def _triggers(at: datetime) -> Finding:
    if db.engine.dialect.name == "sqlite":
        count = text("SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'keep_%'")
    else:
        count = text("SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgname LIKE 'keep_%'")
    found = int(db.session.execute(count).scalar_one())
    wanted = 2 * len(APPEND_ONLY)
    return Finding(
        "append-only tables", "ok" if found >= wanted else "bad", f"{found} of {wanted} triggers in place"
    )


def _pdf(at: datetime) -> Finding:
    return (
        Finding("PDF engine", "ok", "ready")
        if pdf.available()
        else Finding("PDF engine", "bad", str(pdf.PdfEngineMissing()))
    )


def _mail(at: datetime) -> Finding:
    failed = db.session.scalar(select(func.count(Outbox.id)).where(Outbox.state == Posted.FAILED)) or 0
    way = "to a relay" if current_app.config["MAIL_URL"] else "kept as files in instance/mail"
    mark = "look" if failed or not current_app.config["MAIL_URL"] else "ok"
    return Finding("mail", mark, f"{way}; {waiting()} waiting, {failed} failed")


def _jobs(at: datetime) -> Finding:
    late, newest = jobs.stalled(at), jobs.last_runs()
    failed = [kind for kind, row in newest.items() if row is not None and row.state is jobs.Run.FAILED]
    if failed:
        return Finding("jobs", "bad", f"failed at their last run: {', '.join(sorted(failed))}")
    if late:
        return Finding("jobs", "look", f"not run lately (is the worker running?): {', '.join(sorted(late))}")
    return Finding("jobs", "ok", f"{len(newest)} run on time")


CHECKS: list[Callable[[datetime], Finding]] = [_database, _triggers, _pdf, _mail, _jobs]
"""What is looked at; a feature may add its own."""


def examine(at: datetime) -> list[Finding]:
    """Look at everything; a check that itself fails is a finding."""
    findings = []
    for check in CHECKS:
        try:
            findings.append(check(at))
        except (SQLAlchemyError, OSError) as fault:
            db.session.rollback()
            name = check.__name__.strip("_").replace("_", " ")
            findings.append(Finding(name, "bad", f"{type(fault).__name__}: {str(fault).splitlines()[0]}"))
    return findings


def is_ready(at: datetime) -> tuple[bool, dict[str, str]]:
    """Tell whether pages can be served: database reachable and of the right shape, no job stopped."""
    seen: dict[str, str] = {}
    try:
        found = _database(at)
        seen["database"] = found.word
        started = {kind for kind, row in jobs.last_runs().items() if row is not None}
        stopped = sorted(started & set(jobs.stalled(at)))
    except (SQLAlchemyError, OSError) as fault:
        db.session.rollback()
        return False, {"database": type(fault).__name__}
    seen["jobs"] = f"stopped: {', '.join(stopped)}" if stopped else "ok"
    return found.mark == "ok" and not stopped, seen
