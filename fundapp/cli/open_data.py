"""Commands that publish: open data of a fund, and under which identifiers."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import click
from flask import current_app

from fundapp.cli.finding import OUT, application_named, round_named
from fundapp.cli.start import within_app
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.funds.models import Fund
from fundapp.funds.queries import fund_by_slug
from fundapp.reports import disclosure_pack, disclosures, giving, giving_csv, publishing, review_export
from fundapp.reports.identifiers import LICENCES
from fundapp.reports.review_lines import Naming


@click.group("export")
def export_group() -> None:
    """Take data out."""


@click.group("funds")
def funds_group() -> None:
    """Funds."""


@export_group.command("360giving")
@click.option("--fund", "slug", required=True, help="The fund: its slug.")
@click.option(
    "--format", "form", type=click.Choice(["json", "csv"]), help="Usually told by the name of the file."
)
@click.option("--output", required=True, type=OUT, help="The file to write: .json or .csv.")
@within_app
def export_360giving(slug: str, form: str | None, output: Path) -> None:
    """Write the published grants of a fund after the 360Giving standard; private persons are not named."""
    suffix = output.suffix.lstrip(".").lower()
    if form is None and suffix not in {"", "json", "csv"}:
        raise click.UsageError(f"{output.name}: add --format json or --format csv")
    site = current_app.config["BASE_URL"].rstrip("/")
    made = giving.package(fund_named(slug), at=clock.now(), site=site)
    is_table = (form or suffix) == "csv"
    write(output, (giving_csv.table(made) if is_table else giving.text(made)).encode("utf-8", "replace"))
    click.echo(f"{len(made['grants'])} grants: {output}", err=True)


@export_group.command("reviews")
@click.option("--round", "slug", required=True, help="The round: slug, or fund/slug.")
@click.option(
    "--format", "form", type=click.Choice(["csv", "xlsx", "json"]), default="csv", show_default=True
)
@click.option("--output", required=True, type=OUT, help="The file to write; a codebook goes with it.")
@click.option(
    "--reviewers",
    "naming",
    type=click.Choice([one.value for one in Naming]),
    default="pseudonyms",
    show_default=True,
    help="R1, R2 … as in the report of the round, or names and addresses.",
)
@click.option("--lang", type=click.Choice(["en", "nl"]), default="en", show_default=True)
@within_app
def export_reviews(slug: str, form: str, output: Path, naming: str, lang: str) -> None:
    """Write every score of a round, one line a score; the codebook is in the file, or beside a CSV."""
    wanted, named = round_named(slug), Naming(naming)
    with whole(output) as stream:
        number = review_export.export_reviews(wanted, form, stream, naming=named, language=lang)
    click.echo(f"{number} scores: {output}", err=True)
    if form == "csv":
        beside = output.with_name(f"{output.stem}.codebook.csv")
        write(beside, review_export.codebook_csv(wanted, naming=named, language=lang).encode())
        click.echo(f"codebook: {beside}", err=True)


@export_group.command("disclosure")
@click.argument("code")
@click.option("--output", required=True, type=OUT, help="The ZIP to write.")
@click.option("--lang", type=click.Choice(["nl", "en"]), default="nl", show_default=True)
@within_app
def export_disclosure(code: str, output: Path, lang: str) -> None:
    """Write everything about one application, with what the Woo keeps back taken out.

    The last one that two people prepared and checked; where there is none, what a machine covers by
    itself, which says on every page that nobody has checked it.
    """
    application = application_named(code)
    if application.code is None:
        raise click.ClickException("this application was never sent in, so there is no file to disclose")
    checked = disclosures.last_checked(application.id)
    pack = (
        disclosure_pack.of(checked)
        if checked
        else disclosure_pack.automatic(application, language=lang, at=clock.now())
    )
    write(output, disclosure_pack.zipped(pack))
    if not pack.is_checked:
        click.echo("Not checked: only a machine looked for what has to be covered.", err=True)
    click.echo(f"{len(pack.documents)} documents: {output}", err=True)


@funds_group.command("publishing")
@click.argument("slug")
@click.option("--org-id", help="Identifier after org-id.guide, such as NL-KVK-41215393.")
@click.option("--org-name", help="Name of the publisher; without it the name of the fund.")
@click.option("--prefix", help="Publisher prefix of 360Giving, such as 360G-example.")
@click.option("--licence", type=click.Choice(list(LICENCES)), help="Licence of the data.")
@click.option("--eu-grant", help="EU grant agreement under which money is passed on to third parties.")
@click.option("--cascade/--no-cascade", "shows_cascade", default=None, help="Publish that list, or not.")
@within_app
def set_publishing(slug: str, **given: Any) -> None:
    """Say under which identifiers and licence a fund publishes; without options, show it."""
    fund = fund_named(slug)
    values = {name: value for name, value in given.items() if value is not None}
    if values:
        publishing.change(fund, actor=None, at=clock.now(), **values)
        db.session.commit()
    found = publishing.of_fund(fund.id)
    for name in publishing.SETTABLE:
        value = getattr(found, name, None)
        click.echo(f"{name}\t{'' if value is None else value}")


def fund_named(slug: str) -> Fund:
    """Find a fund by its slug. Raises ClickException."""
    found = fund_by_slug(slug)
    if found is None:
        raise click.ClickException(f"no fund {slug!r}; `fundapp funds list` shows them")
    return found


def write(output: Path, content: bytes) -> None:
    """Write a file whole or not at all. Raises OSError that names the file."""
    with whole(output) as stream:
        stream.write(content)


@contextlib.contextmanager
def whole(output: Path) -> Iterator[IO[bytes]]:
    """Open a file to write; it is there once it is whole. Raises OSError that names the file."""
    part = output.with_name(output.name + ".part")
    try:
        with part.open("wb") as stream:
            yield stream
        part.replace(output)
    except OSError as fault:
        raise OSError(fault.errno, fault.strerror, str(output)) from fault
    finally:
        with contextlib.suppress(FileNotFoundError):
            part.unlink()


COMMANDS = (export_group, funds_group)
