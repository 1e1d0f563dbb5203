"""Commands that run fundapp: serve, worker, migrate, demo, tick, doctor."""

import signal
import threading
from datetime import UTC, datetime
from typing import Any

import click
from sqlalchemy.exc import OperationalError

from fundapp.cli import serving
from fundapp.cli.start import behind, bring_up, build, migrate_now, settings, within_app
from fundapp.core import clock, jobs, outages, schema
from fundapp.core.db import db
from fundapp.core.health import examine


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="Port to listen on."
)
@click.option("--no-worker", is_flag=True, help="Only the pages: workers run elsewhere.")
def serve(host: str, port: int, no_worker: bool) -> None:
    """Serve the pages, with the worker running beside; Ctrl-C ends both."""
    app = build()
    with app.app_context():
        try:
            found = bring_up()
        except OperationalError as fault:
            if not outages.passes(fault):
                raise
            click.echo(
                f"the database is away, pages say so until it is there: {outages.told(fault)}", err=True
            )
        else:
            if not found.serves:
                click.echo(f"{behind(found)} (until then /readyz answers 503)", err=True)
    serving.run(app, host, port, with_worker=not no_worker)


@click.command()
def worker() -> None:
    """Run the scheduled jobs: reminders, mail, closing of rounds."""
    app = build()
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    with app.app_context():
        _await_schema(ended)
    parent = serving.parent()
    with jobs.scheduler(app.app_context):
        click.echo(f"Worker started: {', '.join(jobs.SCHEDULE)}", err=True)
        while not ended.wait(2):
            if serving.is_orphan(parent):
                break


def _await_schema(ended: threading.Event) -> None:
    """Wait for the database, and until somebody has migrated it where a start may not do so itself."""
    told = ""
    while not ended.is_set():
        try:
            found = bring_up()
            word = behind(found)
        except OperationalError as fault:
            if not outages.passes(fault):
                raise
            found, word = None, f"waiting for the database: {outages.told(fault)}"
        if found is not None and found.serves:
            return
        if word != told:
            click.echo(word, err=True)
        told = word
        ended.wait(2)


@click.command()
@click.option(
    "--check", is_flag=True, help="Only list what would run; code 1 when the running version must stop first."
)
def migrate(check: bool) -> None:
    """Bring the database to the newest shape (each command does so too, unless migrate_at_start is false)."""
    with build().app_context():
        try:
            if check:
                _foretell(schema.standing())
            else:
                migrate_now()
                click.echo("The database is up to date.")
        finally:
            db.engine.dispose()


def _foretell(found: schema.Standing) -> None:
    """List what a migration would do, and who would have to stop for it."""
    coming = schema.pending(found.here) if found.fit is schema.Fit.BEHIND else []
    parting = schema.breaks(found.here, coming) if found.here else []
    for script in coming:
        told = (
            "stop the version that runs now first" if script in parting else "fits the version that runs now"
        )
        click.echo(f"{script.revision}\t{told}\t{script.doc}")
    if not coming:
        click.echo("The database is up to date.")
    if parting:
        raise click.exceptions.Exit(1)


@click.command()
@click.option("--if-empty", is_flag=True, help="Do nothing when there is a fund already.")
@within_app
def demo(if_empty: bool) -> None:
    """Fill an empty database with the demo fund and print its logins."""
    from fundapp.demo import play  # noqa: PLC0415 only this command needs it

    play.fill_in(at=clock.now(), settings=settings(), if_empty=if_empty, say=click.echo)


class Instant(click.ParamType[datetime]):
    """An ISO time; without a zone it is UTC."""

    name = "ISO-TIME"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read what was typed."""
        try:
            at = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is not a time such as 2026-12-07T12:00+01:00", param, ctx)
        return at if at.tzinfo else at.replace(tzinfo=UTC)


@click.command()
@click.option("--at", type=Instant(), help="The instant to act as if it were (default: now).")
@within_app
def tick(at: datetime | None) -> None:
    """Run all that is due now, once: each job with its result."""
    failed = False
    for kind, result in jobs.tick(at or clock.now()).items():
        failed = failed or "fault" in result
        told = ", ".join(f"{name} {value}" for name, value in result.items()) or "nothing to do"
        click.echo(f"{kind}: {told}")
    if failed:
        raise click.exceptions.Exit(1)


@click.command()
@within_app
def doctor() -> None:
    """Examine this installation; exit code 1 when something is wrong."""
    findings = examine(clock.now())
    for finding in findings:
        click.echo(f"{finding.mark:5}{finding.name}: {finding.word}")
    if any(finding.mark == "bad" for finding in findings):
        raise click.exceptions.Exit(1)


COMMANDS = (serve, worker, migrate, demo, tick, doctor)
