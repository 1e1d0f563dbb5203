"""What accounting reads: payments and postings of the demo, whole and in order, and not for who is tied."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from fundapp.accounts.models import Role, RoleName, User
from fundapp.connections.scopes import Scope
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.funds.models import Fund, Posting
from fundapp.payouts.models import Payment
from tests.connections.programs import Program, with_key
from tests.databases import rolled_back
from tests.demo.conftest import Played, played  # noqa: F401 - the played demo, once an engine
from tests.factories import make_conflict


@pytest.fixture
def demo(played: Played) -> Iterator[Any]:  # noqa: F811
    with rolled_back(played.app), played.app.app_context():
        yield played.app
        db.session.remove()


def officer(fund: Fund) -> User:
    held = (Role.fund_id == fund.id, Role.name == RoleName.FINANCE, Role.ended_at.is_(None))
    return db.session.scalars(select(User).join(Role, Role.user_id == User.id).where(*held)).first()


def every(reader: Program, address: str) -> list[dict[str, Any]]:
    """Follow a list to its end."""
    found: list[dict[str, Any]] = []
    while address:
        page = reader.get(address).json
        found, address = [*found, *page["data"]], page["next"]
    return found


def test_postings_come_whole_and_balance(demo: Any) -> None:
    fund = db.session.scalars(select(Fund).order_by(Fund.id)).first()
    reader = with_key(demo, fund, officer(fund), Scope.LEDGER)

    lines = every(reader, "/api/v1/postings?limit=200")
    bank = [one for one in lines if "bank" in (one["debit"], one["credit"])]
    narrow = every(reader, "/api/v1/postings?account=bank&limit=200")

    counted = db.session.scalar(select(func.count(Posting.id)).where(Posting.fund_id == fund.id))
    assert len(lines) == counted
    assert [int(one["code"]) for one in lines] == sorted(int(one["code"]) for one in lines)
    assert narrow == bank
    days = sorted(one["booked_on"] for one in lines)
    some = every(reader, f"/api/v1/postings?from={days[10]}&until={days[20]}&limit=200")
    assert {one["booked_on"] for one in some} == {day for day in days if days[10] <= day <= days[20]}


def test_payments_of_a_barred_project_are_not_there(demo: Any) -> None:
    fund = db.session.scalars(select(Fund).order_by(Fund.id)).first()
    femke = officer(fund)
    reader = with_key(demo, fund, femke, Scope.PAYMENTS, Scope.CLAIMS, Scope.LEDGER)
    paid = db.session.scalars(select(Payment).order_by(Payment.id)).first()
    code, claim, application = paid.end_to_end_id, paid.claim.code, paid.application
    before = reader.get(f"/api/v1/payments/{code}").json["grant"]

    make_conflict(application, femke)
    gone = [reader.get(f"/api/v1/{one}").status_code for one in (f"payments/{code}", f"claims/{claim}")]
    told = str([every(reader, f"/api/v1/{key}?limit=200") for key in ("payments", "claims", "postings")])

    assert before == application.code
    assert gone == [404, 404]
    assert application.code not in told
    assert code not in told


def test_changes_are_found_by_when_they_came(demo: Any) -> None:
    fund = db.session.scalars(select(Fund).order_by(Fund.id)).first()
    reader = with_key(demo, fund, officer(fund), Scope.PAYMENTS)
    later = (clock.now() + timedelta(days=2)).isoformat().replace("+", "%2B")

    assert every(reader, f"/api/v1/payments?changed_since={later}") == []
    assert len(every(reader, "/api/v1/payments?changed_since=2023-01-01T00:00:00Z&state=paid")) > 3
