"""What exactly was proposed: the digest to which approvals bind."""

from fundapp.decisions.models import Decision
from fundapp.rounds.reading import digest_of


def digest(decision: Decision) -> str:
    """Name exactly what a decision says: outcome, amount, standing reasons and both texts."""
    return digest_of(
        {
            "application": decision.application_id,
            "stage": decision.stage_id,
            "outcome": decision.outcome.value,
            "amount_cents": decision.amount_cents,
            "to_applicant": decision.to_applicant,
            "internal": decision.internal,
            **({"reasons": list(decision.reasons)} if decision.reasons else {}),
        }
    )
