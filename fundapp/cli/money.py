"""Money on the command line: batches, and what the bank sends back."""

from pathlib import Path

import click
from flask import current_app

from fundapp.cli.finding import FILE, OUT
from fundapp.cli.start import within_app
from fundapp.core import clock, files
from fundapp.core.db import db
from fundapp.payouts import lists, statements
from fundapp.payouts.models import LineState


@click.group("batches")
def batches_group() -> None:
    """Batches of payments."""


@batches_group.command("list")
@within_app
def list_batches() -> None:
    """List batches: number, state, items, total in cents; tab-separated, the newest last."""
    for number, state, items, cents in lists.batches():
        click.echo(f"{number}\t{state}\t{items}\t{cents}")


@batches_group.command("file")
@click.argument("number")
@click.option("--output", required=True, type=OUT, help="The XML file to write.")
@within_app
def batch_file(number: str, output: Path) -> None:
    """Write the bank's file of a released batch: the same bytes each time."""
    found = lists.batch_file(number)
    if found is None:
        raise click.ClickException(f"no released batch {number!r}; `fundapp batches list` shows them")
    output.write_bytes(files.content(found))
    click.echo(f"{found.sha256}: {output}", err=True)


@click.group("statements")
def statements_group() -> None:
    """What the bank sends back."""


@statements_group.command("import")
@click.argument("file", type=FILE)
@within_app
def import_statement(file: Path) -> None:
    """Take in camt.053 or pain.002; a line each, then how many matched, came back, or did not match."""
    taken = statements.take_in(
        file.read_bytes(), name=file.name, settings=current_app.config["SETTINGS"], actor=None, at=clock.now()
    )
    counts = dict.fromkeys(LineState, 0)
    for one in taken:
        if not one.is_new:
            click.echo(f"known\t{one.statement.bank_id}\ttaken in before, nothing was booked")
        for line in one.statement.lines if one.is_new else ():
            counts[line.state] += 1
            cents = "" if line.amount_cents is None else str(line.amount_cents)
            parts = [line.state.value, line.end_to_end_id, cents, " ".join(line.why.split())]
            click.echo("\t".join(parts).rstrip())
    db.session.commit()
    click.echo(", ".join(f"{number} {state.value}" for state, number in counts.items()))


COMMANDS = (batches_group, statements_group)
