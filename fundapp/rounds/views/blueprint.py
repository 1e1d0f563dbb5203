"""The blueprint of rounds, and how its pages load what they are about."""

from typing import Any

from flask import Blueprint, g

from fundapp.funds import queries as funds
from fundapp.funds.models import Fund
from fundapp.rounds import queries
from fundapp.rounds.models import Round

bp = Blueprint("rounds", __name__)


def seen(user: Any, id: int, **more: Any) -> Round | None:
    """Load a round of a fund the person works at, and show times in the fund's zone."""
    found = queries.office_round(user, id)
    if found is not None:
        g.zone = found.fund.zone
    return found


def seen_fund(user: Any, id: int) -> Fund | None:
    """Load a fund the person works at, and show times in its zone."""
    found = funds.office_fund(user, id)
    if found is not None:
        g.zone = found.zone
    return found
