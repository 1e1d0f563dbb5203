"""Commands about applications: one told whole, and the words that search knows."""

import json

import click
from flask_babel import force_locale

from fundapp.applications import search_texts, telling
from fundapp.cli.finding import application_named
from fundapp.cli.start import within_app
from fundapp.core.db import db


@click.group("applications")
def applications_group() -> None:
    """Look at applications."""


@applications_group.command("show")
@click.argument("code")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--lang", type=click.Choice(["en", "nl"]), default="en", show_default=True)
@within_app
def show(code: str, form: str, lang: str) -> None:
    """Print one application (its code or number) with all answers of its latest version."""
    found = application_named(code)
    if form == "json":
        click.echo(json.dumps(telling.data(found), ensure_ascii=False, indent=2))
        return
    with force_locale(lang):
        click.echo(telling.text(found, lang))


@click.group("search")
def search_group() -> None:
    """Look after the words that search knows."""


@search_group.command("rebuild")
@click.option("--all", "everything", is_flag=True, help="Also what seems to be in step already.")
@within_app
def rebuild(everything: bool) -> None:
    """Bring the words of all applications in step with their latest versions."""
    number = search_texts.rebuild(everything=everything)
    db.session.commit()
    click.echo(f"{number} applications", err=True)


COMMANDS = (applications_group, search_group)
