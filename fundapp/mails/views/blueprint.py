"""The blueprint of mail, and how its pages load what they are about."""

from typing import Any

from flask import Blueprint, abort, g

from fundapp.core.words import LANGUAGES
from fundapp.funds.models import Fund
from fundapp.mails import queries
from fundapp.mails.declared import KINDS

bp = Blueprint("mails", __name__)


def text_fund(user: Any, id: int, mail: str = "", lang: str = "en", number: int = 1) -> Fund | None:
    """Load a fund whose texts the person may see, with times in its zone; no page for an unknown kind."""
    if (mail and mail not in KINDS) or lang not in LANGUAGES:
        abort(404)
    found = queries.office_fund(user, id)
    if found is not None:
        g.zone = found.zone
    return found
