"""The lists and boxes beside the search: they write the same words as one would type."""

from collections.abc import Mapping

from fundapp.applications.listed import states
from fundapp.applications.search_keys import KEYS
from fundapp.applications.search_texts import fold
from fundapp.applications.search_values import NOBODY
from fundapp.applications.search_words import Asked, Word
from fundapp.core import countries

ONE_VALUE = ("state", "theme", "country", "lead", "tag", "flag")
"""Filters that write key:value; the amount writes a bound on each side."""


def present(asked: Asked) -> dict[str, str]:
    """Give the values that the filters show now: of keys that stand by themselves with one value."""
    found: dict[str, str] = {}
    for word in asked.words():
        name = _name(word)
        if name in ONE_VALUE and word.sign == "=" and len(word.values) == 1:
            found[name] = _plain(name, word.values[0])
        elif name == "amount" and word.sign in (">", ">="):
            found["least"] = word.values[0]
        elif name == "amount" and word.sign in ("<", "<="):
            found["most"] = word.values[0]
    return found


def _plain(name: str, value: str) -> str:
    """Give a value as the filters write it, however it was typed."""
    wanted = fold(value)
    if name != "flag" and wanted in NOBODY:
        return "none"
    if name == "lead" and wanted in ("mij", "ik"):
        return "me"
    if name == "state":
        return states().get(wanted.replace("_", " "), value)
    if name == "country":
        return (countries.code_of(value) or value).lower()
    return value


def rewritten(asked: Asked, wanted: Mapping[str, str]) -> str:
    """Write the search with other values in the filters. wanted: value by filter; empty takes it out."""
    before = present(asked)
    changed = {key: value.strip() for key, value in wanted.items() if value.strip() != before.get(key, "")}
    gone = [word for word in asked.words() if _filter(word) in changed]
    added = [_written(key, value) for key, value in changed.items() if value]
    return " ".join([asked.without(*gone), *added]).strip()


def _name(word: Word) -> str:
    key = KEYS.get(fold(word.key))
    return key.name if key else ""


def _filter(word: Word) -> str:
    name = _name(word)
    if name != "amount":
        return name
    return {">": "least", ">=": "least", "<": "most", "<=": "most"}.get(word.sign, "")


def _written(key: str, value: str) -> str:
    value = value.replace('"', "")
    if key in ("least", "most"):
        return f"amount{'>=' if key == 'least' else '<='}{''.join(value.split())}"
    simple = not set(value) & set(' ,()<>|"') and value
    return f"{key}:{value}" if simple else f'{key}:"{value}"'
