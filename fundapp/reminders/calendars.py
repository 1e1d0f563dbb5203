"""Dates as iCalendar (RFC 5545), written by the icalendar library."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from flask_babel import gettext as _
from icalendar import Calendar, Event
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from fundapp.accounts.models import User
from fundapp.core import clock, due, mail
from fundapp.core.db import db
from fundapp.core.words import pick
from fundapp.reminders import links, queries
from fundapp.rounds.models import Round, RoundState, Stage

BACK = timedelta(days=30)
AHEAD = timedelta(days=400)
FROM_THEN = timedelta(minutes=30)
"""How long a deadline stands in a calendar: it ends at its instant."""


def own(reader: User, at: datetime) -> bytes:
    """Give what falls due for a person: from a month ago to over a year ahead, only what is still to be done.

    What they switched off as a reminder still stands here: a calendar nags nobody.
    """
    book = _book(_("fundapp: what falls due for %(name)s", name=reader.name))
    rows = due.between(at - BACK, at + AHEAD, lambda c: c.user_id == reader.id)
    names = queries.named(reader, {row.application_id for row in rows if row.application_id})
    zones = queries.zones()
    for row in rows:
        kind = due.KINDS[row.kind]
        code, title = names.get(row.application_id or 0, ("", ""))
        label = links.label(row, reader.language)
        about = ", ".join(part for part in (title, label) if part)
        book.add_component(
            _event(
                f"{row.kind}-{row.subject_id}-{reader.id}",
                f"{kind.words}: {about}" if about else str(kind.words),
                clock.day(row.due_at, zones[row.fund_id]) if row.is_day else row.due_at,
                url=mail.link(kind.endpoint, **kind.values(row)),
                text=code,
                stamp=row.since_at or row.due_at,
            )
        )
    return bytes(book.to_ical())


def calls(language: str, at: datetime) -> bytes:
    """Give when public calls open and close, trials left out."""
    book = _book(_("Calls"))
    for stage in _stages(at):
        name = pick(stage.round.name, language)
        round = stage.round
        url = mail.link("public.call", fund_slug=round.fund.slug, round_slug=round.slug)
        moments = ((_("Opens"), stage.opens_at, "opens"), (_("Closes"), stage.closes_at, "closes"))
        for what, when, key in moments:
            if when is not None:
                uid = f"call-{stage.id}-{key}"
                book.add_component(_event(uid, f"{what}: {name}", when, url=url, text="", stamp=when))
    return bytes(book.to_ical())


def _stages(at: datetime) -> list[Stage]:
    shown = (RoundState.PUBLISHED, RoundState.REVIEWING, RoundState.DECIDING)
    return list(
        db.session.scalars(
            select(Stage)
            .join(Stage.round)
            .where(Round.state.in_(shown), Round.is_trial.is_(False), Stage.number == 1)
            .where((Stage.closes_at.is_(None)) | (Stage.closes_at >= at - BACK))
            .options(joinedload(Stage.round).joinedload(Round.fund))
            .order_by(Stage.opens_at, Stage.id)
            .limit(500)
        )
    )


def _book(name: str) -> Calendar:
    book = Calendar()
    book.add("prodid", "-//fundapp//calendar//EN")
    book.add("version", "2.0")
    book.add("method", "PUBLISH")
    book.add("x-wr-calname", name)
    book.add("refresh-interval;value=duration", "PT6H")
    return book


def _event(uid: str, summary: str, when: Any, *, url: str, text: str, stamp: datetime) -> Event:
    """Make one event: a whole day, or half an hour that ends at the instant. stamp: when it was made."""
    event = Event()
    host = url.split("/")[2] if "//" in url else "fundapp"
    event.add("uid", f"{sha256(uid.encode()).hexdigest()[:32]}@{host}")
    event.add("dtstamp", stamp)
    event.add("summary", summary)
    if isinstance(when, datetime):
        event.add("dtstart", when - FROM_THEN)
        event.add("dtend", when)
    else:
        event.add("dtstart", when)
    event.add("url", url)
    if text:
        event.add("description", text)
    event.add("transp", "TRANSPARENT")
    return event
