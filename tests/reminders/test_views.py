"""Pages of reminders: one's own rhythm, rules of a fund and a round, what comes, calendars."""

import re
from datetime import timedelta
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import select

from fundapp.applications.models import ApplicationState
from fundapp.core.db import db
from fundapp.core.mail import Outbox
from fundapp.reminders import habits, links, service
from fundapp.reminders.models import Habit, ReminderRule, Rhythm, Snooze
from fundapp.rounds.models import RoundState
from tests.factories import NOW, Cast, make_application, make_cast, make_conflict, make_review, make_round
from tests.visitor import Visitor


@pytest.fixture
def cast(app: Any) -> Cast:
    return make_cast()


@pytest.fixture
def review(cast: Cast) -> Any:
    call = make_round(cast.fund, state=RoundState.REVIEWING, closes_at=NOW - timedelta(days=1))
    own = make_application(call, cast.ana, state=ApplicationState.IN_REVIEW, title="Tide book")
    return make_review(own, cast.rhea)


def _due(review: Any, days: int) -> Any:
    return review.due_at.replace(hour=7, minute=0) + timedelta(days=days)


# --- one's own ----------------------------------------------------------------------------


def test_a_rhythm_is_kept_and_followed(client: Visitor, cast: Cast, review: Any) -> None:
    client.sign_in(cast.rhea)
    weekday = (_due(review, -3).weekday() + 2) % 7

    kept = client.post(
        "/reminders",
        data={"rhythm": "weekly", "weekday": str(weekday), "hour": "6", "zone": "", "wanted": []},
    )
    on_the_day = service.remind(_due(review, -3))
    on_the_weekday = service.remind(_due(review, -1))

    assert kept.status_code == 302
    assert db.session.scalars(select(Habit.rhythm)).all() == [Rhythm.WEEKLY]
    assert (on_the_day["planned"], on_the_day["mails"]) == (1, 0)
    assert on_the_weekday["mails"] == 1


def test_what_others_wait_for_cannot_be_switched_off(client: Visitor, cast: Cast, review: Any) -> None:
    habits.mute(habits.optional_kinds(), actor=cast.rhea, at=NOW)

    assert service.remind(_due(review, -3))["mails"] == 1
    assert "review-due" not in habits.optional_kinds()


def test_a_bad_rhythm_is_named_and_nothing_is_kept(client: Visitor, cast: Cast) -> None:
    client.sign_in(cast.rhea)

    answer = client.post("/reminders", data={"rhythm": "hourly", "weekday": "9", "hour": "30"})

    assert answer.status_code == 422
    assert db.session.scalars(select(Habit)).all() == []


def test_a_thing_put_off_is_not_told_until_then(client: Visitor, cast: Cast, review: Any) -> None:
    client.sign_in(cast.rhea)
    until = (NOW + timedelta(days=40)).date()

    client.post(f"/to-do/review/{review.id}/later", data={"until": until.isoformat()})
    page = client.get("/to-do").text
    told = service.remind(_due(review, -3))
    client.post(f"/to-do/review/{review.id}/now")

    assert "One thing put off" in page
    assert told["mails"] == 0
    assert db.session.scalars(select(Snooze)).all() == []
    assert service.remind(_due(review, -3) + timedelta(hours=1))["mails"] == 1


@pytest.mark.parametrize("until", ["", "2020-01-01", "2400-01-01", "never"])
def test_put_off_until_a_senseless_day_is_refused(
    client: Visitor, cast: Cast, review: Any, until: str
) -> None:
    client.sign_in(cast.rhea)

    answer = client.post(f"/to-do/review/{review.id}/later", data={"until": until})

    assert answer.status_code == 422
    assert db.session.scalars(select(Snooze)).all() == []


def test_the_address_in_a_mail_ends_what_is_optional_by_one_press(
    client: Visitor, cast: Cast, review: Any
) -> None:
    token = links.unsubscribe(cast.ana).rsplit("/", 1)[1]

    looked = client.get(f"/reminders/stop/{token}")
    kept = habits.muted_by(cast.ana)
    pressed = client.post(f"/reminders/stop/{token}", data={"List-Unsubscribe": "One-Click"})

    assert (looked.status_code, kept) == (200, set())
    assert pressed.status_code == 200
    assert habits.muted_by(cast.ana) == set(habits.optional_kinds())
    assert client.get(f"/reminders/stop/{token}x").status_code == 404


# --- calendars ----------------------------------------------------------------------------


def test_own_calendar_opens_by_its_secret_until_it_is_ended(client: Visitor, cast: Cast, review: Any) -> None:
    client.sign_in(cast.rhea)
    shown = client.post("/reminders/calendar").text
    address = re.search(r"/calendar/[\w-]+\.ics", shown)
    assert address is not None

    client.sign_out()
    book = Calendar.from_ical(client.get(address[0]).data)
    first = [str(event["summary"]) for event in book.walk("VEVENT")]
    make_conflict(review.application, cast.rhea)
    db.session.commit()
    barred = Calendar.from_ical(client.get(address[0]).data).walk("VEVENT")
    habits.close_calendar(actor=cast.rhea, at=NOW)
    db.session.commit()

    assert first == ["Hand in your review: Tide book"]
    assert barred == []
    assert client.get(address[0]).status_code == 404


def test_a_calendar_that_did_not_change_is_not_sent_again(client: Visitor, cast: Cast, review: Any) -> None:
    secret = habits.open_calendar(actor=cast.rhea, at=NOW)
    db.session.commit()

    first = client.get(f"/calendar/{secret}.ics")
    again = client.get(f"/calendar/{secret}.ics", headers={"If-None-Match": first.headers["ETag"]})

    assert (first.status_code, again.status_code) == (200, 304)
    assert first.mimetype == "text/calendar"


def test_the_calendar_of_calls_leaves_trials_and_drafts_out(client: Visitor, cast: Cast) -> None:
    shown = make_round(cast.fund, state=RoundState.PUBLISHED)
    make_round(cast.fund, state=RoundState.PUBLISHED, is_trial=True)
    make_round(cast.fund, state=RoundState.DRAFT)
    db.session.commit()

    book = Calendar.from_ical(client.get("/calls.ics").data)

    assert {str(event["url"]).rsplit("/", 1)[1] for event in book.walk("VEVENT")} == {shown.slug}


# --- rules --------------------------------------------------------------------------------

RULE = {
    "is_on": "y", "before": "5", "after": "", "hour": "9", "channel": "mail", "escalate_to": "",
    "version": "0",
}  # fmt: skip


def test_a_rule_of_a_round_goes_before_that_of_its_fund(client: Visitor, cast: Cast, review: Any) -> None:
    client.sign_in(cast.sol)
    place = f"/office/funds/{cast.fund.id}/reminders"

    client.post(f"{place}/review-due", data=RULE)
    client.post(
        f"/office/rounds/{review.round_id}/reminders/review-due", data={**RULE, "is_on": "", "before": ""}
    )
    fund, round = client.get(place).text, client.get(f"/office/rounds/{review.round_id}/reminders").text

    assert "5 days before, at 09:00" in fund
    assert "Not reminded of" in round
    assert service.remind(_due(review, -5) + timedelta(hours=2))["planned"] == 0


def test_two_managers_who_change_one_rule_are_told(client: Visitor, cast: Cast) -> None:
    client.sign_in(cast.sol)
    place = f"/office/funds/{cast.fund.id}/reminders/review-due"
    client.post(place, data=RULE)

    clash = client.post(place, data={**RULE, "before": "9"})

    assert clash.status_code == 409
    assert 'value="9"' in clash.text
    assert db.session.scalars(select(ReminderRule.offsets)).all() == [[-5]]


@pytest.mark.parametrize(
    "bad",
    [
        {"before": "soon"},
        {"before": "-3"},
        {"before": "999"},
        {"before": "", "is_on": "y"},
        {"hour": "25"},
        {"escalate_to": "manager"},
        {"escalate_to": "king", "escalate_after_days": "2"},
        {"escalate_to": "manager", "escalate_after_days": "0"},
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(client: Visitor, cast: Cast, bad: dict[str, str]) -> None:
    client.sign_in(cast.sol)

    answer = client.post(f"/office/funds/{cast.fund.id}/reminders/review-due", data={**RULE, **bad})

    assert answer.status_code == 422
    assert db.session.scalars(select(ReminderRule)).all() == []


def test_an_auditor_reads_rules_and_changes_none(client: Visitor, cast: Cast) -> None:
    client.sign_in(cast.aud)
    place = f"/office/funds/{cast.fund.id}/reminders"

    assert client.get(place).status_code == 200
    assert client.post(f"{place}/review-due", data=RULE).status_code == 403
    assert client.get(f"{place}/nothing-of-the-kind").status_code == 404


def test_what_comes_is_shown_but_not_to_whom_a_tie_bars(
    client: Visitor, cast: Cast, review: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_conflict(review.application, cast.max)
    db.session.commit()
    place = f"/office/funds/{cast.fund.id}/reminders-to-come"

    client.sign_in(cast.sol)
    seen = client.get(place).text
    client.sign_in(cast.max)
    barred = client.get(place).text

    assert "Tide book" in seen
    assert "Tide book" not in barred


def test_a_mail_of_reminders_says_how_to_end_the_optional(cast: Cast) -> None:
    call = make_round(cast.fund)
    make_application(call, cast.ana, state=ApplicationState.DRAFT)
    closes = call.stages[0].closes_at
    assert closes is not None

    service.remind(closes - timedelta(hours=24))

    (mail,) = db.session.scalars(select(Outbox).where(Outbox.name == "reminders"))
    assert mail.unsubscribe_url is not None
    assert "/reminders/stop/" in mail.unsubscribe_url
