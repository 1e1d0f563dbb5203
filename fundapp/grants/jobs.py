"""What the clock does with grants: milestones not claimed in time are closed, agreements in force sealed."""

from datetime import datetime
from typing import Any

from flask import current_app

from fundapp.core.jobs import job
from fundapp.grants import expiry, pades


@job(kind="expire-milestones", minutes=60)
def expire_milestones(at: datetime) -> dict[str, Any]:
    """Close milestones whose claim period is over and give their money back to the round."""
    return dict(expiry.expire_due(at))


@job(kind="seal-agreements", minutes=5)
def seal_agreements(at: datetime) -> dict[str, Any]:
    """Seal the PDFs of agreements that came into force, where the installation has a certificate."""
    settings = current_app.config["SETTINGS"]
    found = pades.waiting() if pades.is_ready(settings) else []
    for version in found:
        pades.keep_sealed(version, settings, at=at)
    return {"sealed": len(found)}
