"""Commands that take data in and out: import, export, report."""

from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from fundapp.applications import imports
from fundapp.applications.intake_amounts import rate_of
from fundapp.cli.finding import FILE, OUT, application_named, round_named
from fundapp.cli.printing import write_report
from fundapp.cli.start import within_app
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.reports import export as exports
from fundapp.reports import service as reports


class Rate(click.ParamType[tuple[str, Decimal]]):
    """A rate of exchange into the fund's currency: USD=0.92."""

    name = "USD=0.92"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, Decimal]:
        """Read what was typed."""
        rate = rate_of(str(value))
        if rate is None:
            self.fail(f"{value!r} is not a rate such as USD=0.92", param, ctx)
        return rate


@click.group("import")
def import_group() -> None:
    """Take data in."""


@import_group.command("applications")
@click.argument("file", type=FILE)
@click.option("--round", "slug", required=True, help="The round they go to: slug, or fund/slug.")
@click.option(
    "--rate", "rates", multiple=True, type=Rate(), help="Rate for another currency; may be repeated."
)
@click.option("--dry-run", is_flag=True, help="Only print what would happen, line by line.")
@within_app
def import_applications(file: Path, slug: str, rates: list[tuple[str, Decimal]], dry_run: bool) -> None:
    """Import applications from JSON lines or a CSV table; broken lines are reported, good ones go in."""
    counts: Counter[str] = Counter()
    taken = imports.take_in(
        round_named(slug), file, rates=dict(rates), dry_run=dry_run, actor=None, at=clock.now()
    )
    for line in taken:
        counts[line.outcome] += 1
        parts = [f"line {line.number}", line.outcome, line.code or "", line.title or "", line.reason or ""]
        click.echo("\t".join(" ".join(part.split()) for part in parts).rstrip())
    if dry_run:
        db.session.rollback()
    else:
        db.session.commit()
    told = ", ".join(f"{number} {outcome}" for outcome, number in sorted(counts.items())) or "no lines"
    click.echo(f"{'Would be: ' if dry_run else ''}{told}", err=True)


@click.group("export")
def export_group() -> None:
    """Take data out."""


@export_group.command("applications")
@click.option("--round", "slug", required=True, help="The round: slug, or fund/slug.")
@click.option(
    "--format", "form", type=click.Choice(["csv", "xlsx", "json"]), default="csv", show_default=True
)
@click.option("--output", required=True, type=OUT, help="The file to write.")
@within_app
def export_applications(slug: str, form: str, output: Path) -> None:
    """Write all applications of a round to a file, drafts left out."""
    wanted = round_named(slug)
    part = output.with_name(output.name + ".part")
    with part.open("wb") as stream:
        number = exports.export_applications(wanted, form, stream)
    part.replace(output)
    click.echo(f"{number} applications: {output}", err=True)


@click.group("report")
def report_group() -> None:
    """Make a report as PDF."""


LANGUAGE = click.option("--lang", type=click.Choice(["en", "nl"]), default="en", show_default=True)


@report_group.command("application")
@click.argument("id")
@click.option("--output", required=True, type=OUT, help="The PDF to write.")
@LANGUAGE
@within_app
def report_application(id: str, output: Path, lang: str) -> None:
    """Write the dossier of one application (its number or its code) as PDF."""
    found = application_named(id)
    write_report(reports.take_application(found, actor=None, at=clock.now()), output, lang)


@report_group.command("round")
@click.argument("slug")
@click.option("--output", required=True, type=OUT, help="The PDF to write.")
@LANGUAGE
@within_app
def report_round(slug: str, output: Path, lang: str) -> None:
    """Write the evaluation report of a round as PDF."""
    write_report(reports.take_round(round_named(slug), actor=None, at=clock.now()), output, lang)


COMMANDS = (import_group, export_group, report_group)
