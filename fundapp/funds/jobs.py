"""What runs by the clock: seals on what was posted."""

from datetime import datetime
from typing import Any

from fundapp.core.db import db
from fundapp.core.jobs import job
from fundapp.funds import seals


@job(kind="seal-ledger", minutes=5)
def seal_ledger(at: datetime) -> dict[str, Any]:
    """Seal new postings of every fund; each fund in a transaction of its own, so that nobody waits long."""
    number = 0
    for fund in seals.funds_to_seal():
        while made := seals.seal(fund, at=at):
            db.session.commit()
            number += made
    return {"seals": number}
