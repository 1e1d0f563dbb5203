"""Taking in reviews that were written elsewhere."""

from pathlib import Path

import click

from fundapp.cli.finding import FILE, round_named, stage_named
from fundapp.cli.start import settings, within_app
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.reviews import imports, taking_in
from fundapp.reviews.imports import Taken, Unreadable


@click.group("reviews")
def reviews_group() -> None:
    """Reviews."""


@reviews_group.command("import")
@click.argument("round")
@click.argument("file", type=FILE)
@click.option(
    "--stage", "number", type=click.IntRange(min=1),
    help="Which stage was judged; without it, that of each application's latest text.",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Only check the file and say what would come in.")
@within_app
def import_reviews(round: str, file: Path, number: int | None, dry_run: bool) -> None:
    """Take in reviews from a table: application, reviewer, criterion, score or N/A, reason.

    The whole file or nothing: mistakes are printed by line. Taken in twice it changes nothing.
    """
    wanted = round_named(round)
    stage = stage_named(wanted, number) if number else None
    try:
        taken = taking_in.take_in(
            wanted, imports.read(file), stage=stage, settings=settings(), at=clock.now()
        )
    except Unreadable as fault:
        db.session.rollback()
        for one in fault.faults:
            click.echo(f"line {one.line}: {one.message}" if one.line else one.message, err=True)
        raise click.ClickException(f"nothing was taken in: {len(fault.faults)} mistakes") from fault
    if dry_run:
        db.session.rollback()
    else:
        db.session.commit()
    _tell(taken, "would be taken in" if dry_run else "taken in")


def _tell(taken: Taken, done: str) -> None:
    click.echo(f"{taken.scores} scores {done}, {taken.reviews} new reviews, {taken.known} scores were known")
    if taken.people:
        click.echo(f"{len(taken.people)} reviewers added: {', '.join(taken.people)}", err=True)
    if taken.partial:
        click.echo(f"{taken.partial} reviews do not score every criterion", err=True)


COMMANDS = (reviews_group,)
