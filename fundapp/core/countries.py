"""Countries by their ISO 3166 code, named in the reader's language."""

import unicodedata
from functools import cache

from babel import Locale

from fundapp.core.words import LANGUAGES

NOT_COUNTRIES = frozenset("AC CP CQ DG EA EU EZ IC QO TA UN XA XB ZZ".split())  # noqa: SIM905 a row of codes
OTHER_NAMES = {
    "the netherlands": "NL", "holland": "NL", "england": "GB", "great britain": "GB", "scotland": "GB",
    "wales": "GB", "uk": "GB", "u.k.": "GB", "usa": "US", "u.s.a.": "US", "united states of america": "US",
    "czech republic": "CZ", "turkey": "TR", "ivory coast": "CI",
}  # fmt: skip


@cache
def names(language: str) -> dict[str, str]:
    """Give every country's name by its code, in alphabetical order."""
    territories = {str(code): str(name) for code, name in Locale.parse(language).territories.items()}
    found = {code: name for code, name in territories.items() if len(code) == 2 and code not in NOT_COUNTRIES}
    return dict(sorted(found.items(), key=lambda item: _plain(item[1])))


@cache
def _codes() -> dict[str, str]:
    by_name = {name.lower(): code for language in LANGUAGES for code, name in names(language).items()}
    return by_name | {code.lower(): code for code in names("en")} | OTHER_NAMES


def code_of(text: str) -> str | None:
    """Find the code of a country that somebody wrote by name or code; None when it is not exactly one."""
    return _codes().get(" ".join(text.lower().split()).rstrip("."))


def _plain(name: str) -> str:
    """Drop accents and case, so that Åland stands with the A and Côte d'Ivoire with the C."""
    return "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c)).lower()
