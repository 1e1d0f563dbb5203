"""What the API answers: one page of a list, or one thing."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Select

from fundapp.connections.declared import Caller, Filter, Line, Resource, written
from fundapp.connections.problems import NOT_ALLOWED, NOT_FOUND, UNKNOWN_KEY, WRONG_QUESTION, Problem
from fundapp.core.db import db

PAGE, MOST = 50, 200
PLACES = ("after", "limit")
"""What every list takes beside its own filters."""


def allow(resource: Resource, caller: Caller) -> None:
    """Let a caller read a kind of thing. Raises Problem: no key (401), or one that may not (403)."""
    scope = resource.scope
    if scope is None or caller.may(scope):
        return
    if caller.token is None:
        raise Problem(UNKNOWN_KEY, f"This takes a key with {scope}.")
    why = "Who made it may not read this any more." if caller.has(scope) else f"It takes {scope}."
    raise Problem(NOT_ALLOWED, why)


def page(resource: Resource, caller: Caller, asked: Mapping[str, str]) -> dict[str, Any]:
    """Give one page of a list: {"data": […], "next": address of the page that follows, or null}.

    In the order in which things were made, so that what is new comes last. Raises Problem (422) for a
    question that is no question.
    """
    allow(resource, caller)
    _check_names(resource, asked)
    after, limit = _whole(asked, "after", 0, 2**31 - 1), _whole(asked, "limit", PAGE, MOST, least=1)
    chosen = resource.select(caller)
    for one in resource.filters:
        if one.name in asked:
            chosen = chosen.where(one.apply(_value(one, asked[one.name])))
    rows = db.session.execute(chosen.where(resource.by > after).order_by(resource.by).limit(limit + 1)).all()
    shown = rows[:limit]
    further = {**asked, "after": str(shown[-1].id)} if len(rows) > limit else None
    site = f"{caller.site}/api/v1/{resource.key}"
    return {
        "data": _written(resource, caller, shown),
        "next": f"{site}?{urlencode(further)}" if further else None,
    }


def one(resource: Resource, caller: Caller, name: str) -> dict[str, Any]:
    """Give one thing by its stable name. Raises Problem (404) for what is not there for this caller."""
    allow(resource, caller)
    chosen: Select[Any] = resource.select(caller).where(resource.find(name))
    row = db.session.execute(chosen.limit(1)).first() if "\x00" not in name else None
    if row is None:
        raise Problem(NOT_FOUND)
    return _written(resource, caller, [row])[0]


def address(resource: Resource, name: str, site: str) -> str:
    """Give where one thing can be read."""
    return f"{site}/api/v1/{resource.key}/{name}"


def _written(resource: Resource, caller: Caller, rows: Any) -> list[dict[str, Any]]:
    beside = resource.more(rows, caller) if resource.more and rows else {}
    lines = [Line({**row._mapping, **beside.get(row.id, {})}) for row in rows]
    return [_with_address(resource, caller, written(resource.fields, line, caller)) for line in lines]


def _with_address(resource: Resource, caller: Caller, made: dict[str, Any]) -> dict[str, Any]:
    return {**made, "href": address(resource, made["code"], caller.site)}


# --- what was asked --------------------------------------------------------------


def _check_names(resource: Resource, asked: Mapping[str, str]) -> None:
    known = {*PLACES, *(one.name for one in resource.filters)}
    if strange := sorted(set(asked) - known):
        raise Problem(
            WRONG_QUESTION, f"Not known here: {', '.join(strange)}. Known: {', '.join(sorted(known))}."
        )


def _whole(asked: Mapping[str, str], name: str, usual: int, most: int, *, least: int = 0) -> int:
    text = asked.get(name)
    if text is None:
        return usual
    if not (text.isascii() and text.isdecimal() and len(text) < 11 and least <= int(text) <= most):
        raise Problem(WRONG_QUESTION, f"{name} is a whole number from {least} to {most}.")
    return int(text)


def _value(filter: Filter, text: str) -> Any:
    """Read the value of a filter."""
    try:
        if filter.choices is not None:
            return filter.choices(text)
        if filter.takes == "day":
            return date.fromisoformat(text)
        if filter.takes == "instant":
            return _instant(text)
    except ValueError:
        raise Problem(WRONG_QUESTION, f"{filter.name}: {_wanted(filter)}") from None
    if "\x00" in text or not text.isprintable():
        raise Problem(WRONG_QUESTION, f"{filter.name} holds a sign that no name has.")
    return text


def _instant(text: str) -> datetime:
    found = datetime.fromisoformat(text.replace(" ", "+"))  # a plus that an address turned into a space
    if found.tzinfo is None:
        raise ValueError(text)
    return found.astimezone(UTC)


def _wanted(filter: Filter) -> str:
    if filter.choices is not None:
        return f"one of {', '.join(member.value for member in filter.choices)}."
    return (
        "a day such as 2026-11-22." if filter.takes == "day" else "an instant such as 2026-11-22T09:00:00Z."
    )
