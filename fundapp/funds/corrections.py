"""Putting a mistake in the ledger right: its mirror is posted, by two people, with a reason."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from fundapp.core import audit
from fundapp.core.db import db, locked
from fundapp.core.refusals import Refusal
from fundapp.funds import ledger
from fundapp.funds.models import Contribution, Correction, CorrectionState, Gift, Posting
from fundapp.funds.workflow import corrections as moves
from fundapp.funds.workflow import gifts

RECEIPTS = frozenset({"receipt", "earmarked_receipt", "pledge_paid"})
BY_OCCASION = frozenset({"bank_costs"})
REVERSIBLE = RECEIPTS | BY_OCCASION
"""Events whose mirror stands for itself. What else was done is undone where it was done: the row
of a request or a payment has a state that has to follow."""


def can_reverse(posting: Posting) -> bool:
    """Tell whether a posting is of a kind that is taken back here, and is no mirror itself."""
    return posting.event in REVERSIBLE and posting.reverses_id is None


def occasion(posting: Posting) -> list[Posting]:
    """List the postings that were made together with this one, and are not taken back yet."""
    mirror = select(Posting.reverses_id).where(
        Posting.fund_id == posting.fund_id, Posting.reverses_id.is_not(None)
    )
    rows = select(Posting).where(
        Posting.fund_id == posting.fund_id, Posting.reverses_id.is_(None), Posting.id.not_in(mirror)
    )
    if posting.event in RECEIPTS:
        rows = rows.where(
            Posting.contribution_id == posting.contribution_id, Posting.event.in_(sorted(RECEIPTS))
        )
    else:
        stem = posting.key.rpartition(":")[0]
        rows = rows.where(Posting.event == posting.event, Posting.key.startswith(f"{stem}:", autoescape=True))
    return list(db.session.scalars(rows.order_by(Posting.id)))


def ask(posting: Posting, *, reason: str, actor: Any, at: datetime) -> Correction:
    """Ask that a posting is taken back; another person carries it out. Raises Refusal."""
    ledger.lock(posting.fund_id)
    if not reason.strip():
        raise Refusal(_("Give a reason for this step."))
    if not can_reverse(posting):
        raise Refusal(
            _("This is undone where it was done: at the request, the payment, the grant or the round.")
        )
    if posting not in occasion(posting):
        raise Refusal(_("This was taken back before."))
    if live(posting) is not None:
        raise Refusal(_("Somebody asked for this already; a second person can carry it out."))
    correction = Correction(
        fund_id=posting.fund_id, posting_id=posting.id, reason=reason.strip(),
        state=CorrectionState.ASKED, state_at=at, asked_by=actor.id,
    )  # fmt: skip
    db.session.add(correction)
    audit.record(
        "ask_correction", correction, actor=actor, at=at, note=reason, detail={"posting": posting.id}
    )
    return correction


def live(posting: Posting) -> Correction | None:
    """Find the correction of this occasion that was asked for and not declined."""
    ids = [row.id for row in occasion(posting)] or [posting.id]
    return db.session.scalar(
        select(Correction).where(Correction.posting_id.in_(ids), Correction.state != CorrectionState.DECLINED)
    )


def carry_out(correction: Correction, *, actor: Any, at: datetime) -> None:
    """Post the mirrors; a gift that had not come in is a promise again, or cancelled. Raises NotEnough."""
    fund = ledger.lock(correction.fund_id)
    locked(Correction, correction.id)
    posting = correction.posting
    moves.make("carry_out", correction, actor=actor, at=at, detail={"posting": posting.id})
    correction.settled_by = actor.id
    rows = occasion(posting)
    if posting not in rows:
        raise Refusal(_("This was taken back before."))
    ledger.reverse(fund, rows, f"correction:{correction.id}", actor=actor, at=at)
    if posting.event in RECEIPTS and posting.contribution_id is not None:
        gift = locked(Contribution, posting.contribution_id)
        _undo(gift, correction.reason, actor=actor, at=at)


def _undo(gift: Contribution, reason: str, *, actor: Any, at: datetime) -> None:
    if gift.state is not Gift.RECEIVED:
        raise Refusal(_("Only a gift that came in can be paid back."))
    move = "expect_again" if gift.pledged_on is not None else "correct"
    gifts.make(move, gift, actor=actor, at=at, note=reason)
    gift.received_on = None


def decline(correction: Correction, *, actor: Any, at: datetime) -> None:
    """Leave the posting as it is."""
    ledger.lock(correction.fund_id)
    locked(Correction, correction.id)
    moves.make("decline", correction, actor=actor, at=at)
    correction.settled_by = actor.id
