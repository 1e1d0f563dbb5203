"""The blueprints of connections: the pages of the office, and what programs read."""

from typing import Any

from flask import Blueprint, current_app, g

from fundapp.connections import queries
from fundapp.funds.models import Fund

bp = Blueprint("connections", __name__)
api = Blueprint("api", __name__)


def site() -> str:
    """Give the address of this instance, as its administrator set it."""
    return str(current_app.config["BASE_URL"].rstrip("/"))


def of_fund(user: Any, id: int) -> Fund | None:
    """Load a fund whose connections the person looks after, and show times in its zone."""
    found = queries.fund(user, id)
    if found is not None:
        g.zone = found.zone
    return found
