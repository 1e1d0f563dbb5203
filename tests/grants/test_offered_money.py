"""What an offered change adds is kept from the offer on: two offers never take the same last euro."""

from collections.abc import Iterator
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from flask import Flask

from fundapp import create_app
from fundapp.accounts.models import User
from fundapp.applications.models import ApplicationState
from fundapp.core.db import db
from fundapp.core.refusals import Refusal
from fundapp.funds import ledger
from fundapp.funds.models import Account
from fundapp.grants import amendments, awards, milestones, offering, plan, rulings, service
from fundapp.grants.amendments import Wish
from fundapp.grants.models import Agreement, Award
from fundapp.payouts import follow, ledger_proof
from tests.databases import Database, let_go, settings
from tests.factories import NOW, Cast, make_application, make_award, make_cast, make_round
from tests.grants.scene import Start

WHOLE, ADDED = 800_000, 100_000


def started(cast: Cast, *, left: int, grants: int = 1) -> list[Award]:
    """Give running grants of one round that has so many cents left."""
    round = make_round(cast.fund, budget_cents=grants * WHOLE + left)
    made = []
    for _number in range(grants):
        application = make_application(round, cast.ana, state=ApplicationState.AWARDED)
        award = make_award(application, cast.sol, cast.max)
        db.session.refresh(award)
        made.append(award)
    return made


def larger(award: Award, cast: Cast) -> Agreement:
    """Draft a change that adds EUR 1,000, and let the committee agree."""
    wish = Wish("More to do.", amount_cents=award.amount_cents + ADDED)
    version = amendments.begin(award, wish, actor=cast.sol, at=NOW)
    db.session.flush()
    rows = plan.written(version.plan)
    rows[0]["amount_cents"] = (rows[0]["amount_cents"] or 0) + ADDED
    service.save_plan(version, rows, base=version.row_version, actor=cast.sol, at=NOW)
    rulings.record(
        version, is_yes=True, decided_on=NOW.date(), decided_by="All", meeting_id=None, note="",
        shown_digest=rulings.laid_before(version), actor=cast.sol, at=NOW,
    )  # fmt: skip
    db.session.flush()
    return version


def of_round(award: Award) -> dict[str, int]:
    held = ledger.balances(award.fund_id, ledger.Where(round_id=award.round_id))
    return {one.value: held[one] for one in (Account.RESERVED, Account.COMMITTED)}


@pytest.fixture
def start(app: Flask) -> Start:
    cast = make_cast()
    return Start(cast, started(cast, left=ADDED)[0])


def test_offer_keeps_what_it_adds_and_the_grant_stays_as_it_is(start: Start) -> None:
    version = larger(start.award, start.cast)

    offering.offer(version, actor=start.cast.sol, at=NOW)

    assert version.held_cents == ADDED
    assert of_round(start.award) == {"reserved": 0, "committed": WHOLE + ADDED}
    assert ledger.figures(start.award.fund_id, ledger.Where(award_id=start.award.id)).granted == WHOLE
    assert start.award.amount_cents == WHOLE
    assert ledger_proof.prove(start.cast.fund).faults == []
    names = follow.Names({}, {start.award.round_id: "Round"}, {start.award.id: "Project"})
    left = [stop.cents for stop in follow.flow(start.award.fund_id, names).columns[2] if stop.key == "left"]
    assert left == [ADDED]


@pytest.mark.parametrize("end", ["take_back", "withdraw", "complete", "terminate"])
def test_offer_that_ends_gives_it_back(start: Start, end: str) -> None:
    version = larger(start.award, start.cast)
    offering.offer(version, actor=start.cast.sol, at=NOW)
    given: dict[str, Any] = {"actor": start.cast.sol, "at": NOW}

    if end == "take_back":
        offering.take_back(version, **given)
    elif end == "withdraw":
        offering.withdraw(version, note="Not now.", **given)
    elif end == "terminate":
        awards.terminate(start.award, note="Over.", **given)
    else:
        for one in list(start.award.milestones):
            milestones.expire(one, note="Nothing came.", **given)
        awards.complete(start.award, **given)
    db.session.flush()

    assert version.held_cents == 0
    kept = of_round(start.award)
    assert kept["reserved"] + kept["committed"] == WHOLE + ADDED
    assert kept["reserved"] >= ADDED
    assert ledger_proof.prove(start.cast.fund).faults == []


def test_change_in_force_is_the_grants_own(start: Start) -> None:
    version = larger(start.award, start.cast)
    for _again in range(2):  # an offer may be taken back and made anew
        offering.offer(version, actor=start.cast.sol, at=NOW)
        offering.take_back(version, actor=start.cast.sol, at=NOW)
    offering.offer(version, actor=start.cast.sol, at=NOW)
    offering.accept(version, version.digest or "", actor=start.cast.ana, at=NOW)
    db.session.flush()
    assert offering.countersign(version, version.digest or "", actor=start.cast.max, at=NOW)

    assert (start.award.amount_cents, version.held_cents) == (WHOLE + ADDED, 0)
    assert of_round(start.award) == {"reserved": 0, "committed": WHOLE + ADDED}
    assert ledger_proof.prove(start.cast.fund).faults == []


def test_second_offer_of_the_same_euro_is_refused(app: Flask) -> None:
    cast = make_cast()
    first, second = (larger(award, cast) for award in started(cast, left=ADDED, grants=2))
    offering.offer(first, actor=cast.sol, at=NOW)

    with pytest.raises(Refusal, match="the call has €0 left"):
        offering.offer(second, actor=cast.sol, at=NOW)

    offering.take_back(first, actor=cast.sol, at=NOW)
    offering.offer(second, actor=cast.sol, at=NOW)
    assert second.held_cents == ADDED


@pytest.fixture
def real(database: Database, tmp_path: Path) -> Iterator[Flask]:
    """An app on a copy of the migrated database in which commits are commits."""
    with database.copy() as url:
        app = create_app(settings(tmp_path, url))
        yield app
        let_go(app)


def test_two_offers_at_one_moment_keep_one_last_euro(real: Flask) -> None:
    with real.app_context():
        cast = make_cast()
        versions = [larger(award, cast).id for award in started(cast, left=ADDED, grants=2)]
        sol, fund = cast.sol.id, cast.fund.id
        db.session.commit()
        db.session.remove()
    start, ended = Barrier(2), []

    def offer(id: int) -> None:
        with real.app_context():
            start.wait(timeout=20)
            try:
                version, actor = db.session.get_one(Agreement, id), db.session.get_one(User, sol)
                offering.offer(version, actor=actor, at=NOW)
                db.session.commit()
                ended.append("kept")
            except Refusal:
                db.session.rollback()
                ended.append("refused")
            finally:
                db.session.remove()

    threads = [Thread(target=offer, args=(id,)) for id in versions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert sorted(ended) == ["kept", "refused"]
    with real.app_context():
        held = ledger.balances(fund)
        assert (held[Account.RESERVED], held[Account.COMMITTED]) == (0, 2 * WHOLE + ADDED)
        db.session.remove()
