"""The blueprint of reviewing, and what it lends other pages."""

from typing import Any

from flask import Blueprint, g, request
from flask_login import current_user

from fundapp.applications.tie_words import asked
from fundapp.reviews import pages
from fundapp.rounds.models import Round, Stage

bp = Blueprint("reviews", __name__)


def chosen_stage(round: Round) -> Stage:
    """Give the stage that is asked for by ?stage=, else the one at work now."""
    number = request.args.get("stage", type=int)
    found = next((stage for stage in round.stages if stage.number == number), None)
    return found or round.stage_at(g.arrived_at)


@bp.app_context_processor
def _lend() -> dict[str, Any]:
    """Lend pages what reviews say of an application, and what a check found: called only where drawn."""
    return {
        "dossier_reviews": lambda application: pages.dossier(current_user, application),
        "tie_hints": lambda reasons, note, is_blind: asked(reasons, note or "", is_blind=bool(is_blind)),
    }
