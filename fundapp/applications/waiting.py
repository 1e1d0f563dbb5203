"""What waits among the applications of a round: to be taken into review, to be settled, to be answered."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import and_, func, or_, select

from fundapp.accounts.models import User
from fundapp.applications.models import Application, ApplicationState, Conflict, ConflictState
from fundapp.applications.queries import barred_for
from fundapp.core.db import db
from fundapp.rounds import cockpit
from fundapp.rounds.cockpit import Wait
from fundapp.rounds.models import Round, RoundState, Stage

LIST = "applications.office_index"
RUNNING = frozenset({RoundState.PUBLISHED, RoundState.REVIEWING, RoundState.DECIDING})
GONE = (
    ApplicationState.WITHDRAWN, ApplicationState.MERGED, ApplicationState.DRAFT, ApplicationState.LAPSED,
)  # fmt: skip


def of_round(user: User, round: Round, at: datetime) -> list[Wait]:
    """Tell what the office has to do with the applications of a round."""
    if round.state not in RUNNING:
        return []
    received, asked, invited, unsure = _numbers(user, round, at)
    found = [
        (received, _received(received)),
        (unsure, _unsure(unsure)),
        (asked, _asked(asked)),
        (invited, _invited(invited)),
    ]
    return [wait for number, wait in found if number]


def _numbers(user: User, round: Round, at: datetime) -> tuple[int, int, int, int]:
    """Count what can be taken in, what waits for applicants, who is invited, ties not settled."""
    state = Application.state
    over = or_(
        and_(Stage.closes_at.is_not(None), Stage.closes_at <= at), Stage.closes_at.is_(None)
    )  # a call without an end is read as it comes
    ties = (
        select(func.count(Conflict.id))
        .join(Application, Application.id == Conflict.application_id)
        .where(
            Application.round_id == round.id,
            state.not_in(GONE),
            Application.id.not_in(barred_for(user)),
            Conflict.state.in_((ConflictState.UNSURE, ConflictState.HINTED)),
        )
        .scalar_subquery()
    )
    row = db.session.execute(
        select(
            func.count().filter(and_(state == ApplicationState.SUBMITTED, over)),
            func.count().filter(state == ApplicationState.INCOMPLETE),
            func.count().filter(state == ApplicationState.INVITED),
            ties,
        )
        .select_from(Application)
        .join(Stage, Stage.id == Application.stage_id)
        .where(Application.round_id == round.id, Application.id.not_in(barred_for(user)))
    ).one()
    return row[0], row[1], row[2], row[3]


def _received(number: int) -> Wait:
    text = ngettext(
        "One application waits to be taken into review.",
        "%(num)d applications wait to be taken into review.",
        number,
    )
    return Wait(text, LIST, {"state": "submitted"}, _("Look at what came in"), "warn")


def _unsure(number: int) -> Wait:
    text = ngettext("One tie is not settled.", "%(num)d ties are not settled.", number)
    return Wait(text, LIST, {"q": "has:tie"}, _("Settle the ties"), "warn")


def _asked(number: int) -> Wait:
    text = ngettext(
        "One applicant has to complete their proposal.",
        "%(num)d applicants have to complete their proposals.",
        number,
    )
    return Wait(text, LIST, {"state": "incomplete"})


def _invited(number: int) -> Wait:
    text = ngettext(
        "One applicant is invited and has not sent the full proposal.",
        "%(num)d applicants are invited and have not sent the full proposal.",
        number,
    )
    return Wait(text, LIST, {"state": "invited"})


cockpit.WAITS.append(of_round)
