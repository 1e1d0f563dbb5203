"""Commands about forms: out to a file, and in again."""

import sys
from pathlib import Path

import click

from fundapp.cli.finding import FILE, round_named, stage_named
from fundapp.cli.start import within_app
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.rounds import form_files
from fundapp.rounds.models import Stage
from fundapp.rounds.reading import InvalidDefinition

SAID = {
    "same": "the round asks exactly this already",
    "changed": "changed",
    "version": "made version {number}; the published round goes on with it when you give --reason",
    "in_use": "the round goes on with version {number}",
}
STAGE = click.option(
    "--stage", "number", type=int, default=1, show_default=True, help="Which stage of the round."
)


@click.group("form")
def form_group() -> None:
    """Forms of calls as files."""


def _stage(slug: str, number: int) -> Stage:
    return stage_named(round_named(slug), number)


@form_group.command("export")
@click.argument("round_")
@click.option(
    "--output", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The file to write."
)
@STAGE
@within_app
def export(round_: str, output: Path, number: int) -> None:
    """Write the form of ROUND (slug, or fund/slug) to a file in YAML."""
    form = _stage(round_, number).form
    content = form_files.write(form.definition)
    part = output.with_name(output.name + ".part")
    part.write_bytes(content)
    part.replace(output)
    click.echo(f"{form.slug}, version {form.number}: {output}", err=True)


@form_group.command("import")
@click.argument("round_")
@click.argument("file", type=FILE)
@click.option("--reason", default="", help="Why the form of a published round changes; it then does at once.")
@click.option("--dry-run", is_flag=True, help="Only say what is wrong with the file, or what would happen.")
@STAGE
@within_app
def import_(round_: str, file: Path, reason: str, dry_run: bool, number: int) -> None:
    """Let ROUND ask the form of a file; a frozen form gets a new version. Mistakes are told by place."""
    stage = _stage(round_, number)
    with file.open("rb") as stream:
        content = stream.read(form_files.LARGEST + 1)
    try:
        form, done = form_files.take_in(stage, content, reason=reason, actor=None, at=clock.now())
    except InvalidDefinition as wrong:
        for problem in wrong.problems:
            click.echo(problem, err=True)
        sys.exit(1)
    said = SAID[done].format(number=form.number)
    if dry_run:
        db.session.rollback()
    else:
        db.session.commit()
    click.echo(f"{'Would be: ' if dry_run else ''}{said}", err=True)


COMMANDS = (form_group,)
