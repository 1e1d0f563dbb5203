"""Editing a form as data: sections and questions put in, moved, copied and taken out.

Every function takes a definition that may be changed and leaves it whole: keys stay unique, and what
is taken out of a later version is kept among the retired questions, so that its answers keep a label.
"""

import re
import unicodedata
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from flask_babel import gettext as _

from fundapp.core.refusals import Refusal

Data = dict[str, Any]
WORDS = re.compile(r"[a-z0-9]+")
LONGEST_KEY = 32
MOST_SECTIONS, MOST_FIELDS = 30, 200


class NotThere(Refusal):
    """The section or question is gone: somebody took it out in another window."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_("This part of the form is not there any more. Somebody took it out meanwhile."))


def sections(definition: Data) -> list[Data]:
    """Give the sections, as far as they can be read."""
    found: list[Data] = definition.setdefault("sections", [])
    return found


def fields(definition: Data) -> Iterator[Data]:
    """Go through the questions in the order in which they are asked."""
    for section in sections(definition):
        yield from section.setdefault("fields", [])


def section_of(definition: Data, key: str) -> Data:
    """Find a section. Raises NotThere."""
    found = next((one for one in sections(definition) if one.get("key") == key), None)
    if found is None:
        raise NotThere
    return found


def field_of(definition: Data, key: str) -> Data:
    """Find a question. Raises NotThere."""
    found = next((one for one in fields(definition) if one.get("key") == key), None)
    if found is None:
        raise NotThere
    return found


def home_of(definition: Data, key: str) -> Data:
    """Find the section in which a question stands. Raises NotThere."""
    field = field_of(definition, key)
    return next(one for one in sections(definition) if field in one["fields"])


def fresh_key(definition: Data, words: str, *, fallback: str) -> str:
    """Make a key of some words that no question, section or retired question has."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    base = "_".join(WORDS.findall(plain))[:LONGEST_KEY].strip("_")
    base = base if base[:1].isalpha() else fallback
    taken = {one.get("key") for one in (*fields(definition), *sections(definition), *retired(definition))}
    number, key = 2, base
    while key in taken:
        key, number = f"{base}_{number}", number + 1
    return key


def retired(definition: Data) -> list[Data]:
    """Give the questions that an earlier version asked and this one does not."""
    found: list[Data] = definition.get("retired", [])
    return found


def add_section(definition: Data, section: Data) -> Data:
    """Put a section at the end; a section of checks at the beginning."""
    if len(sections(definition)) >= MOST_SECTIONS:
        raise Refusal(_("A form has %(most)d sections at most.", most=MOST_SECTIONS))
    place = 0 if section.get("gate") else len(sections(definition))
    sections(definition).insert(place, section)
    return section


def add_field(definition: Data, section: str, field: Data) -> Data:
    """Put a question at the end of a section."""
    if len(list(fields(definition))) >= MOST_FIELDS:
        raise Refusal(_("A form has %(most)d questions at most.", most=MOST_FIELDS))
    if any(one.get("key") == field["key"] for one in fields(definition)):
        raise Refusal(_("This form asks that already."))
    section_of(definition, section).setdefault("fields", []).append(field)
    _unretire(definition, field["key"])
    return field


def replace_field(definition: Data, key: str, field: Data) -> None:
    """Put a question in the place of what it was."""
    home = home_of(definition, key)
    place = next(i for i, one in enumerate(home["fields"]) if one.get("key") == key)
    home["fields"][place] = field


def copy_field(definition: Data, key: str) -> Data:
    """Put a copy of a question right after it, under a key of its own."""
    home, copied = home_of(definition, key), deepcopy(field_of(definition, key))
    copied["key"] = fresh_key(definition, key, fallback="question")
    place = next(i for i, one in enumerate(home["fields"]) if one.get("key") == key)
    home["fields"].insert(place + 1, copied)
    return copied


def remove_field(definition: Data, key: str, *, keep: bool) -> None:
    """Take a question out; keep: an earlier version asked it, so that there may be answers to it."""
    home, field = home_of(definition, key), field_of(definition, key)
    home["fields"] = [one for one in home["fields"] if one is not field]
    if keep:
        definition.setdefault("retired", []).append(field)


def remove_section(definition: Data, key: str, *, kept: set[str]) -> None:
    """Take a section out with its questions. kept: the keys that an earlier version asked."""
    section = section_of(definition, key)
    for field in list(section.get("fields", [])):
        remove_field(definition, field["key"], keep=field["key"] in kept)
    definition["sections"] = [one for one in sections(definition) if one is not section]


def bring_back(definition: Data, key: str, section: str) -> Data:
    """Ask a retired question again, at the end of a section. Raises NotThere."""
    field = next((one for one in retired(definition) if one.get("key") == key), None)
    if field is None:
        raise NotThere
    return add_field(definition, section, field)


def _unretire(definition: Data, key: str) -> None:
    left = [one for one in retired(definition) if one.get("key") != key]
    if left:
        definition["retired"] = left
    else:
        definition.pop("retired", None)


def move_section(definition: Data, key: str, step: int) -> None:
    """Move a section up (-1) or down (1); at the end it stays."""
    _shift(sections(definition), section_of(definition, key), step)


def move_field(definition: Data, key: str, step: int) -> None:
    """Move a question up (-1) or down (1), over the edge of its section into the next one."""
    home, field = home_of(definition, key), field_of(definition, key)
    place = home["fields"].index(field)
    if 0 <= place + step < len(home["fields"]):
        _shift(home["fields"], field, step)
        return
    at = sections(definition).index(home) + step
    if 0 <= at < len(sections(definition)):
        home["fields"].remove(field)
        other = sections(definition)[at].setdefault("fields", [])
        other.insert(len(other) if step < 0 else 0, field)


def place_field(definition: Data, key: str, section: str, after: str) -> None:
    """Put a question into a section after another one, or first where `after` is empty."""
    if key == after:
        return
    field, home = field_of(definition, key), home_of(definition, key)
    other = section_of(definition, section)
    home["fields"].remove(field)
    keys = [one.get("key") for one in other.setdefault("fields", [])]
    other["fields"].insert(keys.index(after) + 1 if after in keys else 0 if not after else len(keys), field)


def _shift(items: list[Data], item: Data, step: int) -> None:
    place = items.index(item)
    to = min(max(place + step, 0), len(items) - 1)
    items.insert(to, items.pop(place))
