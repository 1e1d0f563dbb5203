"""The blueprint of funds, and how its pages load what they are about."""

from typing import Any

from flask import Blueprint, g

from fundapp.funds import queries
from fundapp.funds.models import Fund

bp = Blueprint("funds", __name__)


def seen(user: Any, id: int) -> Fund | None:
    """Load a fund the person works at, and show times in its zone."""
    found = queries.office_fund(user, id)
    if found is not None:
        g.zone = found.zone
    return found
