"""Scenes of connections: an address that heard of everything, and the keys of two programs."""

from datetime import datetime, timedelta
from functools import partial

from fundapp.connections import hooks, keys, outbox
from fundapp.connections.events import EVENTS
from fundapp.connections.models import Webhook
from fundapp.connections.scopes import Scope
from fundapp.core.db import db
from fundapp.demo.calendar import on
from fundapp.demo.cast import Cast

ADDRESS = "https://www.example.org/hooks/fund"


def connect(cast: Cast) -> None:
    """Let the website listen from the first call on; give keys to it and to the accounting."""
    plan, days = cast.calendar.plan, cast.calendar.days
    plan(on("2023-08-29", "11:30"), partial(listen, cast))
    plan(on("2024-01-16", "10:40"), partial(give_key, cast, "noor", "Old website", (Scope.GRANTS,)))
    website = (Scope.CALLS, Scope.DECISIONS, Scope.GRANTS)
    plan(days(-60, "10:50"), partial(give_key, cast, "noor", "Website", website))
    books = (Scope.PAYMENTS, Scope.LEDGER, Scope.GIFTS, Scope.PEOPLE)
    plan(days(-45, "14:10"), partial(give_key, cast, "femke", "Accounting", books))
    plan(days(-1, "16:35"), partial(rest, cast))


def listen(cast: Cast, at: datetime) -> None:
    """Add the address of the website. It is nobody's, and nothing is ever sent to it."""
    hooks.add(
        cast.fund, url=ADDRESS, events_wanted=list(EVENTS), settings=cast.settings, actor=cast["noor"], at=at
    )


def give_key(cast: Cast, who: str, name: str, scopes: tuple[Scope, ...], at: datetime) -> None:
    """Make a key for a program."""
    until = (at + timedelta(days=300)).date()
    keys.make(cast.fund, name=name, wanted=scopes, until=until, actor=cast[who], at=at)


def rest(cast: Cast, at: datetime) -> None:
    """Take what happened so far as delivered, and pause the address: no message leaves a demo."""
    db.session.flush()  # what was written down so far is marked by one statement
    outbox.consider_delivered(at)
    hook = db.session.scalars(db.select(Webhook)).one()
    hooks.pause(hook, "hand", actor=cast["noor"], at=at)
