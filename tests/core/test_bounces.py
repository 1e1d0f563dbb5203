"""Delivery reports: what is gone gets no mail any more, and only with a proof that the mail was ours."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from fundapp.core import bounces, delivery, mail
from fundapp.core.bounces import NoReport
from fundapp.core.db import db
from fundapp.core.mail import Outbox, Posted
from tests.command import Run
from tests.factories import NOW, make_user

REPORT = """\
From: MAILER-DAEMON@mx.example.org
To: {to}
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I could not deliver it.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} No such user here

--b
Content-Type: text/rfc822-headers

Message-ID: {message_id}
Subject: Something

--b--
"""


@pytest.fixture
def posted(app):
    user = make_user("Ana Alders")
    mail.queue("account-exists", key="mail:1", to=user, at=NOW)
    db.session.flush()
    return db.session.scalars(select(Outbox)).one()


def report(posted, **changes):
    fields = {
        "to": "fundapp@localhost", "recipient": posted.address, "action": "failed", "status": "5.1.1",
        "message_id": delivery.message_id(posted.key, "localhost"),
    }  # fmt: skip
    return REPORT.format(**(fields | changes)).encode()


def test_an_address_that_is_gone_gets_no_mail_any_more(posted, smtp):
    (found,) = bounces.take(report(posted), at=NOW)
    again = bounces.take(report(posted), at=NOW + timedelta(days=1))
    delivery.deliver(NOW)

    assert (found.key, found.is_final, len(again)) == ("mail:1", True, 1)
    assert [bad.status for bad in bounces.bad_addresses()] == ["5.1.1"]
    assert (posted.state, smtp.messages) == (Posted.FAILED, [])
    assert "No such user here" in posted.fault


@pytest.mark.parametrize(
    ("changes", "is_final"),
    [
        ({"status": "4.2.2"}, False),
        ({"status": "5.2.2"}, False),  # a full box
        ({"status": "5.7.1"}, False),  # a policy, such as a missing DKIM signature
        ({"action": "delayed", "status": "4.4.1"}, False),
        ({"status": "5.1.10"}, True),
    ],
)
def test_what_passes_does_not_end_an_address(posted, changes, is_final):
    (found,) = bounces.take(report(posted, **changes), at=NOW)

    assert found.is_final is is_final
    assert bool(bounces.bad_addresses()) is is_final


def test_a_forged_report_ends_nothing(posted):
    (found,) = bounces.take(report(posted, message_id="<guessed@localhost>"), at=NOW)
    (other,) = bounces.take(report(posted, recipient="somebody.else@example.org"), at=NOW)

    assert (found.key, other.key) == (None, None)
    assert bounces.bad_addresses() == []


def test_the_envelope_sender_of_a_mail_proves_its_report(posted, app, monkeypatch):
    monkeypatch.setitem(app.config, "MAIL_BOUNCES", "bounces@fund.example.org")
    sender = bounces.envelope_sender(posted)
    forged = sender.replace(f"+{posted.id}-", f"+{posted.id + 1}-")

    (one,) = bounces.take(report(posted, to=forged, message_id="<x@y>"), at=NOW)
    (two,) = bounces.take(report(posted, to=sender, message_id="<x@y>"), at=NOW)

    assert (one.key, two.key) == (None, "mail:1")


@pytest.mark.parametrize(
    "raw",
    [b"", b"\xff\xfe\x00", b"Subject: hello\n\nNot here until Monday.", b"x" * (bounces.LARGEST + 1)],
)
def test_what_is_no_report_is_refused(app, raw):
    with pytest.raises(NoReport):
        bounces.take(raw, at=NOW)


def test_the_command_says_what_it_took_in(posted, run: Run, tmp_path):
    file = tmp_path / "report.eml"
    file.write_bytes(report(posted))

    done = run("bounces", "take", str(file))
    bad = run("bounces", "take", __file__)

    assert (done.exit_code, done.stdout) == (0, f"{posted.address}\tfinal\tunknown\n")
    assert (bad.exit_code, "no multipart/report" in bad.stderr) == (1, True)
