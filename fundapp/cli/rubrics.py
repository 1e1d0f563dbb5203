"""Rubrics as files: taken in, written out."""

from pathlib import Path

import click

from fundapp.cli.finding import FILE, OUT
from fundapp.cli.start import within_app
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.funds import queries as funds
from fundapp.funds.models import Fund
from fundapp.rounds import rubrics
from fundapp.rounds.reading import InvalidDefinition


@click.group("rubric")
def rubric_group() -> None:
    """Rubrics: what reviewers score a proposal on."""


FUND = click.option("--fund", "fund_slug", help="The fund it belongs to; without it: all funds can use it.")


def _fund(slug: str | None) -> Fund | None:
    if slug is None:
        return None
    found = next((fund for fund in funds.all_funds() if fund.slug == slug), None)
    if found is None:
        raise click.ClickException(f"no fund {slug!r}; `fundapp funds list` shows them")
    return found


@rubric_group.command("import")
@click.argument("file", type=FILE)
@FUND
@within_app
def import_rubric(file: Path, fund_slug: str | None) -> None:
    """Take in a rubric from YAML; other content under a known name becomes the next version."""
    try:
        definition = rubrics.from_yaml(file.read_text("utf-8"))
    except UnicodeDecodeError as fault:
        raise click.ClickException(f"{file} is not UTF-8 text") from fault
    except InvalidDefinition as fault:
        raise click.ClickException("\n".join(["not taken in:", *fault.problems])) from fault
    made, is_new = rubrics.take_in(definition, _fund(fund_slug), actor=None, at=clock.now())
    db.session.commit()
    click.echo(f"{made.slug}\t{made.number}\t{'new' if is_new else 'known'}")


@rubric_group.command("export")
@click.argument("slug")
@FUND
@click.option("--number", type=int, help="The version; without it the newest.")
@click.option("--output", type=OUT, help="The file to write; without it: standard output.")
@within_app
def export_rubric(slug: str, fund_slug: str | None, number: int | None, output: Path | None) -> None:
    """Write a rubric as YAML, in both languages."""
    fund = _fund(fund_slug)
    found = rubrics.named(slug, fund.id if fund else None, number)
    if found is None:
        raise click.ClickException(f"no rubric {slug!r}")
    text = rubrics.as_yaml(found)
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, "utf-8")
        click.echo(f"{slug}: {output}", err=True)


@rubric_group.command("list")
@within_app
def list_rubrics() -> None:
    """List what can be used: short name, version, fund, state."""
    for slug, number, fund, state in rubrics.listed():
        click.echo(f"{slug}\t{number}\t{fund}\t{state}")


COMMANDS = (rubric_group,)
