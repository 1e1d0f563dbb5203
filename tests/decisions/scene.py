"""A round being decided with two applications, as far as a test wants it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from fundapp.accounts.models import User
from fundapp.applications.models import Application, ApplicationState
from fundapp.core.db import db
from fundapp.core.mail import Outbox
from fundapp.decisions import service
from fundapp.decisions.models import Decision, Outcome
from fundapp.rounds.models import Round
from tests.factories import NOW, Cast

LATER = NOW + timedelta(days=1)
A = ApplicationState


@dataclass
class Scene:
    """Everybody, a round being decided, and Ana's and Ben's applications."""

    cast: Cast
    round: Round
    ana: Application
    ben: Application

    def propose(
        self, application: Application | None = None, actor: User | None = None, **values: Any
    ) -> Decision:
        given = {"outcome": Outcome.AWARDED, "amount_cents": 1_000_000, "to_applicant": "It serves many."}
        return service.propose(
            application or self.ana, actor=actor or self.cast.sol, at=NOW, **{**given, **values}
        )

    def approved(self, application: Application | None = None, **values: Any) -> Decision:
        decision = self.propose(application, **values)
        proposer = values.get("actor") or self.cast.sol
        other = self.cast.max if proposer is self.cast.sol else self.cast.sol
        service.approve(decision, actor=other, at=NOW)
        return decision


def outbox() -> list[Outbox]:
    return list(db.session.scalars(select(Outbox).where(Outbox.name == "decision").order_by(Outbox.id)))
