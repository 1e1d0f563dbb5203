"""The mutex of the ledger takes rows in whatever way they were loaded."""

from flask import Flask

from fundapp.core.db import db
from fundapp.grants import queries
from fundapp.grants.hold import hold
from tests.factories import make_application, make_award, make_cast, make_round


def test_hold_takes_a_grant_as_its_pages_load_it(app: Flask) -> None:
    cast = make_cast()
    award = make_award(make_application(make_round(cast.fund), cast.ana), cast.sol, cast.max)
    fund_id, award_id = cast.fund.id, award.id
    db.session.commit()
    db.session.expunge_all()
    loaded = queries.grant(
        db.session.merge(cast.sol), award_id
    )  # with its application, people and agreements
    assert loaded is not None

    assert hold(loaded).id == fund_id
