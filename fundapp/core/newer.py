"""Words that a newer version wrote: read and shown as what they are, and never worked on.

While versions overlap (docs/running.md, Rolling upgrade) a row may hold a state of which this code has never
heard. It is read as a value of its kind that is none of the known ones: no move starts from it, no list of
known states holds it, and in words it is NEWER. What still stumbles over it is answered with "in a moment".
"""

from collections.abc import Mapping
from contextvars import ContextVar, Token
from enum import StrEnum
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import Dialect, String
from sqlalchemy.types import TypeDecorator

LONGEST = 24
_seen: ContextVar[list[str] | None] = ContextVar("newer_seen", default=None)


class Neutral(tuple[str, LazyString]):
    """Look and words of what only a newer version knows, for whoever wants both or the words alone."""

    __slots__ = ()

    def __str__(self) -> str:
        return str(self[1])


NEWER = Neutral(("none", _l("In a newer version")))


class Told(dict[Any, Any]):
    """Words by state; what a newer version wrote gets the neutral ones."""

    def __missing__(self, key: Any) -> Any:
        """Give the neutral words for what is of the kind of the others and unknown."""
        if not is_newer(key):
            raise KeyError(key)
        return told(self)

    def __or__(self, more: Any) -> "Told":
        """Give the words of both."""
        return Told({**self, **more})


class Known(TypeDecorator[StrEnum]):
    """A word of a kind, kept as text; one that is not among them is read all the same."""

    impl = String
    cache_ok = True

    def __init__(self, enum_class: type[StrEnum]) -> None:
        super().__init__(LONGEST)
        self.enum_class = enum_class

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Write the word."""
        return value.value if isinstance(value, StrEnum) else value

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:
        """Read the word."""
        if value is None:
            return None
        found = self.enum_class._value2member_map_.get(value)
        return found if isinstance(found, StrEnum) else unknown(self.enum_class, value)


def unknown(kind: type[StrEnum], value: str) -> StrEnum:
    """Give a word that a kind does not have as if it were of that kind, and note that it was met."""
    made = str.__new__(kind, value)
    made._name_, made._value_ = value, value
    if (met := _seen.get()) is not None:
        met.append(f"{kind.__name__} {value!r}")
    return made


def is_newer(value: Any) -> bool:
    """Tell whether a word is none that this version has."""
    return isinstance(value, StrEnum) and value.value not in type(value)._value2member_map_


def begin() -> Token[list[str] | None]:
    """Begin to note which unknown words are met; `end` with what is given."""
    return _seen.set([])


def end(token: Token[list[str] | None]) -> None:
    """End noting."""
    _seen.reset(token)


def met() -> list[str]:
    """Name the unknown words that were met since `begin`."""
    return _seen.get() or []


def told(words: Mapping[Any, Any]) -> Any:
    """Give what stands for an unknown word beside others: look and words, or words alone."""
    return NEWER if isinstance(next(iter(words.values()), NEWER), tuple) else NEWER[1]
