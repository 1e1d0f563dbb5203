"""Terms as the law counts them: six weeks from the day after, never ending on a day of rest."""

from datetime import UTC, date, datetime

import pytest

from fundapp.decisions import terms
from fundapp.decisions.models import AppealKind

ZONE = "Europe/Amsterdam"


@pytest.mark.parametrize(
    ("sent", "last"),
    [
        ("2026-11-23T10:00", "2027-01-04"),  # Monday to Monday
        ("2026-11-13T10:00", "2026-12-28"),  # ends on Christmas Day, a Friday; then Saturday and Sunday
        ("2026-11-20T10:00", "2027-01-04"),  # ends on 1 January, a Friday
        ("2027-02-12T10:00", "2027-03-30"),  # ends on Good Friday; Easter follows
        ("2027-03-16T10:00", "2027-04-28"),  # ends on the King's day
        ("2027-03-24T10:00", "2027-05-07"),  # ends on 5 May; the day after is Ascension Day
        ("2026-11-21T10:00", "2027-01-04"),  # a Saturday
    ],
)
def test_six_weeks_end_on_a_working_day(sent: str, last: str) -> None:
    at = datetime.fromisoformat(sent).replace(tzinfo=UTC)

    assert terms.open_until(at, ZONE) == date.fromisoformat(last)


def test_the_day_of_sending_is_that_of_the_fund() -> None:
    late_in_utc = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)  # Monday 00:30 in Amsterdam

    assert terms.open_until(late_in_utc, ZONE) == date(2027, 1, 4)


@pytest.mark.parametrize(
    ("at", "is_over"),
    [("2027-01-04T22:59:59", False), ("2027-01-04T22:59:59.900000", False), ("2027-01-04T23:00:00", True)],
)
def test_a_term_ends_with_its_last_second(at: str, is_over: bool) -> None:
    instant = datetime.fromisoformat(at).replace(tzinfo=UTC)

    assert terms.is_over(date(2027, 1, 4), instant, ZONE) is is_over


def test_an_objection_is_answered_six_weeks_after_its_term() -> None:
    early = datetime(2026, 12, 1, 9, tzinfo=UTC)

    assert terms.answer_by(date(2027, 1, 4), early, ZONE, AppealKind.OBJECTION) == date(2027, 2, 15)
    assert terms.answer_by(date(2027, 1, 4), early, ZONE, AppealKind.EXPLANATION) == date(2027, 1, 12)
    assert terms.extended(date(2027, 2, 15)) == date(2027, 3, 30)  # Easter Monday is the 29th
