"""What pages of other features may ask about applications, called only where it is drawn."""

from typing import Any

from flask import g
from flask_login import current_user

from fundapp.applications import listings, tags
from fundapp.applications.models import Application
from fundapp.applications.rules import staff
from fundapp.applications.views.blueprint import bp


def _marks_of(application: Application) -> tags.Marks:
    """Give what the office put on an application; asked once a page."""
    known: dict[int, tags.Marks] = g.setdefault("marks", {})
    if application.id not in known:
        known[application.id] = tags.marks(application)
    return known[application.id]


@bp.app_context_processor
def _lend() -> dict[str, Any]:
    return {
        "application_numbers": lambda ids: listings.numbers(current_user, ids),
        "round_pipeline": lambda id: listings.pipeline(current_user, id),
        "marks_of": _marks_of,
        "may_tag": staff,
    }
