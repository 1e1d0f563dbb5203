"""A line of the log in words: who knows those of all features (admin) gives them here when it is loaded."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """deed(verb, subject): what was done; subject(name): to what; step(subject, before, after): its move."""

    deed: Callable[[str, str], str]
    subject: Callable[[str], str]
    step: Callable[[str, str | None, str | None], str]


def _plain(name: str) -> str:
    return name.replace("_", " ").replace("-", " ")


WORDS = [
    Words(
        lambda verb, subject: _plain(verb),
        _plain,
        lambda subject, before, after: (
            "" if after is None or before == after else f"{before or ''} → {after}"
        ),
    )
]
"""The last one counts; the first is for a program in which nobody gave any."""


def words() -> Words:
    """Give the words to tell the log in, in the language in force."""
    return WORDS[-1]
