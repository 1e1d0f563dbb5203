"""What webhook tests do over and over: let a gift come in, let the worker work."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from fundapp.connections import outbox
from fundapp.connections.models import Delivery
from fundapp.core.db import db
from fundapp.funds import service as funds
from tests.factories import NOW, Cast


def give(cast: Cast, cents: int = 500) -> None:
    """Let a gift come in, and commit it."""
    given = {"giver": "City", "amount_cents": cents, "received_on": NOW.date()}
    funds.receive(cast.fund, **given, actor=cast.fin, at=NOW)
    db.session.commit()


def work(settings: Any, at: datetime = NOW) -> dict[str, int]:
    """Let the worker send what is due."""
    return outbox.deliver(at, settings=settings, site="https://fund.example.org")


def only() -> Delivery:
    """Read the one delivery there is, as it stands now."""
    db.session.expire_all()
    return db.session.scalars(select(Delivery)).one()
