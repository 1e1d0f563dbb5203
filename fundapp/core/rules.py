"""Who may: predicates on (user, row) that combine with & | ~."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Rule:
    """One question about a person and a row, with a name for the reader.

    user: the asking user, or None for the clock (a job). row: what it is about, or None on lists.
    """

    ask: Callable[[Any, Any], bool]
    name: str

    def __call__(self, user: Any, row: Any = None) -> bool:
        return self.ask(user, row)

    def __and__(self, other: "Rule") -> "Rule":
        return Rule(lambda user, row: self(user, row) and other(user, row), f"({self.name} & {other.name})")

    def __or__(self, other: "Rule") -> "Rule":
        return Rule(lambda user, row: self(user, row) or other(user, row), f"({self.name} | {other.name})")

    def __invert__(self) -> "Rule":
        return Rule(lambda user, row: not self(user, row), f"~{self.name}")


def person(ask: Callable[[Any, Any], bool], name: str) -> Rule:
    """Make a rule that is never true for the clock or for a visitor who is not signed in."""
    return Rule(lambda user, row: bool(user is not None and user.is_authenticated and ask(user, row)), name)


PUBLIC = Rule(lambda user, row: True, "public")
SIGNED_IN = person(lambda user, row: True, "signed in")
CLOCK = Rule(lambda user, row: user is None, "clock")
"""The worker: services are called by it with actor=None."""
