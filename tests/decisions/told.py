"""A decision that was told, and who may say something about it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from fundapp.accounts.models import RoleName, User
from fundapp.core.db import db
from fundapp.core.mail import Outbox
from fundapp.decisions import appeals, service
from fundapp.decisions.models import Appeal, Decision, Outcome
from fundapp.funds.models import Regime
from tests.decisions.scene import LATER, A, Scene
from tests.factories import make_application, make_cast, make_fund, make_round, make_user

SOON = LATER + timedelta(days=7)


@dataclass
class Told:
    """Ana's application is declined; Sol proposed, Max approved and released; Zoe manages too."""

    scene: Scene
    decision: Decision
    zoe: User

    def object(self, at: datetime = SOON, **values: str) -> Appeal:
        given = {"grounds": "You missed our letter of support.", **values}
        made = appeals.send_in(self.decision, actor=self.scene.cast.ana, at=at, **given)  # type: ignore[arg-type]
        db.session.flush()
        return made

    def in_hand(self) -> Appeal:
        appeal = self.object()
        appeals.take(appeal, actor=self.zoe, at=SOON)
        return appeal


def tell(regime: Regime) -> Told:
    cast = make_cast(make_fund(legal_regime=regime))
    round = make_round(cast.fund, state="deciding")  # type: ignore[arg-type]
    ana, ben = (make_application(round, owner, state=A.IN_REVIEW) for owner in (cast.ana, cast.ben))
    scene = Scene(cast, round, ana, ben)
    decision = scene.approved(outcome=Outcome.DECLINED)
    service.release(decision, actor=cast.max, at=LATER)
    db.session.flush()
    zoe = make_user("Zoe Zand", roles={cast.fund: [RoleName.MANAGER]})
    return Told(scene, decision, zoe)


def mails(name: str) -> list[str]:
    return list(db.session.scalars(select(Outbox.address).where(Outbox.name == name).order_by(Outbox.id)))
