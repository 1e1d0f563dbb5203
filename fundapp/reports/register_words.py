"""What the codes in a register mean in words: files keep the codes, pages and paper say the words."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from fundapp.applications.tie_words import KINDS, SOURCES
from fundapp.applications.workflow import CONFLICT_WORDS
from fundapp.core.newer import Told
from fundapp.decisions.models import Outcome
from fundapp.decisions.workflow import WORDS

OUTCOMES = Told(
    {
        Outcome.AWARDED: _l("Awarded"),
        Outcome.RESERVE: _l("Reserve list"),
        Outcome.DECLINED: _l("Not awarded"),
        Outcome.INELIGIBLE: _l("Not eligible"),
        Outcome.INVITED: _l("Invited to write the full proposal"),
    }
)


def _codes(words: Mapping[Any, Any]) -> dict[str, Any]:
    return {one.value: said[1] if isinstance(said, tuple) else said for one, said in words.items()}


SAYS: dict[str, dict[str, dict[str, Any]]] = {
    "ties": {"state": _codes(CONFLICT_WORDS), "kind": _codes(KINDS), "source": _codes(SOURCES)},
    "decisions": {"outcome": _codes(OUTCOMES), "state": _codes(WORDS)},
}
"""By register and column: code to words."""


def spoken(register: str, row: Mapping[str, Any], rounds: Mapping[str, str]) -> dict[str, Any]:
    """Give a row with words in the language in force; what has none stays as it is.

    rounds: the names of the fund's rounds by slug.
    """
    known = {**SAYS.get(register, {}), "round": dict(rounds)}
    return {
        key: str(known.get(key, {}).get(value, value)) if key in known else value
        for key, value in row.items()
    }
