"""The timeline of a grant, for both sides."""

from typing import Any

from flask import render_template, request
from flask_login import current_user

from fundapp.applications.rules import partner
from fundapp.core.guard import guard
from fundapp.grants import timeline
from fundapp.grants.models import Award
from fundapp.grants.rules import SEE
from fundapp.grants.views import bp, load


@bp.get("/grants/<int:id>/timeline", endpoint="timeline")
@guard(SEE, load)
def timeline_page(award: Award) -> Any:
    """Show all that happened to a grant in one order, newest first."""
    is_own = partner(current_user, award)
    events, older = timeline.of(award, own=is_own, before=request.args.get("before", type=int))
    return render_template(
        "grants/timeline.html",
        award=award,
        fund=award.application.fund,
        is_own=is_own,
        events=events,
        older=older,
    )
