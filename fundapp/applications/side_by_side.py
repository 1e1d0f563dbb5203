"""Two proposals beside each other, question by question, with the passages that stand in both."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fundapp.applications import reading, shingles, word_changes
from fundapp.applications.models import ApplicationVersion
from fundapp.core.words import pick
from fundapp.rounds import definitions
from fundapp.rounds.answers import is_empty
from fundapp.rounds.fields import Field

SHORT = 80
SAME_WORDS = 4
"""A passage that stands in both is marked from so many words; shorter runs are chance."""


@dataclass(frozen=True)
class Passage:
    """A stretch of text; is_same: it stands in the other proposal too."""

    text: str
    is_same: bool


@dataclass(frozen=True)
class Pair:
    """One question with what both answered; a proposal that was not asked has no passages."""

    label: str
    left: list[Passage]
    right: list[Passage]
    share: int
    """How much of the shorter of the two answers is the same, in per cent."""

    @property
    def is_short(self) -> bool:
        """Tell whether both fit on a line of a table."""
        return all(sum(len(passage.text) for passage in side) <= SHORT for side in (self.left, self.right))


def pairs(left: ApplicationVersion, right: ApplicationVersion, language: str, *, currency: str) -> list[Pair]:
    """List what two versions answer, question by question; what is most the same stands first."""
    forms = [definitions.read_form(version.form.definition) for version in (left, right)]
    fields = {field.key: field for form in reversed(forms) for field in form.fields}
    found = []
    for field in fields.values():
        texts = [_text(field, version.answers, language, currency) for version in (left, right)]
        if any(texts):
            found.append(_pair(pick(field.label, language), *texts))
    return sorted(found, key=lambda pair: -pair.share)


def _text(field: Field, answers: Mapping[str, Any], language: str, currency: str) -> str:
    value = answers.get(field.key)
    return "" if is_empty(value) else reading.text_of(field, value, language, currency)


def _pair(label: str, left: str, right: str) -> Pair:
    pieces = word_changes.pieces(left, right)
    both = sum(len(piece.text) for piece in pieces if _is_same(piece))
    shortest = min(len(left), len(right))
    return Pair(
        label,
        [Passage(piece.text, _is_same(piece)) for piece in pieces if piece.state != "added"],
        [Passage(piece.text, _is_same(piece)) for piece in pieces if piece.state != "removed"],
        min(both * 100 // shortest, 100) if shortest else 0,
    )


def _is_same(piece: word_changes.Piece) -> bool:
    return piece.state == "kept" and len(shingles.WORD.findall(piece.text)) >= SAME_WORDS
