"""Encrypted mail: only the holder of the key reads it, the subject too; an old key never leaks the text."""

import pytest
from pysequoia import Tsk, decrypt

from fundapp.accounts import service
from fundapp.accounts.models import PublicKey
from fundapp.core import clock, delivery, mail
from fundapp.core.db import db
from tests.factories import NOW, make_cast
from tests.mailbox import text_of


@pytest.fixture
def secret():
    return Tsk.generate("Ana Alders <ana@example.org>")


@pytest.fixture
def cast(app, secret):
    cast = make_cast()
    service.keep_key(cast.ana, str(secret.extract_certificate()), actor=cast.ana, at=clock.now())
    return cast


def _post(cast):
    item = {
        "words": "Write", "title": "Secret tide tables", "code": "2026-11-001", "label": "", "due_at": NOW,
        "is_day": False, "is_late": False, "whose": "", "url": "https://fund.example.org/reviews/7",
    }  # fmt: skip
    mail.queue("reminders", key="mail:1", to=cast.ana, at=NOW, items=[item], optional=False)
    db.session.flush()


def test_only_the_holder_of_the_key_reads_text_and_subject(cast, secret, smtp):
    _post(cast)
    delivery.deliver(NOW)

    (message,) = smtp.messages
    wire = message.as_string()
    inside = decrypt(message.get_payload(1).get_payload(decode=True), secret.decryptor()).bytes.decode()

    assert message.get_content_type() == "multipart/encrypted"
    assert message.get_param("protocol") == "application/pgp-encrypted"
    assert "Secret tide tables" not in wire
    assert "Secret tide tables" in inside
    assert "Subject:" in inside
    assert message["Message-ID"] == delivery.message_id("mail:1", "localhost")


def test_a_key_that_takes_nothing_leaves_the_text_here(cast, smtp):
    db.session.get(PublicKey, cast.ana.id).armored = "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nbroken"
    _post(cast)
    delivery.deliver(NOW)

    (message,) = smtp.messages
    assert "Secret tide tables" not in message.as_string()
    assert "/to-do" in text_of(message)


def test_links_that_open_an_account_go_in_the_open(cast, smtp):
    mail.queue("account-exists", key="mail:2", to=cast.ana, at=NOW)
    delivery.deliver(NOW)

    assert smtp.messages[0].get_content_type() == "multipart/alternative"
