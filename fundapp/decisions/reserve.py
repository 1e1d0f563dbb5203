"""The reserve list of a round: who is first when money comes free."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from fundapp.accounts.models import User
from fundapp.applications.models import Application, ApplicationState
from fundapp.applications.queries import seen
from fundapp.core import audit
from fundapp.core.db import db, locked
from fundapp.core.refusals import ChangedMeanwhile, MoveRefused, Refusal
from fundapp.decisions.models import Decision, DecisionState, Outcome
from fundapp.decisions.rules import staff
from fundapp.rounds.models import Round

LISTED = (DecisionState.PROPOSED, DecisionState.APPROVED, DecisionState.RELEASED)


def place_for(decision: Decision, application: Application) -> int | None:
    """Give the last place of the round's list to a decision for it; none to others."""
    if decision.outcome is not Outcome.RESERVE:
        return None
    if decision.reserve_place is not None:
        return decision.reserve_place
    highest = db.session.scalar(
        select(func.max(Decision.reserve_place)).where(
            Decision.round_id == application.round_id, Decision.state != DecisionState.SUPERSEDED
        )
    )
    return (highest or 0) + 1


def reserve_list(user: User, round: Round) -> Sequence[Any]:
    """List who stands on the reserve list of a round, in order, as plain rows.

    One that was awarded or declined since is out; a place may be missing where a tie bars the person.
    """
    waits = (ApplicationState.IN_REVIEW, ApplicationState.RESERVE)
    return db.session.execute(
        select(
            Decision.id, Decision.state, Decision.reserve_place, Application.id.label("application_id"),
            Application.code, Application.title, Application.applicant_name, Application.requested_cents,
            Application.state.label("application_state"),
        )
        .join(Application, Application.id == Decision.application_id)
        .where(
            Decision.round_id == round.id,
            Decision.outcome == Outcome.RESERVE,
            Decision.state.in_(LISTED),
            Application.state.in_(waits),
            seen(user),
        )
        .order_by(Decision.reserve_place, Application.code)
    ).all()  # fmt: skip


def move(decision: Decision, *, up: bool, shown: int, actor: User, at: datetime, note: str = "") -> None:
    """Let a decision change places with its neighbour on the list.

    shown: the place it had on the page. Once letters are out a reason is wanted. Raises
    ChangedMeanwhile, Refusal.
    """
    decision = locked(Decision, decision.id)
    if not staff(actor, decision):
        raise MoveRefused(_("This step is not yours to take."))
    if decision.reserve_place != shown:
        raise ChangedMeanwhile(_("The order of the list was changed meanwhile."))
    other = _neighbour(decision, up=up)
    if other is None:
        return
    if decision.state is DecisionState.RELEASED and not note.strip():
        raise Refusal(_("The letters are out: give a reason for another order."))
    one, two = decision.reserve_place, other.reserve_place
    decision.reserve_place = other.reserve_place = None
    db.session.flush()  # two rows never hold one place
    decision.reserve_place, other.reserve_place = two, one
    audit.record("reorder", decision, actor=actor, at=at, note=note, detail={"from": one, "to": two})


def _neighbour(decision: Decision, *, up: bool) -> Decision | None:
    place = Decision.reserve_place
    beside = place < decision.reserve_place if up else place > decision.reserve_place
    found = db.session.scalar(
        select(Decision.id)
        .where(
            Decision.round_id == decision.round_id,
            Decision.outcome == Outcome.RESERVE,
            Decision.state.in_(LISTED),
            beside,
        )
        .order_by(place.desc() if up else place)
        .limit(1)
    )
    return locked(Decision, found) if found is not None else None
