"""What the page of a grant shows of its advance, its settlement, and money that comes back."""

from typing import Any

from flask_login import current_user

from fundapp.applications.rules import partner
from fundapp.funds.models import PaymentScheme
from fundapp.grants.models import Award, AwardState
from fundapp.payouts import (
    advances,
    closing,  # noqa: F401  adds what money leaves open
    grant_timeline,  # noqa: F401  adds what it did
    recovery_lists,
)
from fundapp.payouts.models import Claim
from fundapp.payouts.rules import ASK
from fundapp.payouts.settling import (
    ACCOUNT_WORDS,
    CLAIM_BACK,
    OWN_ACCOUNT_WORDS,
    REASONS,
    RECOVERY_WORDS,
    SETTLE,
)
from fundapp.payouts.views import bp


@bp.app_context_processor
def _for_grants() -> dict[str, Any]:
    return {"grant_scheme": _grant_scheme}


def _grant_scheme(award: Award, standing: Any) -> dict[str, Any]:
    """Give the advance, the final account and the recoveries of a grant."""
    is_advance = award.scheme is PaymentScheme.ADVANCE
    beside = recovery_lists.beside(award)
    account, claims = beside.account, beside.advances
    is_own = partner(current_user, award)
    may_write = is_advance and ASK(current_user, award)
    runs = award.state in (AwardState.ACTIVE, AwardState.PAUSED, AwardState.TERMINATED)
    in_force = award.agreement_in_force
    payees = max(1, len(in_force.payees)) if in_force else 0
    can_ask = award.state is AwardState.ACTIVE and len(claims) < payees and account is None
    return {
        "is_advance": is_advance,
        "cents": advances.amount(award),
        "claims": claims,
        "payees": payees,
        "account": account,
        "account_words": OWN_ACCOUNT_WORDS if is_own else ACCOUNT_WORDS,
        "may_ask": may_write and can_ask,
        "may_begin": may_write and account is None and runs,
        "recoveries": beside.recoveries,
        "recovery_words": RECOVERY_WORDS,
        "reasons": REASONS,
        "may_claim_back": CLAIM_BACK(current_user, award)
        and standing.paid > 0
        and _is_settled(award, account),
        "may_settle_without": is_advance
        and _owes(claims, account)
        and SETTLE(current_user, account or award),
    }


def _is_settled(award: Award, account: Any) -> bool:
    return award.scheme is not PaymentScheme.ADVANCE or (account is not None and account.state == "approved")


def _owes(claims: list[Claim], account: Any) -> bool:
    """Tell whether an advance was paid and nobody accounted for it."""
    is_paid = any(claim.state == "paid" for claim in claims)
    return is_paid and (account is None or account.state in ("draft", "returned"))
