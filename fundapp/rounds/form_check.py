"""Whether a form is whole, and what differs between two versions of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from fundapp.core.words import pick
from fundapp.rounds import definitions
from fundapp.rounds.drafting import Data
from fundapp.rounds.fields import Field

PLACE = re.compile(r"^sections\[(\d+)\](?:\.fields\[(\d+)\])?[^:]*: ")


class Problem(NamedTuple):
    """One thing to mend. section, field: the keys of where it is, empty for the form as a whole."""

    section: str
    field: str
    place: str
    text: str


def problems(definition: Data, language: str) -> list[Problem]:
    """List what has to be mended before a call can ask this form."""
    return [_placed(definition, said, language) for said in definitions.read_draft(definition)[1]]


def _placed(definition: Data, said: str, language: str) -> Problem:
    found = PLACE.match(said)
    if not found:
        return Problem("", "", "", said)
    section = definition["sections"][int(found[1]) - 1]
    fields = section.get("fields", [])
    field = fields[int(found[2]) - 1] if found[2] else {}
    place = pick(field.get("label"), language) or field.get("key") or pick(section.get("title"), language)
    return Problem(str(section.get("key", "")), str(field.get("key", "")), str(place), said[found.end() :])


@dataclass(frozen=True)
class Change:
    """One question that differs. what: added, removed, moved or changed; settings: names of what differs."""

    what: str
    key: str
    before: Field | None
    after: Field | None
    settings: tuple[str, ...] = ()


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """List the questions that differ between two versions, in the order of the later one."""
    old, new = (definitions.read_draft(one)[0] for one in (before, after))
    old_homes, new_homes = _homes(old), _homes(new)
    order = [field.key for field in old.fields if new.field(field.key)]
    kept = [field.key for field in new.fields if old.field(field.key)]
    found = []
    for field in new.fields:
        was = old.field(field.key)
        if was is None:
            found.append(Change("added", field.key, None, field))
        elif settings := _differing(was, field):
            found.append(Change("changed", field.key, was, field, settings))
        elif old_homes[field.key] != new_homes[field.key] or order.index(field.key) != kept.index(field.key):
            found.append(Change("moved", field.key, was, field))
    gone = [field for field in old.fields if new.field(field.key) is None]
    return [*found, *(Change("removed", field.key, field, None) for field in gone)]


def _homes(form: definitions.Form) -> dict[str, str]:
    return {field.key: section.key for section in form.sections for field in section.fields}


def _differing(before: Field, after: Field) -> tuple[str, ...]:
    return tuple(
        name for name in before.__dataclass_fields__ if getattr(before, name) != getattr(after, name)
    )
