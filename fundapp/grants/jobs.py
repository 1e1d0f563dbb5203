"""What the clock does with grants: milestones that were not claimed in time are closed."""

from datetime import datetime
from typing import Any

from fundapp.core.jobs import job
from fundapp.grants import expiry


@job(kind="expire-milestones", minutes=60)
def expire_milestones(at: datetime) -> dict[str, Any]:
    """Close milestones whose claim period is over and give their money back to the round."""
    return dict(expiry.expire_due(at))
