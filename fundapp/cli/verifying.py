"""The command that tells whether a report is what it says it is."""

from pathlib import Path

import click
from flask_babel import force_locale

from fundapp.cli.finding import FILE
from fundapp.cli.start import within_app
from fundapp.core.db import reading
from fundapp.reports import verified_words
from fundapp.reports.verifying import verify


@click.group("report")
def report_group() -> None:
    """Make a report as PDF."""


@report_group.command("verify")
@click.argument("file", type=FILE)
@within_app
def report_verify(file: Path) -> None:
    """Tell from which record a PDF, XLSX, CSV or JSON was printed; exit code 1 when it was changed."""
    with force_locale("en"), reading():
        verdict = verify(file.read_bytes(), file.name)
        for label, value in verified_words.lines(verdict):
            click.echo(f"{label.lower()}\t{value}")
        click.echo(f"verdict\t{verified_words.sentence(verdict)}")
    if not verdict.is_good:
        raise click.exceptions.Exit(1)


COMMANDS = (report_group,)
