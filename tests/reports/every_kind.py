"""One record of every kind of report, taken from the played demo; a new kind has to be found here too."""

from collections.abc import Callable
from functools import partial

from sqlalchemy import select

from fundapp.accounts.models import User
from fundapp.applications.models import Application, ApplicationState
from fundapp.core.db import db
from fundapp.funds.models import Fund
from fundapp.grants.models import Award
from fundapp.reports import (
    freezing,
    fund_service,
    own_dossier,
    public_round,
    registers,
    service,
    transparency_pack,
)
from fundapp.reports.fund_kinds import FUND
from fundapp.reports.models import Snapshot
from fundapp.rounds.models import Round, RoundState
from tests.factories import NOW


def manager() -> User:
    found = db.session.scalar(select(User).where(User.email == "noor.verhage@example.org"))
    assert found is not None
    return found


def fund() -> Fund:
    return db.session.scalars(select(Fund).order_by(Fund.id)).one()


def decided() -> Round:
    wanted = select(Round).where(Round.state == RoundState.RELEASED, Round.is_trial.is_(False))
    found = db.session.scalars(wanted.order_by(Round.id)).first()
    assert found is not None
    return found


def awarded() -> Application:
    wanted = select(Application).where(Application.state == ApplicationState.AWARDED)
    found = db.session.scalars(wanted.order_by(Application.code)).first()
    assert found is not None
    return found


def award() -> Award:
    found = db.session.scalars(select(Award).order_by(Award.id)).first()
    assert found is not None
    return found


def register(name: str) -> Snapshot:
    return registers.freeze(name, fund(), year=None, actor=manager(), at=NOW)


MAKERS: dict[str, Callable[[], Snapshot]] = {
    "application": lambda: service.take_application(awarded(), actor=None, at=NOW),
    "application_own": lambda: own_dossier.take_own(awarded(), actor=manager(), at=NOW),
    "round": lambda: service.take_round(decided(), actor=None, at=NOW),
    "round_public": lambda: public_round.take_public_round(decided(), actor=manager(), at=NOW),
    "transparency": lambda: (
        transparency_pack.make(decided(), site="https://fund.example.org", actor=manager(), at=NOW).snapshot
    ),
    "fund": lambda: freezing.freeze(
        FUND.key, FUND.gather(fund(), at=NOW), fund_id=fund().id, actor=None, at=NOW
    ),
    "grant": lambda: fund_service.take_grant(award(), actor=None, at=NOW),
    **{f"register-{name}": partial(register, name) for name in ("ties", "decisions", "payments", "cascade")},
}


def record(kind: str) -> Snapshot:
    """Give a record of a kind: one made here, or else the newest of the demo."""
    if kind in MAKERS:
        made = MAKERS[kind]()
        db.session.flush()
        return made
    newest = select(Snapshot).where(Snapshot.kind == kind).order_by(Snapshot.id.desc())
    found = db.session.scalars(newest).first()
    assert found is not None, f"tests/reports/every_kind.py does not know how to make a report of kind {kind}"
    return found
