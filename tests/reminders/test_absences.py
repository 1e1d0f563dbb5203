"""Days away: for everybody; reminders wait, what is urgent comes, who stands in hears of it."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from fundapp.accounts.models import Absence, User
from fundapp.applications.models import ApplicationState
from fundapp.core import due
from fundapp.core.db import db
from fundapp.core.mail import Outbox
from fundapp.reminders import absences, service
from fundapp.reminders.models import Notice, ReminderRule
from fundapp.rounds.models import Round, RoundState
from tests.factories import NOW, Cast, make_application, make_cast, make_conflict, make_review, make_round
from tests.visitor import Visitor

DUE = date(2026, 12, 18)


@pytest.fixture
def cast(app: Any) -> Cast:
    return make_cast()


@pytest.fixture
def call(cast: Cast) -> Round:
    """Give a round in which decisions are due: its managers hear of it 14 and 3 days before."""
    made = make_round(cast.fund, state=RoundState.DECIDING, closes_at=NOW - timedelta(days=1))
    made.decide_by_on = DUE
    make_application(made, cast.ana, state=ApplicationState.IN_REVIEW)
    db.session.flush()
    return made


def _morning(days: int, hour: int = 7) -> datetime:
    return datetime.combine(DUE, datetime.min.time(), NOW.tzinfo).replace(hour=hour) + timedelta(days=days)


def _told() -> set[tuple[str, str]]:
    rows = db.session.execute(
        select(User.name, Notice.way)
        .join(User, User.id == Notice.user_id)
        .where(Notice.mail_key.is_not(None))
    )
    return {(name.split()[0], way) for name, way in rows}


def _away(who: User, first: date, last: date, stand_in: User | None = None) -> Absence:
    given: dict[str, Any] = {"actor": who, "today": NOW.date(), "at": NOW}
    return absences.go_away(first, last, stand_in, **given)


def test_reminders_wait_until_the_morning_one_is_back(cast: Cast, call: Round) -> None:
    _away(cast.sol, DUE - timedelta(days=14), DUE - timedelta(days=10))

    service.remind(_morning(-14))
    away = _told()
    service.remind(_morning(-9, hour=0))
    night = _told()
    service.remind(_morning(-9))

    assert (away, night, _told()) == (
        {("Max", "")}, {("Max", "")}, {("Max", ""), ("Sol", "")},
    )  # fmt: skip


def test_who_stands_in_hears_unless_a_tie_bars(cast: Cast, call: Round) -> None:
    _away(cast.sol, DUE - timedelta(days=14), DUE - timedelta(days=10), cast.fin)

    service.remind(_morning(-14))

    assert _told() == {("Max", ""), ("Fin", "away")}
    mail = db.session.scalars(select(Outbox).where(Outbox.address == cast.fin.email)).one()
    assert "the work of Sol" in mail.body_text
    assert "stand in" in mail.body_text


def test_stand_in_whom_a_tie_bars_hears_nothing_of_that_proposal(cast: Cast) -> None:
    call = make_round(cast.fund, state=RoundState.DECIDING, closes_at=NOW - timedelta(days=1))
    call.decide_by_on = DUE
    application = make_application(call, cast.ana, state=ApplicationState.IN_REVIEW)
    application.clock_stopped_s = 3 * 86400 - 5
    make_conflict(application, cast.fin)
    _away(cast.sol, DUE - timedelta(days=14), DUE, cast.fin)
    db.session.flush()

    moved = [row.due_at.date() for row in due.between(NOW, NOW + timedelta(days=60), kinds=["decision-term"])]
    service.remind(_morning(3 - 14))

    kinds = set(db.session.execute(select(Notice.kind, Notice.user_id)).all())
    assert moved == [DUE + timedelta(days=3)] * 2
    assert ("decision-term", cast.max.id) in kinds
    assert ("decision-term", cast.fin.id) not in kinds
    assert ("decide-by", cast.fin.id) in kinds


def test_rule_may_tell_another_role_as_well(cast: Cast, call: Round) -> None:
    rule = ReminderRule(
        fund_id=cast.fund.id, kind="decide-by", offsets=[-5], also_to="auditor", changed_at=NOW
    )
    db.session.add(rule)
    db.session.flush()

    service.remind(_morning(-5))

    assert _told() == {("Sol", ""), ("Max", ""), ("Aud", "also")}


@pytest.mark.parametrize(
    ("first", "last", "why"),
    [
        ("2026-12-10", "2026-12-01", "comes before the last"),
        ("2026-11-01", "2026-11-10", "are over"),
        ("2026-12-03", "2026-12-04", "already"),
        ("2027-01-01", "2028-06-01", "more than a year"),
    ],
)
def test_days_that_cannot_be_are_refused_beside_the_field(
    client: Visitor, cast: Cast, first: str, last: str, why: str
) -> None:
    _away(cast.ana, date(2026, 12, 1), date(2026, 12, 5))
    db.session.commit()
    client.sign_in(cast.ana)

    answer = client.post("/away", data={"first": first, "last": last})

    assert answer.status_code == 422
    assert why in answer.text
    assert first in answer.text


def test_everybody_has_a_page_of_days_away(client: Visitor, cast: Cast) -> None:
    for who in (cast.ana, cast.rhea, cast.sol, cast.fin, cast.aud):
        client.sign_in(who)
        page = client.get("/away").text
        assert ("Who stands in</label>" in page) is (who in (cast.sol, cast.fin)), who.name

    client.sign_in(cast.sol)
    kept = client.post(
        "/away", data={"first": "2027-01-04", "last": "2027-01-08", "stand_in": str(cast.max.id)}
    )
    row = db.session.scalars(select(Absence)).one()
    id, stands_in = row.id, row.stand_in_id
    shown = client.get("/away").text
    client.sign_in(cast.max)
    stranger = client.post(f"/away/{id}/back").status_code
    client.sign_in(cast.sol)
    back = client.post(f"/away/{id}/back")

    assert (kept.status_code, stands_in, stranger, back.status_code) == (302, cast.max.id, 404, 302)
    assert cast.max.name in shown
    assert db.session.scalars(select(Absence)).all() == []


def test_applicant_cannot_make_a_stranger_stand_in(client: Visitor, cast: Cast) -> None:
    client.sign_in(cast.ana)

    client.post("/away", data={"first": "2027-01-04", "last": "2027-01-08", "stand_in": str(cast.max.id)})

    assert db.session.scalars(select(Absence.stand_in_id)).all() == [None]


def test_review_of_somebody_away_is_nobody_elses(cast: Cast) -> None:
    call = make_round(cast.fund)
    make_review(make_application(call, state=ApplicationState.IN_REVIEW), cast.rhea)
    row = _away(cast.rhea, NOW.date(), NOW.date() + timedelta(days=30))
    row.stand_in_id = cast.ben.id  # not by the page, which offers nobody
    db.session.flush()

    service.remind(NOW + timedelta(days=17))

    assert set(db.session.scalars(select(Notice.user_id))) == {cast.rhea.id}
