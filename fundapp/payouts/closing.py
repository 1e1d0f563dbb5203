"""What money leaves open in a grant: requests under way, an advance to settle, what is to come back."""

from collections.abc import Iterator

from flask_babel import gettext as _
from sqlalchemy import select

from fundapp.core.db import db
from fundapp.funds.models import PaymentScheme
from fundapp.grants import closing
from fundapp.grants.closing import Point
from fundapp.grants.models import Award
from fundapp.payouts import queries, recovery_lists
from fundapp.payouts.models import AccountState, Claim, ClaimState, RecoveryState

DONE = (ClaimState.PAID, ClaimState.REFUSED, ClaimState.WITHDRAWN)


def money_open(award: Award) -> Iterator[Point]:
    """List what has to be paid, settled or come back before a grant can be closed."""
    under_way = select(Claim).where(Claim.award_id == award.id, Claim.state.not_in(DONE)).order_by(Claim.id)
    for claim in db.session.scalars(under_way):
        yield Point(
            _("Request %(code)s is still under way.", code=claim.code), "payouts.show", {"id": claim.id}
        )
    if award.scheme is PaymentScheme.ADVANCE:
        yield from _account(award)
    for owed in recovery_lists.recoveries_of(award):
        if owed.state is RecoveryState.OPEN:
            text = _("%(code)s is not paid back yet.", code=owed.code)
            yield Point(text, "payouts.recovery", {"id": owed.id})


def _account(award: Award) -> Iterator[Point]:
    account = queries.final_account(award)
    if account is None:
        yield Point(_("There is no final account yet."), "grants.show", {"id": award.id, "_anchor": "scheme"})
    elif account.state is not AccountState.APPROVED:
        text = _("The final account is not approved yet.")
        yield Point(text, "payouts.final_account", {"id": award.id})


closing.CHECKS.append(money_open)
