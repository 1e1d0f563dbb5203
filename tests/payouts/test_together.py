"""Two people at once, on real connections: whatever is done twice happens once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Barrier, Thread

import pytest
from flask import Flask, current_app
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from fundapp import create_app
from fundapp.accounts.models import RoleName, User
from fundapp.core.db import db
from fundapp.core.files import File
from fundapp.core.refusals import Refusal
from fundapp.funds import ledger
from fundapp.funds.models import Account
from fundapp.grants.models import Award
from fundapp.payouts import batches, payments, service
from fundapp.payouts.asking import Asked
from fundapp.payouts.models import Batch, Claim, Payment
from tests.databases import Database, let_go, settings
from tests.factories import NOW, give_role, make_user
from tests.payouts.scene import LINK, TODAY, answer_all, make_scene

MONEY = 500_000


@dataclass(frozen=True)
class Ids:
    """Who and what, by their ids: rows themselves belong to one session."""

    award: int
    claim: int
    payment: int
    batch: int
    ana: int
    sol: int
    max: int
    fin: int
    faye: int


@pytest.fixture
def real(database: Database, tmp_path: Path) -> Iterator[Flask]:
    """An app on a copy of the migrated database in which commits are commits."""
    with database.copy() as url:
        app = create_app(settings(tmp_path, url))
        yield app
        let_go(app)


def prepared(app: Flask, far: str) -> Ids:
    """Make the scene up to a point (claimed, approved, listed, ordered) and commit it."""
    with app.app_context():
        scene = make_scene()
        faye = make_user("Faye Finch")
        give_role(faye, scene.cast.fund, RoleName.FINANCE)
        claim = payment = None
        if far == "claimed":
            claim = scene.claim()
        elif far == "approved":
            claim = scene.approved()
        elif far in ("listed", "ordered"):
            payment = scene.listed() if far == "listed" else scene.ordered()
            claim = payment.claim
        cast = scene.cast
        ids = Ids(
            award=scene.award.id,
            claim=claim.id if claim else 0,
            payment=payment.id if payment else 0,
            batch=payment.batch_id if payment else 0,
            ana=cast.ana.id,
            sol=cast.sol.id,
            max=cast.max.id,
            fin=cast.fin.id,
            faye=faye.id,
        )
        db.session.commit()
        db.session.remove()
        return ids


Work = Callable[[Ids, User], None]


def at_once(app: Flask, ids: Ids, work: Work, people: tuple[int, ...]) -> list[str]:
    """Let everybody do the work at the same moment; give who succeeded and who was refused, sorted."""
    start, ended = Barrier(len(people)), []
    is_sqlite = app.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite")

    def run(person_id: int) -> None:
        with app.app_context():
            if not is_sqlite:  # there a first read would take the writer's place before the start
                read = [(Award, ids.award), (Claim, ids.claim), (Payment, ids.payment), (Batch, ids.batch)]
                held = [db.session.get(kind, id) for kind, id in read]  # stale by the time it counts
                assert held[0] is not None
            start.wait(timeout=20)
            try:
                work(ids, db.session.get_one(User, person_id))
                db.session.commit()
                ended.append("done")
            except (Refusal, IntegrityError, StaleDataError) as refused:
                db.session.rollback()
                ended.append("refused" if isinstance(refused, Refusal) else type(refused).__name__)
            finally:
                db.session.remove()

    threads = [Thread(target=run, args=(id,)) for id in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return sorted(ended)


def claim_all(ids: Ids, actor: User) -> None:
    award = db.session.get_one(Award, ids.award)
    line = Asked(award.milestones[0].id, MONEY, [LINK], licence="MIT", place=LINK)
    service.claim(award, [line], "", actor=actor, at=NOW)


def approve(ids: Ids, actor: User) -> None:
    claim = db.session.get_one(Claim, ids.claim)
    service.approve(claim, "", claim.digest, actor=actor, at=NOW)


def put_in(ids: Ids, actor: User) -> None:
    payments.list_payment(db.session.get_one(Claim, ids.claim), actor=actor, at=NOW)


def release(ids: Ids, actor: User) -> None:
    batch = db.session.get_one(Batch, ids.batch)
    answer_all(batch, actor)
    shown = batches.list_digest([db.session.get_one(Payment, ids.payment)])
    given = {"settings": current_app.config["SETTINGS"], "actor": actor, "at": NOW, "proved_at": NOW}
    batches.release_batch(batch, batch.pay_on, shown, **given)


def mark_paid(ids: Ids, actor: User) -> None:
    payments.mark_paid(db.session.get_one(Payment, ids.payment), TODAY, actor=actor, at=NOW)


def take_back(ids: Ids, actor: User) -> None:
    payments.return_payment(db.session.get_one(Payment, ids.payment), "Closed.", actor=actor, at=NOW)


CASES: dict[str, tuple[str, Work, tuple[str, str], Account]] = {
    "two tabs of the grantee ask for the same": ("nothing", claim_all, ("ana", "ana"), Account.COMMITTED),
    "two managers approve": ("claimed", approve, ("sol", "max"), Account.APPROVED),
    "two officers put it in a batch": ("approved", put_in, ("fin", "faye"), Account.APPROVED),
    "two officers release": ("listed", release, ("fin", "faye"), Account.ORDERED),
    "a double click on release": ("listed", release, ("fin", "fin"), Account.ORDERED),
    "two officers mark it as paid": ("ordered", mark_paid, ("fin", "faye"), Account.BANK),
    "two officers take it back": ("ordered", take_back, ("fin", "faye"), Account.APPROVED),
}


@pytest.mark.parametrize("case", CASES)
def test_what_two_do_at_once_happens_once(real: Flask, case: str) -> None:
    far, work, names, account = CASES[case]
    ids = prepared(real, far)

    ended = at_once(real, ids, work, tuple(getattr(ids, name) for name in names))

    assert ended == ["done", "refused"]
    with real.app_context():
        award = db.session.get_one(Award, ids.award)
        held = ledger.balances(award.fund_id, ledger.Where(award_id=award.id))
        expected = {Account.COMMITTED: 800_000, Account.BANK: -MONEY}.get(account, MONEY)
        assert held[account] == expected
        assert db.session.scalar(select(func.count(Claim.id))) == 1
        live = db.session.scalar(
            select(func.count(Payment.id)).where(Payment.state.in_(["listed", "ordered", "paid"]))
        )
        assert live == (0 if far in ("nothing", "claimed") or work is take_back else 1)
        assert db.session.scalar(select(func.count(File.id))) == (1 if far in ("listed", "ordered") else 0)
        db.session.remove()


def approve_or_revise(ids: Ids, actor: User) -> None:
    claim = db.session.get_one(Claim, ids.claim)
    if actor.id == ids.sol:
        service.approve(claim, "", claim.digest, actor=actor, at=NOW)
    else:
        line = Asked(claim.lines[0].milestone_id, 100, [LINK], licence="MIT", place=LINK)
        service.revise(claim, [line], "", actor=actor, at=NOW)


def test_approval_beside_a_change_never_covers_what_was_not_seen(real: Flask) -> None:
    ids = prepared(real, "claimed")

    ended = at_once(real, ids, approve_or_revise, (ids.sol, ids.ana))

    assert "done" in ended
    with real.app_context():
        claim = db.session.get_one(Claim, ids.claim)
        live = [one for one in claim.signoffs if one.voided_at is None]
        held = ledger.balances(claim.fund_id, ledger.Where(award_id=ids.award))
        if claim.state == "approved":
            assert [(one.digest, one.amount_cents) for one in live] == [(claim.digest, claim.amount_cents)]
            assert held[Account.APPROVED] == claim.amount_cents
        else:
            assert (live, held[Account.APPROVED]) == ([], 0)
        db.session.remove()
