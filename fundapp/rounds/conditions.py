"""When a question is asked: every condition that makes sense as one line to choose, and back."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import gettext as _

from fundapp.core.words import pick
from fundapp.rounds import drafting
from fundapp.rounds.drafting import Data
from fundapp.rounds.fields import Is

KEEP = "keep"
"""A condition that the list does not offer, written by hand in a file: it stays as it is."""


def offered(definition: Data, key: str, language: str) -> list[tuple[str, str]]:
    """List what a question can depend on: the answers to those before it, as pairs (value, words)."""
    found = [("", _("Always"))]
    for field in drafting.fields(definition):
        if field.get("key") == key:
            break
        found += _of(field, language)
    return found


def _of(field: Data, language: str) -> Iterator[tuple[str, str]]:
    key, asked, kind = field["key"], _short(pick(field.get("label"), language)), field.get("type")
    if kind in ("yes_no", "consent"):
        yield f"{key}|{Is.IS}|yes", _("“%(asked)s” is yes", asked=asked)
        if kind == "yes_no":
            yield f"{key}|{Is.IS}|no", _("“%(asked)s” is no", asked=asked)
        return
    for choice in field.get("choices", []):
        words = {"asked": asked, "answer": _short(pick(choice.get("label"), language))}
        if kind == "several":
            yield f"{key}|{Is.INCLUDES}|{choice['value']}", _("“%(asked)s” has “%(answer)s” ticked", **words)
        else:
            yield f"{key}|{Is.IS}|{choice['value']}", _("“%(asked)s” is “%(answer)s”", **words)
            yield f"{key}|{Is.IS_NOT}|{choice['value']}", _("“%(asked)s” is not “%(answer)s”", **words)
    if kind in ("number", "amount"):
        yield f"{key}|{Is.ABOVE}|", _("“%(asked)s” is above the figure", asked=asked)
        yield f"{key}|{Is.BELOW}|", _("“%(asked)s” is below the figure", asked=asked)
    yield f"{key}|{Is.FILLED}|yes", _("“%(asked)s” is answered", asked=asked)
    yield f"{key}|{Is.FILLED}|no", _("“%(asked)s” is left open", asked=asked)


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57].rstrip() + "…"


def shown(condition: Mapping[str, Any] | None, definition: Data) -> tuple[str, int | None]:
    """Give a kept condition as the line that stands for it, with the figure it compares with."""
    if not condition:
        return "", None
    key = str(condition.get("field"))
    how = next((one for one in Is if one.value in condition), Is.IS)
    value = condition.get(how.value)
    if how in (Is.ABOVE, Is.BELOW):
        figure = int(value or 0)
        return f"{key}|{how}|", figure // 100 if _is_money(key, definition) else figure
    text = {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)
    line = f"{key}|{how}|{text}"
    return (line if line in dict(offered(definition, "", "en")) else KEEP), None


def taken(line: str, figure: int | None, field: Mapping[str, Any], definition: Data) -> Data | None:
    """Give the condition that a chosen line stands for; None for a question that is always asked."""
    if line == KEEP:
        kept: Data | None = field.get("shown_if")
        return kept
    key, _bar, rest = line.partition("|")
    how, _bar, value = rest.partition("|")
    if how not in set(Is):
        return None
    if how in (Is.ABOVE, Is.BELOW):
        return {"field": key, how: (figure or 0) * (100 if _is_money(key, definition) else 1)}
    is_bool = how == Is.FILLED or _kind(key, definition) in ("yes_no", "consent")
    return {"field": key, how: value == "yes" if is_bool else value}


def described(condition: Mapping[str, Any] | None, definition: Data, language: str) -> str:
    """Say in words when a question is asked; empty for always."""
    line, figure = shown(condition, definition)
    if not line:
        return ""
    words = dict(offered(definition, "", language)).get(line) or str(_("A condition of its own"))
    return f"{words}: {figure}" if figure is not None else words


def _kind(key: str, definition: Data) -> str:
    return next((str(one.get("type")) for one in drafting.fields(definition) if one.get("key") == key), "")


def _is_money(key: str, definition: Data) -> bool:
    return _kind(key, definition) == "amount"
