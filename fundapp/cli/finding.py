"""What a command is about: a round or an application, named by the person at the keyboard."""

from pathlib import Path

import click

from fundapp.applications.models import Application
from fundapp.core.db import db
from fundapp.rounds import queries as rounds
from fundapp.rounds.models import Round, Stage

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
    by = Application.id == int(text) if text.isdigit() else Application.code == text
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
