"""Time: what a review will take, and what it took, in steps of half a minute; people see their own only."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select, update

from fundapp.accounts.models import User
from fundapp.core.db import db
from fundapp.core.refusals import MoveRefused
from fundapp.reviews.models import Review, ReviewState
from fundapp.reviews.rules import REVIEW

WORDS_A_MINUTE = 200
"""Reading a plan with care; prose is read at 238 (Brysbaert 2019), a plan asks for looking things up."""

SECONDS_A_CRITERION = 150
"""Finding the passages, choosing an anchor, and a reason of two sentences."""

BEAT = 30
FEWEST = 2
"""Reviews of one's own before a pace is a pace; people before a sum is told to the office."""

WORD = re.compile(r"\w+")


def count_words(answers: Mapping[str, Any]) -> int:
    """Count the words of a proposal, tables included."""
    return sum(len(WORD.findall(text)) for text in _texts(answers.values()))


def _texts(values: Iterable[Any]) -> Iterable[str]:
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, list):
            yield from _texts(value)
        elif isinstance(value, Mapping):
            yield from _texts(value.values())


def estimate(words: int, criteria: int) -> int:
    """Estimate the minutes a review takes, in steps of five: reading once, then criterion by criterion."""
    seconds = words * 60 / WORDS_A_MINUTE + criteria * SECONDS_A_CRITERION
    return max(5, 5 * round(seconds / 300))


def spell(minutes: int) -> str:
    """Write a time as people say it: 35 min, 1 h 05; empty when there is none."""
    if minutes < 60:
        return str(_("%(minutes)d min", minutes=minutes)) if minutes else ""
    return str(_("%(hours)d h %(minutes)02d", hours=minutes // 60, minutes=minutes % 60))


def beat(review: Review, *, actor: User, at: datetime) -> int:
    """Count half a minute in which the page was in view; gives all seconds so far.

    Two windows at once count as one. Raises MoveRefused when the review is not being written.
    """
    if review.state is not ReviewState.ACCEPTED or not REVIEW(actor, review):
        raise MoveRefused("")
    pause = timedelta(seconds=BEAT - 5)
    # A statement of its own: counting time must not collide with writing.
    db.session.execute(
        update(Review)
        .where(Review.id == review.id, Review.active_at.is_(None) | (Review.active_at <= at - pause))
        .values(seconds=Review.seconds + BEAT, active_at=at)
        .execution_options(synchronize_session=False)
    )
    return db.session.scalar(select(Review.seconds).where(Review.id == review.id)) or 0


def sum_told(seconds: Iterable[int]) -> str:
    """Add up what several people spent, in words; empty for fewer than two: then it would tell of one."""
    timed = [one for one in seconds if one]
    return spell(sum(timed) // 60) if len(timed) >= FEWEST else ""
