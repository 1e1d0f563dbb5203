"""Warnings answered before a release: why each does not stand in the way."""

from collections.abc import Mapping
from datetime import datetime

from flask_babel import gettext as _

from fundapp.accounts.models import User
from fundapp.core import audit
from fundapp.core.db import db
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.grants.hold import hold
from fundapp.payouts import risks
from fundapp.payouts.hands import check_hands
from fundapp.payouts.models import Batch, WarningAnswer
from fundapp.payouts.workflow import batches

LONGEST_REASON = 1000
SHORTEST_REASON = 3


def answer_warnings(
    batch: Batch, reasons: Mapping[str, str], *, actor: User, at: datetime
) -> list[WarningAnswer]:
    """Keep why warnings about a batch do not stand in its way, and give the new answers.

    reasons: by the group of the warning. Empty ones are left open. Raises MoveRefused: not finance, not
    open, or the payment is one the actor asked for, checked, or has a tie to; Refusal for no real reason.
    """
    fund = hold(batch)
    if not batches.allows("release", actor, batch):
        raise MoveRefused(_("This batch is released already, or it is not yours to release."))
    payments_by_id = {one.id: one for one in batch.payments}
    made = []
    for risk in risks.unanswered(risks.of_batch(batch.id, fund, at), list(payments_by_id)):
        reason = " ".join(reasons.get(risk.group, "").split())[:LONGEST_REASON]
        if not reason:
            continue
        if len(reason) < SHORTEST_REASON:
            raise Refusal(_("Write in a few words why this payment can go."))
        check_hands(payments_by_id[risk.payment_id], actor)
        answer = WarningAnswer(
            payment_id=risk.payment_id, kind=risk.kind.value, fact=risk.fact, reason=reason,
            answered_by=actor.id, answered_at=at,
        )  # fmt: skip
        db.session.add(answer)
        made.append(answer)
        detail = {"warning": risk.kind.value, "fact": risk.fact}
        audit.record("answer_warning", payments_by_id[risk.payment_id], actor=actor, at=at, detail=detail,
                     note=reason)  # fmt: skip
    db.session.flush()
    return made
