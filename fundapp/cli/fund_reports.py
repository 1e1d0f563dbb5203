"""Commands that evaluate: the report of a fund, and that of one grant."""

from pathlib import Path

import click

from fundapp.cli.finding import OUT
from fundapp.cli.printing import write_pdf, write_report
from fundapp.cli.start import within_app
from fundapp.core import clock
from fundapp.core.db import reading
from fundapp.funds.models import Fund
from fundapp.funds.queries import fund_by_slug
from fundapp.grants.models import Award
from fundapp.reports import evaluations, fund_service
from fundapp.reports.evaluation_queries import evaluation_numbered, grant_by_code

LANGUAGE = click.option("--lang", type=click.Choice(["en", "nl"]), default="en", show_default=True)


@click.group("report")
def report_group() -> None:
    """Make a report as PDF."""


@report_group.command("fund")
@click.argument("slug")
@click.option("--output", required=True, type=OUT, help="The PDF to write.")
@click.option(
    "--evaluation", "number", type=int, help="Print this evaluation (its number) instead of today's figures."
)
@LANGUAGE
@within_app
def report_fund(slug: str, output: Path, number: int | None, lang: str) -> None:
    """Write the report of a fund, from received to effects, as PDF."""
    fund = fund_named(slug)
    if number is None:
        write_report(evaluations.take_figures(fund, actor=None, at=clock.now()), output, lang)
        return
    found = evaluation_numbered(fund.id, number)
    if found is None:
        raise click.ClickException(f"the fund {slug} has no evaluation {number}")
    with reading():
        content = fund_service.evaluation_pdf(found, lang=lang, at=clock.now())
    write_pdf(content, output)


@report_group.command("grant")
@click.argument("code")
@click.option("--output", required=True, type=OUT, help="The PDF to write.")
@LANGUAGE
@within_app
def report_grant(code: str, output: Path, lang: str) -> None:
    """Write the evaluation of one grant (the code of its application) as PDF."""
    write_report(fund_service.take_grant(grant_named(code), actor=None, at=clock.now()), output, lang)


def fund_named(slug: str) -> Fund:
    """Find a fund by slug. Raises ClickException."""
    found = fund_by_slug(slug)
    if found is None:
        raise click.ClickException(f"no fund {slug!r}; `fundapp funds list` shows them")
    return found


def grant_named(code: str) -> Award:
    """Find a grant by the code of its application. Raises ClickException."""
    found = grant_by_code(code)
    if found is None:
        raise click.ClickException(f"no grant {code!r}: no application with this code was awarded one")
    return found


COMMANDS = (report_group,)
