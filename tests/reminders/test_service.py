"""Reminders: told once, in one mail, at the reader's hour; ended by what is done, moved or barred."""

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import delete, select

from fundapp.applications.models import Answer, Application, ApplicationState
from fundapp.core import due, jobs, mail
from fundapp.core.db import db
from fundapp.core.mail import Outbox
from fundapp.reminders import service
from fundapp.reminders.models import Fate, Notice
from fundapp.reviews.models import ReviewState
from fundapp.rounds.models import Round
from tests.factories import NOW, make_application, make_cast, make_conflict, make_review, make_round
from tests.mailbox import Mailbox, text_of

DUE = NOW + timedelta(days=20)


def _in_review(round: Round, **more: Any) -> Application:
    return make_application(round, state=ApplicationState.IN_REVIEW, **more)


def _morning(days: int) -> datetime:
    """Give 8 o'clock in Amsterdam (winter), so many days from the due day."""
    return datetime.combine(DUE.date() + timedelta(days=days), datetime.min.time(), UTC).replace(hour=7)


def _subjects() -> list[str]:
    return list(db.session.scalars(select(Outbox.subject).where(Outbox.name == "reminders")))


def _fates() -> list[Fate]:
    return list(db.session.scalars(select(Notice.state).order_by(Notice.id)))


def test_reviews_due_are_told_once_in_one_mail(app: Flask) -> None:
    cast = make_cast()
    round = make_round(cast.fund)
    for state in (ReviewState.ACCEPTED, ReviewState.ACCEPTED, ReviewState.SUBMITTED, ReviewState.DECLINED):
        make_review(_in_review(round), cast.rhea, state=state)

    early = service.remind(_morning(-7) - timedelta(seconds=1))
    first = service.remind(_morning(-7))
    again = service.remind(_morning(-7) + timedelta(hours=1))

    assert (early["mails"], first["mails"], again["mails"]) == (0, 1, 0)
    assert _subjects() == ["2 things ask your attention"]


def test_of_several_missed_reminders_only_the_last_is_made_up_for(app: Flask) -> None:
    cast = make_cast()
    make_review(_in_review(make_round(cast.fund)), cast.rhea)

    late = service.remind(_morning(-1) + timedelta(hours=2))

    assert (late["planned"], late["mails"]) == (1, 1)
    assert db.session.scalars(select(Notice.offset_days)).all() == [-1]


def test_a_reminder_from_before_the_thing_was_there_is_left_out(app: Flask) -> None:
    cast = make_cast()
    review = make_review(_in_review(make_round(cast.fund)), cast.rhea)
    review.state_at = _morning(-2)
    db.session.flush()

    just_asked = service.remind(_morning(-2) + timedelta(minutes=1))
    day_before = service.remind(_morning(-1))

    assert (just_asked["mails"], day_before["mails"]) == (0, 1)


def test_a_moved_date_drops_what_waits_and_reminds_anew(app: Flask) -> None:
    cast = make_cast()
    first = make_review(_in_review(make_round(cast.fund)), cast.rhea)
    second = make_review(_in_review(make_round(cast.fund)), cast.rhea)
    second.due_at = DUE + timedelta(hours=30)
    db.session.flush()
    service.remind(_morning(-1))  # the one mail of this day; the second's waits for tomorrow
    service.remind(_morning(-1) + timedelta(hours=1))

    first.due_at = second.due_at = DUE + timedelta(days=30)
    db.session.flush()
    moved = service.remind(_morning(0))
    anew = service.remind(_morning(29))

    assert moved["mails"] == 0
    assert Fate.WAITING not in _fates()
    assert anew["mails"] == 1


def test_never_two_mails_on_one_day_and_the_rest_comes_the_next(app: Flask) -> None:
    cast = make_cast()
    round = make_round(cast.fund)
    make_review(_in_review(round), cast.rhea)
    service.remind(_morning(-3))
    late = make_review(_in_review(round), cast.rhea)
    late.due_at, late.state_at = DUE + timedelta(hours=1), NOW
    db.session.flush()

    same_day = service.remind(_morning(-3) + timedelta(hours=3))
    next_day = service.remind(_morning(-2) + timedelta(minutes=5))

    assert (same_day["planned"], same_day["mails"], next_day["mails"]) == (1, 0, 1)


def test_a_barred_reviewer_hears_nothing(app: Flask) -> None:
    cast = make_cast()
    application = _in_review(make_round(cast.fund))
    make_review(application, cast.rhea)
    make_conflict(application, cast.rhea)

    assert service.remind(_morning(-3))["planned"] == 0


def test_what_is_late_is_passed_on_but_not_to_whom_a_tie_bars(app: Flask) -> None:
    cast = make_cast()
    application = _in_review(make_round(cast.fund))
    make_review(application, cast.rhea)
    make_conflict(application, cast.sol)

    service.remind(_morning(2))

    told = select(Notice.user_id, Notice.escalated_from).where(Notice.escalated_from.is_not(None))
    assert db.session.execute(told).all() == [(cast.max.id, cast.rhea.id)]


def test_a_tick_reminds_and_sends(app: Flask, smtp: Mailbox) -> None:
    cast = make_cast()
    make_review(_in_review(make_round(cast.fund), title="Tide tables"), cast.rhea)

    results = jobs.tick(_morning(-3))

    assert results["remind"]["mails"] == 1
    (message,) = [one for one in smtp.to(cast.rhea.email) if "Reminder" in one["Subject"]]
    assert "Tide tables" in text_of(message)
    assert message["Auto-Submitted"] == "auto-generated"
    assert mail.waiting() == 0


def test_a_draft_is_reminded_of_once_something_stands_in_it(session):
    cast = make_cast()
    draft = make_application(make_round(cast.fund), cast.ana, state=ApplicationState.DRAFT)
    find = due.KINDS["draft-open"].find

    def told():
        return {row.subject_id for row in db.session.execute(find(NOW, NOW + timedelta(days=400)))}

    written = told()
    db.session.execute(delete(Answer).where(Answer.application_id == draft.id))
    db.session.flush()

    assert (written, told()) == ({draft.id}, set())
