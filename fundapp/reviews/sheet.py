"""The score sheet: what one reviewer wrote on each criterion, and what is still missing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from fundapp.reviews import scoring
from fundapp.reviews.models import Review, Score
from fundapp.rounds.models import Criterion

NA = "n"
"""Stands for "nothing seen" where a score is chosen; never a number."""

SURE: dict[int, LazyString] = {
    4: _l("Very sure: this is my own field"),
    3: _l("Fairly sure: I know this field"),
    2: _l("Not so sure: I know the neighbourhood"),
    1: _l("Unsure: take it as an outsider’s view"),
}
"""How sure a reviewer is, in words."""


@dataclass(frozen=True)
class Entry:
    """What is written on one criterion. value: on the criterion's scale; N/A is the flag, not a value."""

    value: int | None = None
    is_na: bool = False
    expected: int | None = None
    reason: str = ""
    link: str = ""

    @property
    def is_scored(self) -> bool:
        """Whether a score was chosen, N/A included."""
        return self.is_na or self.value is not None

    @property
    def choice(self) -> str:
        """The score as its radio button names it; empty when none was chosen."""
        return NA if self.is_na else "" if self.value is None else str(self.value)

    def mark(self) -> str:
        """Name exactly this content, short."""
        return _mark(self.choice, self.expected, self.reason, self.link)


PARTS = ("confidence", "to_applicant", "internal")
"""What is written about the proposal as a whole; each part clashes by itself."""


@dataclass(frozen=True)
class Overall:
    """What is written about the proposal as a whole. confidence: 1 (guessing) to 4 (knows the field)."""

    confidence: int | None = None
    to_applicant: str = ""
    internal: str = ""

    @property
    def sure(self) -> LazyString | None:
        """How sure the reviewer is, in words."""
        return SURE.get(self.confidence or 0)

    def marks(self) -> dict[str, str]:
        """Name exactly this content, short, part by part."""
        return {part: _mark(getattr(self, part)) for part in PARTS}


@dataclass(frozen=True)
class Sheet:
    """One window's view of a review: what it holds now, and what it was shown.

    entries: by criterion id. shown: (revision, mark) by criterion id, as the window was filled.
    overall_shown: marks of the parts of the whole.
    """

    entries: Mapping[int, Entry] = field(default_factory=dict)
    overall: Overall = Overall()
    shown: Mapping[int, tuple[int, str]] = field(default_factory=dict)
    overall_shown: Mapping[str, str] = field(default_factory=dict)

    def shown_after(self, now: "Sheet") -> str:
        """Write what this window knows once it is saved: what it holds; elsewhere what it knew before."""
        blank = (0, Entry().mark())
        shown = {
            key: now.shown[key] if now.entries[key] == entry else self.shown.get(key, blank)
            for key, entry in self.entries.items()
        }
        held = self.overall.marks()
        overall = {
            part: mark if mark == held[part] else self.overall_shown.get(part, BLANK[part])
            for part, mark in now.overall_shown.items()
        }
        return write_shown(Sheet(shown=shown, overall_shown=overall))


@dataclass(frozen=True)
class Clash:
    """One criterion, or one part of the whole, that another window changed first; both texts."""

    criterion: Criterion | None
    yours: str
    theirs: str
    part: str = ""

    @property
    def key(self) -> int | str:
        """Say what clashes: the id of the criterion, or the part of the whole."""
        return self.criterion.id if self.criterion else self.part


class Lack(StrEnum):
    """What a criterion lacks."""

    SCORE = "score"
    REASON = "reason"


def _mark(*parts: object) -> str:
    return sha256("\x1f".join(str(part) for part in parts).encode()).hexdigest()[:10]


BLANK = Overall().marks()
"""The marks of a sheet on which nothing is written yet."""


def entry_of(score: Score | None) -> Entry:
    """Read what a row holds; an absent row is an empty entry."""
    if score is None:
        return Entry()
    return Entry(score.value, score.is_na, score.expected, score.reason, score.link)


def overall_of(review: Review) -> Overall:
    """Read what a review says as a whole."""
    return Overall(review.confidence, review.to_applicant, review.internal)


def sheet_of(review: Review) -> Sheet:
    """Read a review's rows as a window shows them."""
    rows = {score.criterion_id: score for score in review.scores}
    entries = {criterion.id: entry_of(rows.get(criterion.id)) for criterion in review.rubric.criteria}
    shown = {key: (rows[key].revision if key in rows else 0, entry.mark()) for key, entry in entries.items()}
    overall = overall_of(review)
    return Sheet(entries, overall, shown, overall.marks())


def write_shown(sheet: Sheet) -> str:
    """Write what a window was shown as one word per criterion and part: id:revision:mark."""
    words = [f"{key}:{revision}:{mark}" for key, (revision, mark) in sheet.shown.items()]
    return " ".join([*words, *(f"{part}:0:{mark}" for part, mark in sheet.overall_shown.items())])


def read_shown(text: str) -> tuple[dict[int, tuple[int, str]], dict[str, str]]:
    """Read those words back; what does not parse counts as shown nothing."""
    shown: dict[int, tuple[int, str]] = {}
    overall: dict[str, str] = {}
    for word in text.split():
        key, revision, mark = (*word.split(":"), "", "")[:3]
        if key in PARTS:
            overall[key] = mark
        elif key.isdecimal() and revision.isdecimal():
            shown[int(key)] = (int(revision), mark)
    return shown, overall


def lacks(entry: Entry) -> Lack | None:
    """Tell what one criterion lacks; N/A wants a reason too."""
    if not entry.is_scored:
        return Lack.SCORE
    return None if entry.reason.strip() else Lack.REASON


def missing(criteria: Iterable[Criterion], entries: Mapping[int, Entry]) -> list[tuple[Criterion, Lack]]:
    """List what must still be written before a review can be handed in, in the order of the sheet."""
    found = [(criterion, lacks(entries.get(criterion.id, Entry()))) for criterion in criteria]
    return [(criterion, lack) for criterion, lack in found if lack is not None]


def scales(criteria: Sequence[Criterion]) -> list[scoring.Criterion]:
    """Give the criteria as the arithmetic wants them."""
    return [scoring.Criterion(one.key, one.weight, one.lowest, one.highest) for one in criteria]


def values(criteria: Iterable[Criterion], entries: Mapping[int, Entry]) -> dict[str, int | None]:
    """Give value by criterion key; None is N/A, a key that is absent is not scored yet."""
    return {
        one.key: None if entry.is_na else entry.value
        for one in criteria
        if (entry := entries.get(one.id, Entry())).is_scored
    }
