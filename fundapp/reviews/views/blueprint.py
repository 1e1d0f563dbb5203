"""The blueprint of reviewing, and what it lends other pages."""

from typing import Any

from flask import Blueprint
from flask_login import current_user

from fundapp.applications.tie_words import asked
from fundapp.reviews import pages

bp = Blueprint("reviews", __name__)


@bp.app_context_processor
def _lend() -> dict[str, Any]:
    """Lend pages what reviews say of an application, and what a check found: called only where drawn."""
    return {
        "dossier_reviews": lambda application: pages.dossier(current_user, application),
        "tie_hints": lambda reasons, note, is_blind: asked(reasons, note or "", is_blind=bool(is_blind)),
    }
