"""The report of a round for the public, made and taken along by the office."""

from typing import Any

from flask import abort, redirect, url_for
from flask_login import current_user

from fundapp.core import clock
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.web import language
from fundapp.reports import public_round, queries
from fundapp.reports.forms.evaluating import EmptyForm
from fundapp.reports.rules import MAKE_ROUND
from fundapp.reports.views.blueprint import bp
from fundapp.rounds.models import Round


@bp.post("/rounds/<int:id>/public")
@guard(MAKE_ROUND, queries.report_round)
def make_public_round(round: Round) -> Any:
    """Make the public report of a round, and give it as PDF."""
    if not EmptyForm().validate():
        abort(400)
    made = public_round.take_public_round(round, actor=current_user, at=clock.now())
    db.session.commit()
    return redirect(url_for(".spoken", id=made.id, lang=language(), format="pdf"))
