"""Commands that run fundapp: serve, worker, migrate, demo, tick, doctor."""

import signal
import threading
from datetime import UTC, datetime
from typing import Any

import click

from fundapp.cli import serving
from fundapp.cli.start import bring_up, build, settings, within_app
from fundapp.core import clock, jobs
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
        bring_up()
    serving.run(app, host, port, with_worker=not no_worker)


@click.command()
def worker() -> None:
    """Run the scheduled jobs: reminders, mail, closing of rounds."""
    app = build()
    with app.app_context():
        bring_up()
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    parent = serving.parent()
    with jobs.scheduler(app.app_context):
        click.echo(f"Worker started: {', '.join(jobs.SCHEDULE)}", err=True)
        while not ended.wait(2):
            if serving.is_orphan(parent):
                break


@click.command()
@within_app
def migrate() -> None:
    """Bring the database to the newest shape (each command does so too)."""
    click.echo("The database is up to date.")


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
