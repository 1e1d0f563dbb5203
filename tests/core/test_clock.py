"""Deadlines over the change of summer time: nobody loses an hour they were promised."""

from datetime import UTC, datetime

from fundapp.core import clock

AMSTERDAM = "Europe/Amsterdam"


def test_a_november_noon_is_eleven_in_utc() -> None:
    noon = clock.instant(datetime(2026, 11, 3, 12), AMSTERDAM, closing=True)

    assert noon == datetime(2026, 11, 3, 11, tzinfo=UTC)


def test_an_hour_that_exists_twice_is_the_later_for_closing_and_the_earlier_for_opening() -> None:
    twice = datetime(2026, 10, 25, 2, 30)

    assert clock.instant(twice, AMSTERDAM, closing=True) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert clock.instant(twice, AMSTERDAM, closing=False) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_an_hour_that_is_skipped_is_no_instant() -> None:
    assert clock.instant(datetime(2027, 3, 28, 2, 30), AMSTERDAM, closing=True) is None
