"""Translations: every text on a page has its Dutch, and no Dutch is left over."""

import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[1]
CATALOGUES = sorted((ROOT / "fundapp" / "translations" / "nl").glob("*.po"))
KEYWORDS: dict[str, tuple[int, int] | None] = {
    **dict.fromkeys(["_", "_l", "gettext", "lazy_gettext"]),
    **dict.fromkeys(["_n", "ngettext", "lazy_ngettext"], (1, 2)),
}
JINJA = {"silent": "false"}  # a template that does not parse is a fault, not an empty one
PLACEHOLDER = re.compile(r"%\(\w+\)[#0\- +]*[\d.]*[a-z]|\{\w*\}")


@cache
def texts() -> dict[str | tuple[str, ...], str]:
    """Give every text of the sources with the place of its first use."""
    found: dict[str | tuple[str, ...], str] = {}
    for folder, methods in (("fundapp", [("**.py", "python")]), ("templates", [("**.*", "jinja2")])):
        options = {"**.*": JINJA} if folder == "templates" else {}
        for name, line, text, *_ in extract_from_dir(ROOT / folder, methods, options, KEYWORDS):
            found.setdefault(text, f"{folder}/{name}:{line}")
    return found


@cache
def translated() -> dict[str | tuple[str, ...], Message]:
    """Give every entry of the Dutch catalogues."""
    return {message.id: message for path in CATALOGUES for message in _entries(path)}


def _entries(path: Path) -> list[Message]:
    with path.open("rb") as file:
        return [message for message in read_po(file, locale="nl") if message.id]


def _plural(text: str | tuple[str, ...]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def test_every_text_has_dutch():
    known = {text for text, message in translated().items() if all(_plural(message.string))}

    assert [f"{place}: {text}" for text, place in texts().items() if text not in known] == []


def test_no_dutch_is_left_over():
    assert sorted(map(str, set(translated()) - set(texts()))) == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_entries_are_finished(path):
    assert [message.id for message in _entries(path) if message.fuzzy] == []


def test_placeholders_agree():
    different = {message.id: message.string for message in translated().values() if not _agree(message)}

    assert different == {}


def _agree(message: Message) -> bool:
    """A singular may leave its number out; nothing else may be missing, nor be new."""
    given, made = [_placeholders(_plural(text)) for text in (message.id, message.string)]
    return made[-1] == given[-1] and made[0] <= given[-1]


def _placeholders(texts: tuple[str, ...]) -> list[set[str]]:
    return [set(PLACEHOLDER.findall(text)) for text in texts]


def test_one_text_has_one_dutch():
    chosen: dict[str | tuple[str, ...], set[str | tuple[str, ...]]] = {}
    for path in CATALOGUES:
        for message in _entries(path):
            chosen.setdefault(message.id, set()).add(message.string)

    assert {text: found for text, found in chosen.items() if len(found) > 1} == {}
