"""What the reviews of a round say of the reviewers and the criteria."""

from typing import Any

from flask import g, render_template
from flask_login import current_user

from fundapp.accounts.rules import auditor, manager
from fundapp.core.guard import guard
from fundapp.reviews import pages
from fundapp.reviews.views.blueprint import bp, chosen_stage
from fundapp.rounds.models import Round
from fundapp.rounds.queries import office_round


@bp.get("/office/rounds/<int:id>/statistics")
@guard(manager | auditor, office_round)
def office_statistics(round: Round) -> Any:
    """Show how far reviewers agree, who is strict, and how sure that is."""
    g.zone = round.fund.zone
    stage = chosen_stage(round)
    page = pages.statistics_page(current_user, round, stage)
    return render_template("reviews/office_statistics.html", round=round, stage=stage, page=page)
