"""Checking conditions in tests: a short list, and one person's look in one line."""

from fundapp.applications import conditions, knockouts
from fundapp.applications.knockouts import Verdict
from tests.factories import NOW

ITEMS = [
    {"key": "complete", "label": {"en": "Complete", "nl": "Volledig"}, "help": {}},
    {"key": "scope", "label": {"en": "Scope", "nl": "Bereik"}, "help": {}},
]


def list_of(round, cast, *, percent=0):
    """Give a round two conditions."""
    return conditions.adopt(round, ITEMS, second_look_percent=percent, actor=cast.sol, at=NOW)


def check(application, user, *, complete=True, scope=True, expected=None, at=NOW):
    """Let somebody look at an application."""
    said = {"complete": complete, "scope": scope}
    verdicts = {key: Verdict(met, "" if met else f"Not {key}.") for key, met in said.items()}
    turn = expected or knockouts.turn(application, user) or 1
    return knockouts.look(application, verdicts, expected=turn, actor=user, at=at)
