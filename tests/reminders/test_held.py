"""What waits for its reader: the day, the week, a clock that jumps, a date that is over or comes back."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from fundapp.accounts.models import User
from fundapp.applications.models import Application, ApplicationState
from fundapp.core import due, jobs
from fundapp.core.db import db
from fundapp.core.mail import Outbox
from fundapp.reminders import service
from fundapp.reminders.models import Fate, Habit, Notice, ReminderRule, Rhythm
from fundapp.rounds.models import RoundState
from tests.factories import NOW, Cast, make_application, make_cast, make_review, make_round
from tests.visitor import Visitor


@pytest.fixture
def cast(app: Any) -> Cast:
    return make_cast()


@pytest.fixture
def review(cast: Cast) -> Any:
    call = make_round(cast.fund, state=RoundState.REVIEWING, closes_at=NOW - timedelta(days=1))
    return make_review(make_application(call, cast.ana, state=ApplicationState.IN_REVIEW), cast.rhea)


def _at(review: Any, days: int, hour: int = 7) -> datetime:
    due_at: datetime = review.due_at
    return due_at.replace(hour=hour, minute=0) + timedelta(days=days)


def _fates() -> list[tuple[int, Fate]]:
    rows = db.session.execute(select(Notice.offset_days, Notice.state).order_by(Notice.id))
    return [(offset, state) for offset, state in rows]


def test_weekly_mail_that_was_missed_comes_the_next_day_at_its_hour(cast: Cast, review: Any) -> None:
    off = _at(review, -6)  # the day of the weekly mail: the machine is off
    db.session.add(
        Habit(
            user_id=cast.rhea.id, rhythm=Rhythm.WEEKLY, hour=9, weekday=off.weekday(), zone="Europe/Amsterdam"
        )
    )
    db.session.flush()
    service.remind(_at(review, -7))

    early = service.remind(_at(review, -5, hour=7))
    at_nine = service.remind(_at(review, -5, hour=8))

    assert (early["mails"], at_nine["mails"]) == (0, 1)


def test_two_reminders_of_one_date_are_one_line_in_the_mail(cast: Cast, review: Any) -> None:
    db.session.add(
        Habit(
            user_id=cast.rhea.id,
            rhythm=Rhythm.WEEKLY,
            weekday=_at(review, -2).weekday(),
            zone="Europe/Amsterdam",
        )
    )
    db.session.flush()
    for days in (-7, -3, -2):
        service.remind(_at(review, days))

    (mail,) = db.session.scalars(select(Outbox).where(Outbox.name == "reminders"))
    assert _fates() == [(-7, Fate.TOLD), (-3, Fate.TOLD)]
    assert mail.body_text.count("Hand in your review") == 1
    assert mail.subject.startswith("Reminder:")


def test_clock_that_was_a_year_ahead_for_a_moment_silences_nobody(cast: Cast, review: Any) -> None:
    other = make_review(
        make_application(review.application.round, cast.ben, state=ApplicationState.IN_REVIEW), cast.rhea
    )
    other.due_at = review.due_at + timedelta(days=366)
    db.session.flush()
    service.remind(_at(review, 366 - 7))

    back = service.remind(_at(review, -3))

    assert back["mails"] == 1


def test_date_that_moves_away_and_back_is_still_told(cast: Cast, review: Any) -> None:
    db.session.add(Habit(user_id=cast.rhea.id, rhythm=Rhythm.DAILY, hour=20, zone="Europe/Amsterdam"))
    first = review.due_at
    service.remind(_at(review, -3))
    review.due_at = first + timedelta(days=60)
    db.session.flush()
    moved = service.remind(_at(review, -63, hour=9))
    review.due_at = first
    db.session.flush()
    again = service.remind(_at(review, -3, hour=12))
    evening = service.remind(_at(review, -3, hour=19))

    assert (moved["dropped"], again["planned"], evening["mails"]) == (1, 1, 1)
    assert _fates() == [(-7, Fate.TOLD), (-3, Fate.TOLD)]


def test_draft_is_not_reminded_of_once_its_call_has_closed(cast: Cast) -> None:
    call = make_round(cast.fund)
    make_application(call, cast.ana, state=ApplicationState.DRAFT)

    closed = service.remind(call.stage.closes_at + timedelta(minutes=1))

    assert closed["planned"] == 0


def test_reminder_missed_for_long_is_made_up_while_its_date_is_ahead(cast: Cast, review: Any) -> None:
    review.due_at = NOW + timedelta(days=40)
    rule = ReminderRule(fund_id=cast.fund.id, kind="review-due", offsets=[-30], changed_at=NOW)
    db.session.add(rule)
    db.session.flush()

    after_three_weeks_off = service.remind(_at(review, -9))

    assert after_three_weeks_off["mails"] == 1


def test_rule_that_is_changed_tells_nothing_of_days_long_past(cast: Cast, review: Any) -> None:
    rule = ReminderRule(
        fund_id=cast.fund.id, kind="review-due", offsets=[-10, -1], changed_at=_at(review, -6)
    )
    db.session.add(rule)
    db.session.flush()

    assert service.remind(_at(review, -6, hour=9))["planned"] == 0
    assert service.remind(_at(review, -1))["mails"] == 1


def test_every_kind_says_whom_it_reaches_and_what_ends_it(app: Any) -> None:
    lacking = [kind.key for kind in due.KINDS.values() if kind.whom is None or kind.stops is None]

    assert lacking == []


def test_managers_hear_of_the_evaluation_of_their_fund(client: Visitor, cast: Cast) -> None:
    client.sign_in(cast.sol)
    page = client.get(f"/office/funds/{cast.fund.id}/settings").text
    cast.fund.evaluation_due_on = date(2027, 3, 1)
    db.session.flush()
    shown = client.get(f"/office/funds/{cast.fund.id}").text

    service.remind(datetime(2027, 1, 30, 8, tzinfo=NOW.tzinfo))

    told = select(User.name).join(Notice, Notice.user_id == User.id).where(Notice.kind == "fund-evaluation")
    assert "evaluation_due_on" in page
    assert "1 March 2027" in shown
    assert set(db.session.scalars(told)) == {cast.sol.name, cast.max.name}


def test_dates_without_a_line_of_work_stand_on_the_list_and_can_be_put_off(
    client: Visitor, cast: Cast
) -> None:
    cast.fund.evaluation_due_on = (NOW + timedelta(days=3)).date()
    db.session.commit()
    client.sign_in(cast.sol)
    soon = due.between(NOW, NOW + timedelta(days=4), kinds=["fund-evaluation"])

    page = client.get("/to-do").text
    ask = client.get(f"/to-do/fund-evaluation/{cast.fund.id}/later").status_code
    later = client.post(
        f"/to-do/fund-evaluation/{cast.fund.id}/later", data={"until": "2099-01-01"}
    ).status_code

    assert len(soon) == 2
    assert (ask, later) == (200, 422)
    assert ("The fund is to be evaluated" in page) is _is_shown(soon[0].due_at)


def _is_shown(due_at: datetime) -> bool:
    """Tell whether a date stands within the month ahead or the three behind of the real clock."""
    now = datetime.now(NOW.tzinfo)
    return now - timedelta(days=90) <= due_at < now + timedelta(days=30)


def test_job_that_runs_seldom_is_known_however_busy_the_others_are(app: Any) -> None:
    jobs.run("clear-downloads", NOW)
    for _turn in range(260):
        db.session.add(
            jobs.Job(
                kind="deliver-mail", state=jobs.Run.DONE, started_at=NOW, ended_at=NOW, result={"sent": 1}
            )
        )
    db.session.commit()

    newest = jobs.last_runs()

    assert newest["clear-downloads"] is not None
    assert newest["deliver-mail"] is not None
    assert newest["remind"] is None


def test_waiting_reminder_of_a_kind_that_was_muted_is_dropped(cast: Cast) -> None:
    call = make_round(cast.fund)
    draft = make_application(call, cast.ana, state=ApplicationState.DRAFT)
    db.session.add(Habit(user_id=cast.ana.id, rhythm=Rhythm.DAILY, hour=23, zone="Europe/Amsterdam"))
    db.session.flush()
    at = call.stage.closes_at.replace(hour=8) - timedelta(days=1)
    service.remind(at)
    db.session.execute(
        db.update(Application).where(Application.id == draft.id).values(state=ApplicationState.WITHDRAWN)
    )

    assert service.remind(at + timedelta(hours=1))["dropped"] == 1
