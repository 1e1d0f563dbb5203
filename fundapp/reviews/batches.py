"""A reviewer's work list: what to answer, what to score, what is handed in."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from fundapp.accounts.models import User
from fundapp.reviews import effort, queries, worklist
from fundapp.reviews.drawings import Drawer
from fundapp.reviews.models import ReviewState
from fundapp.reviews.sheet import Entry, Lack, missing
from fundapp.rounds.models import Criterion, RoundState

FINISHED = (RoundState.DECIDING, RoundState.RELEASED, RoundState.ARCHIVED, RoundState.CANCELLED)


@dataclass(frozen=True)
class Item:
    """One review in the list, with what is written and what is missing. row: see worklist.batch."""

    row: Any
    drawer: Drawer
    entries: dict[int, Entry]
    lacks: list[tuple[Criterion, Lack]]
    minutes: int = 0
    """What it takes, an estimate; 0 for what is handed in."""

    @property
    def is_in(self) -> bool:
        """Whether it is handed in."""
        return self.row.state is ReviewState.SUBMITTED

    @property
    def left(self) -> int:
        """The minutes it still takes: what is scored already is done."""
        part = (self.count - self.scored) / (self.count or 1)
        return 0 if self.is_in else max(5, 5 * round(self.minutes * part / 5))

    @property
    def time(self) -> str:
        """What it still takes, or took, in words."""
        return effort.spell(self.row.seconds // 60 if self.is_in else self.left)

    def is_late(self, at: datetime) -> bool:
        """Whether it should have been handed in by now."""
        return not self.is_in and self.row.due_at is not None and self.row.due_at < at

    @property
    def count(self) -> int:
        """How many criteria there are."""
        return len(self.drawer.criteria)

    @property
    def scored(self) -> int:
        """How many of them have a score, N/A included."""
        return sum(entry.is_scored for entry in self.entries.values())

    @property
    def unscored(self) -> list[str]:
        """The keys of criteria without a score."""
        return [criterion.key for criterion, lack in self.lacks if lack is Lack.SCORE]

    @property
    def unreasoned(self) -> list[str]:
        """The keys of criteria with a score but no reason."""
        return [criterion.key for criterion, lack in self.lacks if lack is Lack.REASON]


class Show(StrEnum):
    """Which part of the batch is listed."""

    ALL = "all"
    TO_WRITE = "to_write"
    LATE = "late"
    DONE = "done"


@dataclass(frozen=True)
class Batch:
    """All of one reviewer's live reviews, sorted by what they ask of them."""

    at: datetime
    invited: list[Any] = field(default_factory=list)
    to_write: list[Item] = field(default_factory=list)
    done: list[Item] = field(default_factory=list)
    earlier: list[Item] = field(default_factory=list)

    @property
    def items(self) -> list[Item]:
        """What is to be written, then what is handed in, of rounds that still run."""
        return [*self.to_write, *self.done]

    @property
    def late(self) -> list[Item]:
        """What should have been handed in by now."""
        return [item for item in self.to_write if item.is_late(self.at)]

    def listed(self, show: Show) -> list[Item]:
        """List one part of the batch."""
        parts = {Show.TO_WRITE: self.to_write, Show.LATE: self.late, Show.DONE: self.done}
        return parts.get(show, self.items)

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do, and something was done."""
        return bool(self.done) and not self.to_write and not self.invited

    @property
    def left(self) -> str:
        """How long the rest takes, in words."""
        return effort.spell(sum(item.left for item in self.to_write))

    @property
    def spent(self) -> str:
        """How long the batch took so far, in words."""
        return effort.spell(sum(item.row.seconds for item in self.items) // 60)

    @property
    def pace(self) -> str:
        """How long one review took this person on average, once two were timed."""
        timed = [
            item.row.seconds for item in (*self.done, *self.earlier) if item.row.seconds >= 2 * effort.BEAT
        ]
        return effort.spell(round(sum(timed) / len(timed) / 60)) if len(timed) >= effort.FEWEST else ""

    @property
    def next(self) -> Item | None:
        """The review to go on with: one that was begun, else the first due."""
        return next((item for item in self.to_write if item.scored), None) or next(iter(self.to_write), None)

    @property
    def due_at(self) -> Any:
        """The first date by which something is due."""
        due = [item.row.due_at for item in self.to_write] + [row.due_at for row in self.invited]
        return min((at for at in due if at), default=None)

    @property
    def zone(self) -> str | None:
        """The zone of the fund that is first in the list; None in an empty list."""
        rows = self.invited + [item.row for item in (*self.items, *self.earlier)]
        return rows[0].zone if rows else None

    @property
    def count(self) -> int:
        """How many reviews of running rounds there are, the unanswered ones included."""
        return len(self.invited) + len(self.items)


def batch_of(user: User, at: datetime) -> Batch:
    """Read a reviewer's work list; five queries, however long it is. at: decides what is late."""
    rows = worklist.batch(user)
    criteria = queries.criteria({row.rubric_id for row in rows})
    written = queries.entries(row.id for row in rows if row.state is not ReviewState.INVITED)
    drawers = {key: Drawer(found) for key, found in criteria.items()}
    to_read = [row.application_id for row in rows if row.state is ReviewState.ACCEPTED]
    words = worklist.word_counts(to_read)
    batch = Batch(at)
    for row in rows:
        if row.state is ReviewState.INVITED:
            batch.invited.append(row)
            continue
        item = _item(row, drawers[row.rubric_id], written[row.id], words.get(row.application_id, 0))
        _pile(batch, item).append(item)
    return batch


def _item(row: Any, drawer: Drawer, entries: dict[int, Entry], words: int) -> Item:
    minutes = effort.estimate(words, len(drawer.criteria))
    return Item(row, drawer, entries, missing(drawer.criteria, entries), minutes)


def _pile(batch: Batch, item: Item) -> list[Item]:
    if item.row.round_state in FINISHED:
        return batch.earlier
    return batch.done if item.row.state is ReviewState.SUBMITTED else batch.to_write
