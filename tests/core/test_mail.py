"""The outbox: nothing before the commit, nothing twice, nothing lost to one bad address."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import func, select

from fundapp.core import delivery, mail
from fundapp.core.db import db
from fundapp.core.delivery import LEASE, TRIES
from fundapp.core.mail import Outbox, Posted
from tests.factories import NOW, make_user
from tests.mailbox import Mailbox, text_of


def _queue(to: object, key: str = "reminders:1") -> bool:
    item = {
        "words": "Write", "title": "Tide tables", "code": "2026-11-001", "label": "", "due_at": NOW,
        "is_day": False, "is_late": False, "whose": "", "url": "https://fund.example.org/reviews/7",
    }  # fmt: skip
    return mail.queue("reminders", key=key, to=to, at=NOW, items=[item], optional=False)


def test_a_mail_arrives_once_in_its_readers_language(app: Flask, smtp: Mailbox) -> None:
    ben = make_user("Ben Bosch", language="nl")
    assert _queue(ben)
    assert not _queue(ben)

    first, second = delivery.deliver(NOW), delivery.deliver(NOW)

    assert (first, second) == ({"sent": 1, "failed": 0}, {"sent": 0, "failed": 0})
    (message,) = smtp.messages
    assert message["To"] == ben.email
    assert message["Subject"] == "Herinnering: Write: Tide tables"
    assert message["Message-ID"] == delivery.message_id("reminders:1", "localhost")
    assert message["Auto-Submitted"] == "auto-generated"
    assert "zondag 22 november 2026, 10:00" in text_of(message)


def test_a_rolled_back_change_sends_no_mail(app: Flask, smtp: Mailbox) -> None:
    ana = make_user()
    db.session.commit()
    change = db.session.begin_nested()
    _queue(ana)
    change.rollback()

    delivery.deliver(NOW)

    assert smtp.messages == []


def test_one_refused_address_holds_up_nobody_and_fails_in_the_end(app: Flask, smtp: Mailbox) -> None:
    smtp.refused.add("gone@example.org")
    gone, ana = make_user("Gone"), make_user("Ana")
    gone.email = "gone@example.org"
    db.session.flush()
    _queue(gone, "reminders:1")
    _queue(ana, "reminders:2")

    at = NOW
    for _try in range(TRIES + 2):
        delivery.deliver(at)
        at += timedelta(days=1)

    states = dict(db.session.execute(select(Outbox.address, Outbox.state)).all())
    assert states == {"gone@example.org": Posted.FAILED, ana.email: Posted.SENT}
    assert len(smtp.messages) == 1


def test_a_lease_that_ran_out_is_taken_over_with_the_same_message_id(app: Flask, smtp: Mailbox) -> None:
    ana = make_user()
    _queue(ana)
    db.session.execute(
        db.update(Outbox).values(
            state=Posted.SENDING, lease_until_at=NOW + LEASE, lease_token="dead", tries=1
        )
    )

    while_held = delivery.deliver(NOW + LEASE / 2)
    after = delivery.deliver(NOW + LEASE + timedelta(seconds=1))

    assert (while_held["sent"], after["sent"]) == (0, 1)
    assert smtp.messages[0]["Message-ID"] == delivery.message_id("reminders:1", "localhost")


def test_without_a_relay_mail_is_kept_as_files(app: Flask, tmp_path: object) -> None:
    app.config.update(MAIL_URL="", INSTANCE=str(tmp_path))
    _queue(make_user())

    delivery.deliver(NOW)

    (kept,) = (tmp_path / "mail").glob("*.eml")  # type: ignore[operator]
    assert b"Tide tables" in kept.read_bytes()
    assert db.session.scalar(select(func.count(Outbox.id)).where(Outbox.state == Posted.SENT)) == 1
