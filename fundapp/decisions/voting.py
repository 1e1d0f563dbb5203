"""Votes on an item of a meeting, and what the panel came to."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _

from fundapp.accounts.models import User
from fundapp.applications.rules import barred, partner
from fundapp.core import audit
from fundapp.core.db import db, locked
from fundapp.core.refusals import ChangedMeanwhile, MoveRefused, Refusal
from fundapp.decisions import meeting_rows, reasons, service
from fundapp.decisions.models import (
    AgendaItem,
    Choice,
    Decision,
    ItemState,
    Meeting,
    MeetingState,
    Outcome,
    Vote,
    Voting,
)
from fundapp.decisions.rules import RUNS, VOTER
from fundapp.decisions.workflow import votings


def entitled(meeting: Meeting, item: AgendaItem) -> list[int]:
    """List who may vote on an item: present, with a vote, and not out for it."""
    out = meeting_rows.outs(meeting)[item.id]
    return [
        seat.user_id
        for seat in meeting.seats
        if seat.has_vote and seat.present_at and seat.user_id not in out
    ]


def open_votes(item: AgendaItem, *, actor: User, at: datetime) -> None:
    """Let the panel vote. Raises Refusal below the quorum, in which who is out does not count."""
    item = locked(AgendaItem, item.id)
    there = len(entitled(item.meeting, item))
    if there < item.meeting.quorum:
        raise Refusal(
            _(
                "The quorum is %(quorum)d, and %(there)d who may vote on this item are here.",
                quorum=item.meeting.quorum,
                there=there,
            )
        )
    if item.state is not ItemState.LIVE:
        raise MoveRefused(_("This step is not open any more: the page was out of date."))
    votings.make("open_votes", item, actor=actor, at=at)


def close_votes(item: AgendaItem, *, actor: User, at: datetime) -> None:
    """Close the voting; from now on the votes can be read."""
    item = locked(AgendaItem, item.id)
    cast = len(meeting_rows.votes(item))
    votings.make("close_votes", item, actor=actor, at=at, detail={"votes": cast})


def vote(
    item: AgendaItem, choice: Choice, *, amount_cents: int | None = None, actor: User, at: datetime
) -> Vote:
    """Vote on the item that is spoken about, or vote differently while it is open.

    amount_cents: what one would give, with a yes. Raises MoveRefused for anybody without a vote here.
    """
    item = locked(AgendaItem, item.id)
    if not VOTER(actor, item):
        raise MoveRefused(_("You have no vote on this item."))
    if item.voting is not Voting.OPEN:
        raise MoveRefused(_("The voting on this item is not open."))
    if amount_cents is not None and amount_cents > item.application.round.highest_cents:
        raise Refusal(_("This is more than the call gives."))
    row = meeting_rows.vote_of(item, actor.id)
    if row is None:
        row = Vote(item_id=item.id, meeting_id=item.meeting_id, user_id=actor.id, choice=choice, at=at)
        db.session.add(row)
    row.choice, row.at = choice, at
    row.amount_cents = amount_cents if choice is Choice.YES else None
    db.session.flush()  # two windows meet at the key here, not at the commit
    return row


def capture(
    item: AgendaItem,
    *,
    outcome: Outcome | None,
    amount_cents: int | None,
    codes: Sequence[str],
    to_applicant: str,
    internal: str,
    shown: int,
    actor: User,
    at: datetime,
) -> None:
    """Keep what the panel came to about an application, with the text for it and the one for the office.

    shown: the version that was on the page. Raises ChangedMeanwhile with both texts, MoveRefused.
    """
    item = locked(AgendaItem, item.id)
    if not (RUNS & ~(barred | partner))(actor, item):
        raise MoveRefused(_("This step is not yours to take."))
    if item.meeting.state is not MeetingState.RUNNING or item.state is ItemState.WAITING:
        raise MoveRefused(_("This item has not been spoken about yet."))
    if item.row_version != shown:
        raise ChangedMeanwhile(yours=to_applicant, theirs=item.to_applicant)
    if outcome is Outcome.AWARDED and not amount_cents:
        raise Refusal(_("Fill in how much is awarded."))
    item.reasons = reasons.check_codes(item.fund_id, codes, outcome) if outcome else []
    item.outcome, item.amount_cents = outcome, amount_cents if outcome is Outcome.AWARDED else None
    item.to_applicant, item.internal = to_applicant.strip(), internal.strip()
    detail = {"outcome": outcome.value if outcome else None, "amount_cents": item.amount_cents}
    audit.record("capture", item, actor=actor, at=at, detail=detail)


def propose_captured(meeting: Meeting, *, actor: User, at: datetime) -> tuple[list[Decision], int]:
    """Propose what the panel came to, all or none; give the decisions, and how many wait for somebody else.

    What a tie keeps from this person another manager proposes. Raises Refusal at the first that can't be.
    """
    made, left = [], 0
    for item in meeting.items:
        if item.outcome is None or item.decision_id is not None:
            continue
        if barred(actor, item) or partner(actor, item):
            left += 1
            continue
        decision = service.propose(
            item.application,
            outcome=item.outcome,
            amount_cents=item.amount_cents,
            to_applicant=item.to_applicant,
            internal=item.internal,
            codes=item.reasons,
            actor=actor,
            at=at,
        )
        item.decision_id = decision.id
        made.append(decision)
    return made, left
