"""The keys of the search language and what each asks of the database; later features add theirs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches

from flask_babel import LazyString
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, or_, true

from fundapp.accounts.models import RoleName, User
from fundapp.applications import search_texts
from fundapp.applications.models import (
    Application,
)
from fundapp.applications.search_texts import fold, tokens
from fundapp.applications.search_values import (
    WrongValue,
    any_of,
)
from fundapp.applications.search_words import Asked, Fault, Group, Not, Part, Word

Condition = ColumnElement[bool]


@dataclass(frozen=True)
class Asking:
    """Who looks, when and where. themes: name by language, by key, of the funds at hand."""

    user: User
    at: datetime
    zone: str = "UTC"
    themes: Mapping[str, Mapping[str, str]] | None = None


@dataclass(frozen=True)
class Key:
    """One key. read(value, sign, asking) gives its condition or raises WrongValue.

    aliases: other ways to write it, Dutch among them. compares: takes < and > beside the colon.
    is_inside: what finance does not see; there it finds nothing.
    """

    name: str
    aliases: tuple[str, ...]
    text: LazyString
    example: str
    read: Callable[[str, str, Asking], Condition]
    compares: bool = False
    is_inside: bool = False


KEYS: dict[str, Key] = {}
"""By every way to write them."""


def add(*keys: Key) -> None:
    """Make keys known; later features call this when they are loaded."""
    for key in keys:
        KEYS.update(dict.fromkeys((key.name, *key.aliases), key))


def listed() -> list[Key]:
    """List the keys once each, in the order in which they were made known."""
    return list({key.name: key for key in KEYS.values()}.values())


# --- from words to a condition -----------------------------------------------------


def condition(asked: Asked, asking: Asking) -> Condition:
    """Give the condition of all that was asked; what is wrong is added to its faults."""
    return and_(true(), *(_part(part, asked, asking) for part in asked.parts))


def part_condition(part: Part, asking: Asking) -> Condition:
    """Give the condition of one part that is known to be right."""
    return _part(part, Asked(""), asking)


def _part(part: Part, asked: Asked, asking: Asking) -> Condition:
    if isinstance(part, Not):
        # NULL is no match, so its opposite is one: the amount of a proposal without amount is not > 5.
        return _part(part.part, asked, asking).is_not(true())
    if isinstance(part, Group):
        return (or_ if part.is_any else and_)(*(_part(one, asked, asking) for one in part.parts))
    try:
        return _keyed(part, asking) if part.key else _text(part)
    except WrongValue as wrong:
        asked.faults.append(Fault(part.start, part.stop, wrong.message))
        return true()


def _keyed(word: Word, asking: Asking) -> Condition:
    key = KEYS.get(fold(word.key))
    if key is None:
        near = get_close_matches(fold(word.key), KEYS, n=1)
        told = _("There is no key “%(key)s:”.", key=word.key)
        hint = _("Did you mean %(near)s:?", near=near[0]) if near else _("Put it in quotes to find the text.")
        raise WrongValue(f"{told} {hint}")
    if word.sign != "=" and not key.compares:
        raise WrongValue(_("%(key)s goes with a colon: %(example)s", key=key.name, example=key.example))
    values = (",".join(word.values),) if key.compares else word.values  # 5.000,00 is one amount
    found = any_of(values, lambda value: key.read(value, word.sign, asking))
    return inside(found, asking.user) if key.is_inside else found


def inside(found: Condition, user: User) -> Condition:
    """Narrow a condition to the funds where the person sees how proposals are judged."""
    return and_(Application.fund_id.in_(user.funds(RoleName.MANAGER, RoleName.AUDITOR)), found)


def _text(word: Word) -> Condition:
    """Find words in the answers; or as part of the title, the applicant's name or the code."""
    words, written = tokens(word.values[0]), word.values[0]
    if not words:
        raise WrongValue(_("There is no letter or digit in “%(word)s” to look for.", word=written))
    columns = (Application.title, Application.applicant_name, Application.code)
    parts = [column.icontains(written, autoescape=True) for column in columns]
    return or_(search_texts.holds(words, is_start=word.is_start), *parts)


def free_words(asked: Asked) -> list[tuple[list[str], bool]]:
    """List the words that are looked for in the text, to mark where they stand."""
    found = [(tokens(word.values[0]), word.is_start) for word in _words(asked.parts) if not word.key]
    return [(words, is_start) for words, is_start in found if words]


def _words(parts: tuple[Part, ...]) -> list[Word]:
    found: list[Word] = []
    for part in parts:
        if isinstance(part, Word):
            found.append(part)
        elif isinstance(part, Group):
            found.extend(_words(part.parts))
    return found
