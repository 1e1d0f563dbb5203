"""Scenes at the office's list: words and a flag on proposals, a note for a colleague, views that are kept."""

from datetime import datetime
from functools import partial

from sqlalchemy import select

from fundapp.applications import notes, saved_views, steps, tags
from fundapp.applications.models import StepKind, Tag
from fundapp.core.db import db
from fundapp.demo.cast import Cast

SECOND_TRY, DIFFER = "second try", "reviewers differ"
NOTE = "The budget counts the ferry twice, I think. Could you look before we meet?"
ANSWER_FIRST = "Ask about the licence of the old charts before the meeting."


def second_round(cast: Cast) -> None:
    """Let the office mark round 2 while it is reviewed, and keep two views of it."""
    days, plan = cast.calendar.days, cast.calendar.plan
    plan(days(-49, "09:50"), partial(tag, cast, SECOND_TRY, ["getijdenboek", "zaadwissel"], "noor"))
    plan(days(-9, "14:20"), partial(tag, cast, DIFFER, ["poortwachter"], "maarten"))
    plan(days(-8, "10:35"), partial(flag, cast, "buurtstroom", ANSWER_FIRST, "maarten"))
    plan(days(-2, "16:05"), partial(note, cast, "getijdenboek", NOTE, ("maarten", "noor")))
    plan(days(-48, "11:15"), partial(view, cast, "Short a review", "missing>0", "noor"))
    plan(days(-9, "14:30"), partial(view, cast, "Reviewers differ", "spread>15", "maarten"))


def tag(cast: Cast, word: str, keys: list[str], who: str, at: datetime) -> None:
    """Put a word on some proposals, from the list."""
    rows = [cast.applications[key] for key in keys]
    known = db.session.scalar(select(Tag).where(Tag.fund_id == rows[0].fund_id, Tag.name == word))
    doing = steps.Doing(StepKind.TAG, tag=known, name=word)
    steps.take(doing, [row.id for row in rows], actor=cast[who], at=at)


def flag(cast: Cast, key: str, reason: str, who: str, at: datetime) -> None:
    """Ask colleagues to look."""
    tags.raise_flag(cast.applications[key], reason, actor=cast[who], at=at)


def note(cast: Cast, key: str, body: str, people: tuple[str, str], at: datetime) -> None:
    """Write a note that asks a colleague to look. people: who writes, and whom they ask."""
    who, to = (cast[name] for name in people)
    notes.write(cast.applications[key], body, to=to, actor=who, at=at)


def view(cast: Cast, name: str, query: str, who: str, at: datetime) -> None:
    """Keep a search for everybody at the fund."""
    columns = ["applicant", "state", "reviews", "score", "spread", "lead", "tags"]
    saved_views.keep(
        name, query=query, columns=columns, sort="-spread", fund=cast.fund, actor=cast[who], at=at
    )
