"""The blueprint of reminders, and how its pages load what they are about."""

from typing import Any

from flask import Blueprint, abort, g

from fundapp.core import due
from fundapp.funds import queries as funds
from fundapp.funds.models import Fund
from fundapp.rounds import queries as rounds
from fundapp.rounds.models import Round

bp = Blueprint("reminders", __name__)


def seen_fund(user: Any, id: int, kind: str = "") -> Fund | None:
    """Load a fund the person works at, and show times in its zone; no page for an unknown kind."""
    if kind and kind not in due.KINDS:
        abort(404)
    found = funds.office_fund(user, id)
    if found is not None:
        g.zone = found.zone
    return found


def seen_round(user: Any, id: int, kind: str = "") -> Round | None:
    """Load a round of a fund the person works at, and show times in the fund's zone."""
    if kind and kind not in due.KINDS:
        abort(404)
    found = rounds.office_round(user, id)
    if found is not None:
        g.zone = found.fund.zone
    return found
