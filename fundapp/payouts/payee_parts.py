"""What each payee of a grant gets of a sum for the whole grant: by their fixed shares, to the cent."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import func, select

from fundapp.core.db import db
from fundapp.core.refusals import Refusal
from fundapp.grants import queries as grants
from fundapp.grants import shares
from fundapp.grants.models import Award, Payee
from fundapp.payouts import cost_sums, queries
from fundapp.payouts.models import Claim, ClaimKind

Parts = dict[int, int]
"""Cents by party, none of them zero."""


@dataclass(frozen=True)
class Split:
    """A settlement by payee: what each still gets, and what each pays back. Both add up to the whole."""

    to_pay: Parts
    back: Parts


def of_award(award: Award) -> Sequence[Payee]:
    """List who shares in a grant: those with a fixed share, else its one payee. Raises Refusal for nobody."""
    found = grants.payees(award)
    if not found:
        raise Refusal(_("This grant has nobody to pay yet."))
    return [one for one in found if one.share_cents] or found[:1]


def of_sum(payees: Sequence[Payee], cents: int) -> Parts:
    """Divide a sum over payees by their shares; what is over goes to the largest remainders."""
    return _some(payees, shares.portions(cents, _weights(payees)))


def of_settlement(award: Award, payees: Sequence[Payee], found: cost_sums.Settled) -> Split:
    """Divide what follows from a final account: everybody ends at their share of what is settled.

    Who had no advance yet gets more of the rest; who had too much pays back. Where both happen, the
    whole that is paid or claimed back is divided by how far each is from their share.
    """
    if len(payees) == 1:
        return Split(of_sum(payees, found.to_pay), of_sum(payees, found.back))
    finals, had = shares.portions(found.final, _weights(payees)), advanced(award)
    gaps = [final - had.get(one.party_id, 0) for one, final in zip(payees, finals, strict=True)]
    to_pay = shares.portions(found.to_pay, [max(gap, 0) for gap in gaps])
    back = shares.portions(found.back, [max(-gap, 0) for gap in gaps])
    return Split(_some(payees, to_pay), _some(payees, back))


def _weights(payees: Sequence[Payee]) -> list[int]:
    return [one.share_cents or 1 for one in payees]


def _some(payees: Sequence[Payee], cents: list[int]) -> Parts:
    return {one.party_id: part for one, part in zip(payees, cents, strict=True) if part}


def advanced(award: Award) -> Parts:
    """Give what each payee asked for as advance and was not refused, by party."""
    rows = db.session.execute(
        select(Claim.party_id, func.sum(Claim.amount_cents))
        .where(Claim.award_id == award.id, Claim.kind == ClaimKind.ADVANCE, Claim.state.not_in(queries.DEAD))
        .group_by(Claim.party_id)
    )
    return {party: int(cents) for party, cents in rows}
