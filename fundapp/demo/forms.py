"""Scenes of making a form: the quick scan and short plan, with a question of the fund's own."""

from datetime import datetime
from functools import partial
from typing import Any

from fundapp.demo.cast import Cast
from fundapp.rounds import building, definitions, drafting

NAME = {"en": "Pioneers: small and new", "nl": "Pioniers: klein en nieuw"}
QUESTION: dict[str, Any] = {
    "key": "unsure",
    "type": "long",
    "label": {"en": "What are you least sure of?", "nl": "Waar bent u het minst zeker van?"},
    "help": {
        "en": "An honest answer helps you: we look for where help is needed.",
        "nl": "Een eerlijk antwoord helpt u: we zoeken waar hulp nodig is.",
    },
    "advised": 800,
    "hard": 2000,
    "feeds": ["S1"],
}


def own_form(cast: Cast) -> None:
    """Make a form of the fund's own from a template, and ask one more thing in it."""
    cast.calendar.plan(cast.calendar.days(-4, "11:20"), partial(_make, cast))


def _make(cast: Cast, at: datetime) -> None:
    start = definitions.load_library("pioneers_form").definition
    form = building.make(cast.fund, name=NAME, start=start, actor=cast["noor"], at=at)

    def ask(data: drafting.Data) -> None:
        drafting.add_field(data, "plan", dict(QUESTION))
        drafting.place_field(data, "unsure", "plan", "solution")

    building.amend(form, ask, verb="add_field", actor=cast["noor"], at=at)
