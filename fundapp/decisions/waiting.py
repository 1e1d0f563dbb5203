"""What waits among the decisions of a round: to be proposed, approved, released."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import exists, func, select

from fundapp.accounts.models import User
from fundapp.applications.models import Application
from fundapp.applications.queries import barred_for
from fundapp.core.db import db
from fundapp.decisions.models import Decision, DecisionState
from fundapp.decisions.queries import LIVE
from fundapp.rounds import cockpit
from fundapp.rounds.cockpit import Wait
from fundapp.rounds.models import Round, RoundState

PAGE = "decisions.office_index"


def of_round(user: User, round: Round, at: datetime) -> list[Wait]:
    """Tell how far the decisions of a round are, once there are any or they have to be made."""
    if round.state not in (RoundState.PUBLISHED, RoundState.REVIEWING, RoundState.DECIDING):
        return []
    bare, proposed, approved = _numbers(user, round)
    found = []
    if bare and round.state is RoundState.DECIDING:
        text = ngettext("One proposal has no decision.", "%(num)d proposals have no decision.", bare)
        found.append(Wait(text, PAGE, {}, _("Propose decisions"), "warn"))
    if proposed:
        text = ngettext("One decision waits for approval.", "%(num)d decisions wait for approval.", proposed)
        found.append(Wait(text, PAGE, {}, _("Approve decisions"), "warn"))
    if approved:
        text = ngettext("One decision can go out.", "%(num)d decisions can go out.", approved)
        found.append(Wait(text, PAGE, {}, _("Release the decisions")))
    return found


def _numbers(user: User, round: Round) -> tuple[int, int, int]:
    """Count (live applications without a decision, decisions proposed, decisions approved)."""
    decided = exists().where(
        Decision.application_id == Application.id,
        Decision.stage_id == Application.stage_id,
        Decision.state.in_((DecisionState.PROPOSED, DecisionState.APPROVED)),
    )
    bare = (
        select(func.count(Application.id))
        .where(
            Application.round_id == round.id,
            Application.state.in_(LIVE),
            ~decided,
            Application.id.not_in(barred_for(user)),
        )
        .scalar_subquery()
    )
    row = db.session.execute(
        select(
            bare,
            func.count().filter(Decision.state == DecisionState.PROPOSED),
            func.count().filter(Decision.state == DecisionState.APPROVED),
        )
        .select_from(Decision)
        .where(Decision.round_id == round.id, Decision.application_id.not_in(barred_for(user)))
    ).one()
    return row[0], row[1], row[2]


cockpit.WAITS.append(of_round)
