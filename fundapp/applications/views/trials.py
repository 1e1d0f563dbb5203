"""The page that wipes a trial."""

from typing import Any

from flask import abort, flash, g, redirect, render_template, url_for
from flask_babel import ngettext
from flask_login import current_user

from fundapp.applications import listings, trials
from fundapp.applications.views.blueprint import bp
from fundapp.core.db import db
from fundapp.core.forms import EmptyForm
from fundapp.core.guard import guard
from fundapp.rounds import queries as rounds
from fundapp.rounds.models import Round
from fundapp.rounds.rules import MANAGE
from fundapp.rounds.workflow import workflow


def _trial(user: Any, id: int) -> Round | None:
    """Load a trial round that can be wiped."""
    found = rounds.office_round(user, id)
    if found is None or not found.is_trial or found.state not in workflow["wipe"].sources:
        return None
    g.zone = found.fund.zone
    return found


@bp.get("/office/rounds/<int:id>/wipe")
@guard(MANAGE, _trial)
def ask_to_wipe(round: Round) -> Any:
    """Say what goes before a trial is wiped."""
    return render_template(
        "applications/wipe.html", round=round, pipe=listings.pipeline(current_user, round.id)
    )


@bp.post("/office/rounds/<int:id>/wipe")
@guard(MANAGE, _trial)
def wipe(round: Round) -> Any:
    """Wipe a trial."""
    if not EmptyForm().validate():
        abort(400)
    count = trials.wipe(round, actor=current_user._get_current_object(), at=g.arrived_at)
    db.session.commit()
    flash(ngettext("The trial is wiped: one proposal.", "The trial is wiped: %(num)d proposals.", count))
    return redirect(url_for("rounds.index"))
