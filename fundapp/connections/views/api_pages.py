"""The page that explains the API to people who write programs."""

from typing import Any

from flask import render_template

from fundapp.connections import events, problems, scopes
from fundapp.connections.answers import MOST, PAGE
from fundapp.connections.callers import A_MINUTE
from fundapp.connections.outbox import WAITS_MIN
from fundapp.connections.resources import RESOURCES
from fundapp.connections.views.blueprint import bp, site
from fundapp.core.guard import guard
from fundapp.core.rules import PUBLIC


@bp.get("/api")
@guard(PUBLIC)
def about() -> Any:
    """Explain keys, lists, refusals and webhooks, with examples."""
    return render_template(
        "connections/api.html",
        site=site(),
        resources=RESOURCES.values(),
        scopes=scopes.WORDS,
        events=events.EVENTS,
        problems=problems.KINDS,
        most=A_MINUTE,
        page_of=PAGE,
        page_most=MOST,
        tries=len(WAITS_MIN) + 1,
    )
