"""What the page of a grant shows of its agreement: versions, payees, conditions, what comes next."""

from typing import Any

from flask_login import current_user

from fundapp.applications.rules import OFFICE
from fundapp.grants import deed, plan_versions, shares
from fundapp.grants.models import Agreement, AgreementState, Award
from fundapp.grants.rules import COUNTER, RUN
from fundapp.grants.workflow import CONDITION_WORDS, agreements


def agreed(award: Award, version: Agreement | None) -> dict[str, Any]:
    """Give the parts of the page that come from the agreement; three queries at most."""
    shared_by = version or award.agreement_in_force
    in_force = award.agreement_in_force
    was_offered = version is not None and version.state is not AgreementState.DRAFT
    words = deed.kept(in_force) if in_force else None
    waiting = shares.waiting(shared_by) if shared_by and shared_by is version else []
    is_asked = was_offered and any(one["user_id"] == current_user.id for one in waiting)
    proposal = plan_versions.open_proposal(award) if was_offered else None
    is_offered = version is not None and version.state is AgreementState.OFFERED
    return {
        "conditions": award.conditions,
        "condition_words": CONDITION_WORDS,
        "agreed_conditions": {one["number"] for one in words["conditions"]} if words else set(),
        "may_condition": RUN(current_user, award),
        "checks_conditions": OFFICE(current_user, award),
        "shared": shared_by.payees if shared_by else [],
        "waiting": {one["party_id"] for one in waiting},
        "may_share": version is not None and agreements.allows("write", current_user, version),
        "asks_consent": is_asked,
        "waiting_proposal": proposal,
        "may_propose": is_offered and COUNTER(current_user, award),
    }
