"""How data is declared once: the fields of an answer, which write it, its schema and its description."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from flask_babel import LazyString
from sqlalchemy import ColumnElement

from fundapp.accounts.models import User
from fundapp.connections.models import ApiToken
from fundapp.connections.scopes import GIVEN_BY, Scope
from fundapp.funds.models import Fund

MONEY = {"$ref": "#/components/schemas/Money"}


@dataclass(frozen=True)
class Caller:
    """Who asks: a key with its maker and fund, or nobody; and when."""

    at: datetime
    site: str
    token: ApiToken | None = None
    user: User | None = None
    fund: Fund | None = None

    def may(self, scope: Scope) -> bool:
        """Tell whether the key has this scope and its maker may still give it."""
        return self.has(scope) and GIVEN_BY[scope](self.user, self.fund)

    def has(self, scope: Scope) -> bool:
        """Tell whether the key was given this scope."""
        return self.token is not None and scope in self.token.scopes


class Line:
    """One row of an answer: the columns that were selected, and what was read beside them."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.__dict__.update(values)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name)


def instant(at: datetime | None) -> str | None:
    """Write an instant after RFC 3339, in UTC."""
    if at is None:
        return None
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def amount(cents: int | None, currency: str) -> dict[str, Any] | None:
    """Write an amount of money."""
    return None if cents is None else {"cents": cents, "currency": currency}


SCHEMAS: dict[str, dict[str, Any]] = {
    "text": {"type": "string"},
    "count": {"type": "integer"},
    "flag": {"type": "boolean"},
    "day": {"type": "string", "format": "date"},
    "instant": {"type": "string", "format": "date-time"},
    "link": {"type": "string", "format": "uri"},
    "names": {"type": "object", "additionalProperties": {"type": "string"}},
    "texts": {"type": "array", "items": {"type": "string"}},
}
WRITERS: dict[str, Callable[[Any], Any]] = {
    "day": lambda on: on.isoformat() if isinstance(on, date) else on,
    "instant": instant,
    "word": lambda word: getattr(word, "value", word),
}


@dataclass(frozen=True)
class Field:
    """One field: its name, kind, words, and how it is read of a line.

    kind: of SCHEMAS, or money (cents of the column, with the currency of the line), word (of a fixed
    set), object, list. is_null: may be null. hidden: for which lines it names a private person, who is
    shown to keys with that scope only.
    """

    name: str
    kind: str
    words: LazyString
    read: Callable[[Line], Any] | None = None
    is_null: bool = False
    choices: type[StrEnum] | None = None
    fields: tuple["Field", ...] = ()
    hidden: Callable[[Line], bool] | None = None

    def write(self, line: Line, caller: Caller) -> Any:
        """Give the value of this field, as JSON knows it."""
        if self.kind == "object":
            return written(self.fields, line, caller)
        if self.hidden is not None and self.hidden(line) and not caller.may(Scope.PEOPLE):
            return None
        if self.kind == "money":
            cents = self.read(line) if self.read else getattr(line, f"{self.name}_cents")
            return amount(cents, line.currency)
        value = self.read(line) if self.read else getattr(line, self.name)
        if self.kind == "list":
            return [written(self.fields, one, caller) for one in value]
        return None if value is None else WRITERS.get(self.kind, lambda plain: plain)(value)

    def schema(self) -> dict[str, Any]:
        """Give its JSON Schema (2020-12)."""
        found = self._bare()
        if self.is_null or self.hidden is not None:
            found = {"anyOf": [found, {"type": "null"}]} if "type" not in found else _or_null(found)
        return {**found, "description": str(self.words)}

    def _bare(self) -> dict[str, Any]:
        if self.kind == "money":
            return dict(MONEY)
        if self.kind == "word":
            known = [member.value for member in self.choices or ()]
            return {"type": "string", "enum": known} if known else {"type": "string"}
        if self.kind == "object":
            return object_schema(self.fields)
        if self.kind == "list":
            return {"type": "array", "items": object_schema(self.fields)}
        return dict(SCHEMAS[self.kind])


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    found = {**schema, "type": [schema["type"], "null"]}
    return {**found, "enum": [*schema["enum"], None]} if "enum" in schema else found


def object_schema(fields: Sequence[Field]) -> dict[str, Any]:
    """Give the schema of an object that has exactly these fields."""
    return {
        "type": "object",
        "properties": {field.name: field.schema() for field in fields},
        "required": [field.name for field in fields],
        "additionalProperties": False,
    }


def written(fields: Sequence[Field], line: Line, caller: Caller) -> dict[str, Any]:
    """Write one line as these fields say."""
    return {field.name: field.write(line, caller) for field in fields}


@dataclass(frozen=True)
class Filter:
    """One way to narrow a list: a name in the address, what it takes, and the condition it makes.

    takes: word (one of choices), day, instant, text.
    """

    name: str
    takes: str
    words: LazyString
    apply: Callable[[Any], ColumnElement[bool]]
    choices: type[StrEnum] | None = None

    def schema(self) -> dict[str, Any]:
        """Give the schema of its value."""
        if self.choices is not None:
            return {"type": "string", "enum": [member.value for member in self.choices]}
        return dict(SCHEMAS[self.takes])


@dataclass(frozen=True)
class Resource:
    """One kind of thing that can be read: where, by whom, and what of it.

    key: in the address. one: name of its schema. scope: which key it takes; None: no key.
    wider: with this scope, more is shown than without a key. select(caller): the rows this caller may
    read, with an id; the permission stands here. by: the order, an id that never changes. find(name): the
    condition for one of them by its stable name. more(rows, caller): what is read beside them, by id.
    """

    key: str
    one: str
    words: LazyString
    scope: Scope | None
    fields: tuple[Field, ...]
    select: Callable[[Caller], Any]
    by: Any
    find: Callable[[str], ColumnElement[bool]]
    example: str
    filters: tuple[Filter, ...] = ()
    more: Callable[[Sequence[Any], Caller], Mapping[int, Mapping[str, Any]]] | None = None
    wider: Scope | None = None
