"""Commands that keep everything in one file, and put it back."""

from pathlib import Path

import click

from fundapp.cli.finding import FILE, OUT
from fundapp.cli.start import build, settings, within_app
from fundapp.core import backups, clock
from fundapp.core.db import db


@click.command()
@click.argument("file", type=OUT)
@click.option(
    "--with-secrets", is_flag=True, help="Also secrets.toml and config.toml: who has the file can read all."
)
@within_app
def backup(file: Path, with_secrets: bool) -> None:
    """Write database and files to FILE (.tar, .tar.gz), consistent while everything runs."""
    made = backups.take(file, instance=settings().instance, with_secrets=with_secrets, at=clock.now())
    click.echo(f"{file}\t{made.files} files\trevision {made.revision}\t{made.sha256}")
    for digest in made.lost:
        click.echo(f"lost: the database names a file that is not there: {digest}", err=True)
    if not with_secrets:
        click.echo(
            "secrets.toml and config.toml are not in it: keep them apart. Without secrets.toml nobody can "
            "read the bank accounts.",
            err=True,
        )
    if made.lost:
        raise click.exceptions.Exit(1)


@click.command()
@click.argument("file", type=FILE)
@click.option("--check", is_flag=True, help="Only read it through and compare every digest.")
def restore(file: Path, check: bool) -> None:
    """Put a backup into the empty database of this instance, with its files."""
    with build().app_context():
        try:
            place = settings().instance
            found = backups.look(file) if check else backups.put_back(file, instance=place)
        finally:
            db.session.remove()
            db.engine.dispose()
    click.echo(f"{file}\ttaken {found.taken_at}\t{found.files} files\trevision {found.revision}")
    if not check:
        own = "" if found.has_secrets else " Put secrets.toml of the old machine in its place,"
        click.echo(f"Put back.{own} then run `fundapp doctor` and `fundapp ledger verify`.", err=True)


COMMANDS = (backup, restore)
