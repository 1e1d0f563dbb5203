"""What the clock does with rounds."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import structlog

from fundapp.core.db import db
from fundapp.core.jobs import job
from fundapp.core.refusals import Refusal
from fundapp.rounds import queries, service
from fundapp.rounds.models import Round

log = structlog.get_logger()


@job(kind="close-rounds", minutes=1)
def close_rounds(at: datetime) -> dict[str, Any]:
    """Close the calls whose deadline, grace and extensions have passed, and unseal after a first stage."""
    closed = [round.slug for round in queries.past_closing(at) if _done(service.close, round, at)]
    opened = [round.slug for round in queries.still_sealed(at) if _done(service.unseal, round, at)]
    return {"closed": closed, "unsealed": opened}


def _done(step: Callable[..., None], round: Round, at: datetime) -> bool:
    """Take a step of one round; what stands in the way of it does not keep the others waiting."""
    try:
        with db.session.begin_nested():
            step(round, actor=None, at=at)
    except Refusal as refused:
        log.info("round stays as it is", round=round.slug, why=refused.message)
        return False
    return True
