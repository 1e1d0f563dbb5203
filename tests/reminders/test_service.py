"""The reminder of reviews: three days ahead, once, in one mail, not to whom a tie bars."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from fundapp.core import jobs, mail
from fundapp.core.db import db
from fundapp.core.mail import Outbox
from fundapp.reminders import service
from fundapp.reviews.models import ReviewState
from tests.factories import NOW, make_application, make_cast, make_conflict, make_review, make_round
from tests.mailbox import Mailbox, text_of

DUE = NOW + timedelta(days=20)


def _subjects() -> list[str]:
    return list(db.session.scalars(select(Outbox.subject)))


def test_reviews_due_are_told_once_in_one_mail(app: Flask) -> None:
    cast = make_cast()
    round = make_round(cast.fund)
    for state in (ReviewState.ACCEPTED, ReviewState.INVITED, ReviewState.SUBMITTED, ReviewState.DECLINED):
        make_review(make_application(round), cast.rhea, state=state)

    early = service.remind(DUE - timedelta(days=3, seconds=1))
    first = service.remind(DUE - timedelta(days=3))
    again = service.remind(DUE - timedelta(days=1))

    assert (early, first, again) == ({"mails": 0}, {"mails": 1}, {"mails": 0})
    assert _subjects() == ["2 reviews are due in three days"]


def test_a_moved_date_reminds_again_and_a_passed_one_does_not(app: Flask) -> None:
    cast = make_cast()
    review = make_review(make_application(make_round(cast.fund)), cast.rhea)
    service.remind(DUE - timedelta(days=2))

    review.due_at = DUE + timedelta(days=7)
    db.session.flush()

    assert service.remind(DUE + timedelta(days=6)) == {"mails": 1}
    assert service.remind(DUE + timedelta(days=8)) == {"mails": 0}


def test_a_barred_reviewer_hears_nothing(app: Flask) -> None:
    cast = make_cast()
    application = make_application(make_round(cast.fund))
    make_review(application, cast.rhea)
    make_conflict(application, cast.rhea)

    assert service.remind(DUE - timedelta(days=2)) == {"mails": 0}


def test_a_tick_reminds_and_sends(app: Flask, smtp: Mailbox) -> None:
    cast = make_cast()
    make_review(make_application(make_round(cast.fund), title="Tide tables"), cast.rhea)

    results = jobs.tick(DUE - timedelta(days=3))

    assert (results["remind"], results["deliver-mail"]) == ({"mails": 1}, {"sent": 1, "failed": 0})
    (message,) = smtp.messages
    assert message["To"] == cast.rhea.email
    assert "Tide tables" in text_of(message)
    assert mail.waiting() == 0
