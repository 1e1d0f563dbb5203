"""What a command is about: a round or an application, named by the person at the keyboard."""

import re
from pathlib import Path
from typing import Any

import click

from fundapp.applications.models import Application
from fundapp.core.db import db
from fundapp.rounds import queries as rounds
from fundapp.rounds.models import Round, Stage


class Slug(click.ParamType[str]):
    """A name for an address: small letters, figures and hyphens."""

    name = "SLUG"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Read what was typed."""
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", str(value)):
            self.fail(f"{value!r}: small letters, figures and hyphens, such as small-and-shared", param, ctx)
        return str(value)


NEW_SLUG = Slug()
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
OUT = click.Path(dir_okay=False, path_type=Path)


def round_named(text: str) -> Round:
    """Find a round by slug, or fund/slug. Raises ClickException."""
    found = rounds.find_round(text)
    if found is None:
        raise click.ClickException(f"no round {text!r}; `fundapp rounds list` shows them")
    return found


def application_named(text: str) -> Application:
    """Find an application by its code, or its number. Raises ClickException."""
    is_number = text.isdecimal() and len(text) < 10
    by = Application.id == int(text) if is_number else Application.code == text
    found: Application | None = db.session.scalar(db.select(Application).where(by))
    if found is None:
        raise click.ClickException(f"no application {text!r}")
    return found


def stage_named(round: Round, number: int) -> Stage:
    """Find a stage of a round by its number. Raises ClickException."""
    found = next((stage for stage in round.stages if stage.number == number), None)
    if found is None:
        raise click.ClickException(f"round {round.slug!r} has no stage {number}")
    return found
