"""What the clock does with reviews: keep them in line with ties and with what is still under review."""

from datetime import datetime
from typing import Any

from fundapp.core.jobs import job
from fundapp.reviews import office, pool


@job(kind="settle-reviews", minutes=5)
def settle_reviews(at: datetime) -> dict[str, Any]:
    """Strike reviews of people who turn out to be tied, and take off those nobody needs any more."""
    return office.settle(pool.out_of_line(), at=at)
