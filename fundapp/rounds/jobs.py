"""What the clock does with rounds."""

from datetime import datetime
from typing import Any

import structlog

from fundapp.core.db import db
from fundapp.core.jobs import job
from fundapp.core.refusals import Refusal
from fundapp.rounds import queries, service

log = structlog.get_logger()


@job(kind="close-rounds", minutes=1)
def close_rounds(at: datetime) -> dict[str, Any]:
    """Close the calls whose deadline, grace and extensions have passed."""
    closed = []
    for round in queries.past_closing(at):
        try:
            with db.session.begin_nested():
                service.close(round, actor=None, at=at)
        except Refusal as refused:
            log.info("round stays open", round=round.slug, why=refused.message)
            continue
        closed.append(round.slug)
    return {"closed": closed}
