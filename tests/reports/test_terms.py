"""Terms that a fund sets itself: reports measure against them."""

from datetime import timedelta

from fundapp.core.db import db
from fundapp.core.mail import Outbox, Posted
from fundapp.reports import fund_data, round_data
from fundapp.reports.rows import RECEIPT
from tests.factories import NOW


def _receipt(application, days: int) -> None:
    asked = NOW - timedelta(days=60)
    db.session.add(
        Outbox(
            key=f"receipt-{application.id}", name=RECEIPT, state=Posted.SENT, address="a@example.org",
            application_id=application.id, language="en", subject="", body_text="", body_html="",
            created_at=asked, not_before_at=asked, sent_at=asked + timedelta(days=days),
        )
    )  # fmt: skip
    db.session.flush()


def _step(data, key):
    return next(one for one in data["times"] if one["key"] == key)


def test_steps_are_measured_against_the_terms_of_the_fund(story):
    for application, days in ((story.funded, 1), (story.declined, 4)):
        _receipt(application, days)

    before = _step(round_data.gather(story.round, at=NOW), "receipt")
    story.round.fund.receipt_days = 5
    after = _step(round_data.gather(story.round, at=NOW), "receipt")
    whole = _step(fund_data.gather(story.round.fund, at=NOW), "receipt")

    assert (before["promised"], before["in_time"]) == (1, 50.0)
    assert (after["promised"], after["in_time"]) == (5, 100.0)
    assert (whole["promised"], whole["in_time"]) == (5, 100.0)
