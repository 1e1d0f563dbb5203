"""Evidence: passages that a reviewer pins to a criterion, and where they stand in a later version."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from fundapp.accounts.models import User
from fundapp.applications import queries as applications
from fundapp.applications.models import Application, ApplicationVersion
from fundapp.applications.reading import Item, Part
from fundapp.core.db import db
from fundapp.core.refusals import Refusal
from fundapp.core.words import pick
from fundapp.reviews import passages
from fundapp.reviews.blind import Veil
from fundapp.reviews.models import Pin, Review
from fundapp.reviews.passages import Passage, Spot
from fundapp.reviews.scores import writable
from fundapp.rounds import definitions
from fundapp.rounds.models import Criterion

LONGEST = 2000
MOST = 20
"""Passages on one criterion: a pin is evidence, not a copy of the proposal."""


class PinState(StrEnum):
    """Whether what was pinned still stands there."""

    HOLDS = "holds"
    MOVED = "moved"
    STALE = "stale"


@dataclass(frozen=True)
class Placed:
    """A pin in the version that is shown. field, nth: where it stands there; nth counts equal passages."""

    pin: Pin
    state: PinState
    field: str
    label: str
    nth: int
    quote: str
    """What stands there now; of a stale pin what stood there."""

    @property
    def words(self) -> str:
        """The passage without marks of Markdown."""
        return passages.words(self.quote)


# --- pinning ---------------------------------------------------------------------


def texts(
    definition: Mapping[str, Any], answers: Mapping[str, Any], language: str
) -> dict[str, tuple[str, str]]:
    """Give what can be quoted from answers: (label, text) by field, in the order of the form."""
    form = definitions.read_form(definition)
    found = {}
    for field in form.fields:
        text = quotable(answers.get(field.key))
        if text and field.is_shown(answers):
            found[field.key] = (pick(field.label, language), text)
    return found


def quotable(answer: Any) -> str:
    """Give the words of an answer: text as it is, the words in a table line by line, else nothing."""
    if isinstance(answer, str):
        return answer
    if not isinstance(answer, list):
        return ""
    rows = [row for row in answer if isinstance(row, Mapping)]
    return "\n".join(
        "; ".join(cell for cell in row.values() if isinstance(cell, str) and cell) for row in rows
    )


def pin(
    review: Review,
    criterion: Criterion,
    *,
    field: str,
    quote: str,
    nth: int = 0,
    number: int | None = None,
    actor: User,
    at: datetime,
) -> Pin:
    """Pin a passage to a criterion; pinned twice it is there once.

    field: the question it stands under, or empty to look everywhere. quote: as it is shown. nth: which
    one, where it stands several times. number: the version that was read, the newest if not given.
    Raises Refusal when the words do not stand there, are too many, or there are enough pins.
    """
    review = writable(review, actor)
    application = review.application
    version = applications.version(application.id, number or application.version_number)
    if version is None:
        raise Refusal(_("There is no such version of this proposal."))
    _check(review, criterion, quote)
    known = texts(version.form.definition, Veil(actor, version, application).answers, "en")
    key, passage = _found(known, field, quote, nth)
    return _kept(review, criterion, version, key, passage, at=at)


def _check(review: Review, criterion: Criterion, quote: str) -> None:
    if criterion.rubric_id != review.rubric_id:
        raise Refusal(_("This criterion is not part of this review."))
    if not quote.strip():
        raise Refusal(_("Select the words in the proposal first, or paste them."))
    if len(quote) > LONGEST:
        raise Refusal(_("Pin at most %(max)d characters at once.", max=LONGEST))
    if len([one for one in pins_of([review.id]) if one.criterion_id == criterion.id]) >= MOST:
        raise Refusal(_("There are %(max)d passages here already. Take one away first.", max=MOST))


def _found(known: Mapping[str, tuple[str, str]], field: str, quote: str, nth: int) -> tuple[str, Passage]:
    keys = [field] if field in known else list(known)
    for key in keys:
        passage = passages.find(known[key][1], quote, nth)
        if passage is not None:
            return key, passage
    raise Refusal(_("These words do not stand there. Select them within one answer, or copy them exactly."))


def _kept(
    review: Review, criterion: Criterion, version: ApplicationVersion, field: str, passage: Passage,
    *, at: datetime,
) -> Pin:  # fmt: skip
    same = (
        one
        for one in pins_of([review.id])
        if (one.criterion_id, one.version_number, one.field) == (criterion.id, version.number, field)
        and (one.start, one.stop) == passage
    )
    if (known := next(same, None)) is not None:
        return known
    made = Pin(
        review_id=review.id,
        rubric_id=review.rubric_id,
        application_id=review.application_id,
        criterion_id=criterion.id,
        version_number=version.number,
        field=field,
        start=passage.start,
        stop=passage.stop,
        quote=quotable(version.answers[field])[passage.start : passage.stop],
        made_at=at,
    )
    db.session.add(made)
    db.session.flush()
    return made


def unpin(review: Review, id: int, *, actor: User) -> None:
    """Take a pin away; one that is gone already stays gone. Raises MoveRefused when reviews are closed."""
    review = writable(review, actor)
    for one in pins_of([review.id]):
        if one.id == id:
            db.session.delete(one)


# --- reading ---------------------------------------------------------------------


def pins_of(review_ids: Sequence[int]) -> list[Pin]:
    """List the pins of some reviews in the order they were made; one query. The caller asked who may read."""
    if not review_ids:
        return []
    return list(
        db.session.scalars(
            select(Pin)
            .where(Pin.review_id.in_(review_ids))
            .order_by(Pin.id)
            .options(joinedload(Pin.criterion))
        )
    )


def place(
    pins: Sequence[Pin],
    number: int,
    known: Mapping[str, tuple[str, str]],
    cover: Callable[[str], str] = str,
) -> list[Placed]:
    """Find pins in the version that is shown.

    known: its texts, as the reader may read them; see `texts`. cover: hides names in what stood there.
    """
    return [_placed(one, number, known, cover) for one in pins]


def _placed(
    pin: Pin, number: int, known: Mapping[str, tuple[str, str]], cover: Callable[[str], str]
) -> Placed:
    label, text = known.get(pin.field, ("", ""))
    at, quote = Passage(pin.start, pin.stop), cover(pin.quote)
    if pin.version_number == number or text[pin.start : pin.stop] == quote:
        here = text[pin.start : pin.stop] or quote
        return Placed(pin, PinState.HOLDS, pin.field, label, passages.occurrence(text, at), here)
    for key in sorted(known, key=lambda key: key != pin.field):
        found = passages.find(known[key][1], passages.words(quote))
        if found is not None:
            nth, there = passages.occurrence(known[key][1], found), known[key][1][found.start : found.stop]
            return Placed(pin, PinState.MOVED, key, known[key][0], nth, there)
    return Placed(pin, PinState.STALE, pin.field, label, 0, quote)


def marked(parts: Sequence[Part], placed: Sequence[Placed]) -> list[Part]:
    """Mark the pinned passages in a proposal as it is shown; stale ones are not in it."""
    spots: dict[str, list[Spot]] = {}
    for one in placed:
        if one.state is not PinState.STALE:
            spots.setdefault(one.field, []).append(_spot(one))
    return [Part(part.title, [_item(item, spots.get(item.key, [])) for item in part.items]) for part in parts]


def _spot(one: Placed) -> Spot:
    pin = one.pin
    return Spot(
        one.quote, one.nth, f"pin{pin.id}", pin.criterion.key, f"#a{pin.criterion_id}", _("pinned for")
    )


def _item(item: Item, spots: list[Spot]) -> Item:
    if not spots or item.kind not in ("html", "text"):
        return item
    return item._replace(content=passages.mark(item.content, spots))


def count_by_part(parts: Sequence[Part], placed: Sequence[Placed]) -> list[int]:
    """Count the passages pinned in each part of a proposal."""
    fields = [one.field for one in placed if one.state is not PinState.STALE]
    return [sum(fields.count(item.key) for item in part.items) for part in parts]


def places_in(application: Application, pins: Sequence[Pin], language: str) -> list[Placed]:
    """Find pins in the newest version of an application; one query, for who may read all of it."""
    version = applications.version(application.id, application.version_number) if pins else None
    if version is None:
        return []
    return place(pins, version.number, texts(version.form.definition, version.answers, language))
