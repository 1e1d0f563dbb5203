"""The blueprint of reviewing, and what it lends other pages."""

from typing import Any

from flask import Blueprint
from flask_login import current_user

from fundapp.reviews import pages

bp = Blueprint("reviews", __name__)


@bp.app_context_processor
def _lend() -> dict[str, Any]:
    """Lend the dossier of an application what its reviews say: called only where it is drawn."""
    return {"dossier_reviews": lambda application: pages.dossier(current_user, application)}
