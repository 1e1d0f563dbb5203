"""A reviewer's work list: what to answer, what to score, what is handed in."""

from dataclasses import dataclass, field
from typing import Any

from fundapp.accounts.models import User
from fundapp.reviews import queries, worklist
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


@dataclass(frozen=True)
class Batch:
    """All of one reviewer's live reviews, sorted by what they ask of them."""

    invited: list[Any] = field(default_factory=list)
    to_write: list[Item] = field(default_factory=list)
    done: list[Item] = field(default_factory=list)
    earlier: list[Item] = field(default_factory=list)

    @property
    def items(self) -> list[Item]:
        """What is to be written, then what is handed in, of rounds that still run."""
        return [*self.to_write, *self.done]

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


def batch_of(user: User) -> Batch:
    """Read a reviewer's work list; three queries, however long it is."""
    rows = worklist.batch(user)
    criteria = queries.criteria({row.rubric_id for row in rows})
    written = queries.entries(row.id for row in rows if row.state is not ReviewState.INVITED)
    drawers = {key: Drawer(found) for key, found in criteria.items()}
    batch = Batch()
    for row in rows:
        if row.state is ReviewState.INVITED:
            batch.invited.append(row)
            continue
        item = _item(row, drawers[row.rubric_id], written[row.id])
        _pile(batch, item).append(item)
    return batch


def _item(row: Any, drawer: Drawer, entries: dict[int, Entry]) -> Item:
    return Item(row, drawer, entries, missing(drawer.criteria, entries))


def _pile(batch: Batch, item: Item) -> list[Item]:
    if item.row.round_state in FINISHED:
        return batch.earlier
    return batch.done if item.row.state is ReviewState.SUBMITTED else batch.to_write
