"""Until when milestones can be claimed, in Python and in SQL; what the clock closes."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from fundapp.applications import doors
from fundapp.applications.models import Capacity, Level
from fundapp.core import due
from fundapp.core.db import db
from fundapp.core.mail import Outbox
from fundapp.core.refusals import Refusal
from fundapp.funds.models import Account, Fund
from fundapp.grants import dates, expiry, milestones, windows
from fundapp.grants.models import Award, Milestone, MilestoneState
from tests.factories import NOW, make_user
from tests.grants.scene import Start, cents, in_force

OVER = datetime(2027, 9, 2, 12, tzinfo=UTC)
"""The milestones are planned for 1 March 2027 and the window is six months."""


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2027, 3, 1), 6, date(2027, 9, 1)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 11, 30), 0, date(2026, 11, 30)),
        (date(2026, 12, 15), 12, date(2027, 12, 15)),
        (date(2026, 1, 30), 1, date(2026, 2, 28)),
    ],
)
def test_window_ends_the_same_in_python_and_in_sql(app: Flask, day: date, months: int, later: date) -> None:
    start = in_force()
    start.cast.fund.claim_window_months = months
    for one in start.award.milestones:
        one.due_on = day
    db.session.flush()

    assert windows.months_later(day, months) == later
    assert {windows.last_day(one) for one in start.award.milestones} == {later}
    assert in_sql() == {later}


def in_sql() -> set[date | None]:
    statement = (
        select(windows.last_day_column())
        .select_from(Milestone)
        .join(Award, Award.id == Milestone.award_id)
        .join(Fund, Fund.id == Milestone.fund_id)
    )
    return set(db.session.scalars(statement))


def test_agreed_end_and_extension_come_before_the_plan(app: Flask) -> None:
    start = in_force()
    start.award.ends_on = date(2027, 6, 30)
    start.award.milestones[0].claim_until = date(2028, 1, 5)
    db.session.flush()

    assert windows.planned_end(start.award) == date(2027, 6, 30)
    assert windows.last_day(start.award.milestones[0]) == date(2028, 1, 5)
    assert windows.last_day(start.award.milestones[1]) == date(2027, 12, 30)
    assert in_sql() == {date(2028, 1, 5), date(2027, 12, 30)}


def test_grant_without_dates_has_no_window(app: Flask) -> None:
    start = in_force()
    for one in start.award.milestones:
        one.due_on = None
    db.session.flush()

    assert windows.last_day(start.award.milestones[0]) is None
    assert in_sql() == {None}
    assert expiry.expire_due(OVER) == {"expired": 0, "kept": 0, "cents": 0}


def test_clock_closes_what_was_not_claimed_and_gives_its_money_back(app: Flask) -> None:
    start = in_force()
    start.award.milestones[1].claim_until = date(2028, 1, 1)
    db.session.flush()

    early = expiry.expire_due(datetime(2027, 9, 1, 21, tzinfo=UTC))
    done = expiry.expire_due(datetime(2027, 9, 1, 22, 30, tzinfo=UTC))
    again = expiry.expire_due(OVER)

    assert (early["expired"], done, again["expired"]) == (0, {"expired": 1, "kept": 0, "cents": 500_000}, 0)
    assert [one.state for one in start.award.milestones] == [MilestoneState.EXPIRED, MilestoneState.OPEN]
    assert (start.award.amount_cents, cents(start.award, Account.COMMITTED)) == (300_000, 300_000)
    told = select(Outbox.address).where(Outbox.key.like("milestone-changed:%"))
    assert set(db.session.scalars(told)) >= {start.cast.ana.email, start.cast.sol.email}


def test_milestone_on_hold_is_closed_too(app: Flask) -> None:
    start = in_force()
    dates.put_on_hold(start.award.milestones[0], actor=start.cast.ana, at=NOW, note="Winter.")
    db.session.flush()

    assert expiry.expire_due(OVER)["expired"] == 2


def test_nobody_closes_a_milestone_before_its_last_day(app: Flask) -> None:
    start = in_force()

    with pytest.raises(Refusal, match="2027"):
        milestones.expire(start.award.milestones[0], actor=start.cast.sol, at=NOW, note="Too slow.")

    assert start.award.milestones[0].state is MilestoneState.OPEN


def test_milestone_is_opened_again_with_a_new_last_day_only(app: Flask) -> None:
    start = in_force()
    first = start.award.milestones[0]
    expiry.expire_due(OVER)

    with pytest.raises(Refusal):
        milestones.revive(first, actor=start.cast.sol, at=OVER, note="They are back.")
    db.session.rollback()
    milestones.revive(first, actor=start.cast.sol, at=OVER, note="They are back.", until=date(2027, 12, 24))

    assert (first.state, windows.last_day(first)) == (MilestoneState.OPEN, date(2027, 12, 24))
    assert cents(start.award, Account.COMMITTED) == 500_000
    assert expiry.expire_due(OVER)["expired"] == 0


# --- reminders -------------------------------------------------------------------------


def due_people(start: Start) -> list[tuple[int, str | None]]:
    first, until = datetime(2027, 3, 1, tzinfo=UTC), datetime(2027, 3, 2, tzinfo=UTC)
    return [(row.user_id, row.label) for row in due.between(first, until, kinds=["milestone-due"])]


def test_who_looks_after_a_milestone_is_reminded_else_the_owner(app: Flask) -> None:
    start = in_force()
    helper = make_user("Hal Helper")
    doors.let_in(
        start.award.application, helper, Capacity.CO_APPLICANT, Level.WRITE, actor=start.cast.ana, at=NOW
    )
    start.award.milestones[0].responsible_id = helper.id
    db.session.flush()

    assert sorted(due_people(start)) == sorted([(helper.id, "M1"), (start.cast.ana.id, "M2")])
    start.award.milestones[0].due_on = date(2027, 3, 2)
    db.session.flush()
    assert due_people(start) == [(start.cast.ana.id, "M2")]
