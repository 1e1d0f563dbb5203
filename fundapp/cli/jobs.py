"""Commands about what runs by the clock."""

import click

from fundapp.cli.start import within_app
from fundapp.core import clock, jobs


@click.group("jobs")
def jobs_group() -> None:
    """See what runs by the clock, and run it now."""


@jobs_group.command("list")
@within_app
def jobs_list() -> None:
    """List every job: kind, seconds between, last run, seconds it took, state, result, next, late."""
    newest = jobs.last_runs()
    late = set(jobs.stalled(clock.now(), newest))
    for kind, row in sorted(newest.items()):
        click.echo("\t".join([kind, str(jobs.SCHEDULE[kind].seconds), *_told(kind, row), _late(kind, late)]))


def _told(kind: str, row: jobs.Job | None) -> list[str]:
    if row is None:
        return ["", "", "never ran", "", ""]
    took = f"{(row.ended_at - row.started_at).total_seconds():.1f}" if row.ended_at else ""
    result = row.fault or ", ".join(f"{name} {value}" for name, value in row.result.items() if value)
    due = jobs.next_run(kind, row)
    started, then = (
        row.started_at.isoformat(timespec="seconds"),
        due.isoformat(timespec="seconds") if due else "",
    )
    return [started, took, row.state.value, " ".join(result.split()), then]


def _late(kind: str, late: set[str]) -> str:
    return "late" if kind in late else "on time"


@jobs_group.command("run")
@click.argument("kind")
@within_app
def jobs_run(kind: str) -> None:
    """Run one job now, as the worker would; exit code 1 when it fails."""
    if kind not in jobs.SCHEDULE:
        raise click.ClickException(f"no job {kind!r}; `fundapp jobs list` shows them")
    result = jobs.run(kind, clock.now())
    click.echo(", ".join(f"{name} {value}" for name, value in result.items()) or "nothing to do")
    if "fault" in result:
        raise click.exceptions.Exit(1)


COMMANDS = (jobs_group,)
