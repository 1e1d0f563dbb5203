"""Moments of reminders: days and working days, the reader's hour, both changes of summer time."""

from datetime import UTC, date, datetime, timedelta

import pytest

from fundapp.core import clock
from fundapp.reminders.moments import is_working_day, moment, shifted

AMSTERDAM = "Europe/Amsterdam"


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-11-20", True),  # a Friday
        ("2026-11-21", False),  # a Saturday
        ("2026-04-27", False),  # King's Day
        ("2026-05-01", False),  # European banks rest
        ("2026-12-25", False),
    ],
)
def test_working_days(day: str, works: bool) -> None:
    assert is_working_day(date.fromisoformat(day)) is works


@pytest.mark.parametrize(
    ("day", "days", "found"),
    [
        ("2026-11-23", -1, "2026-11-20"),  # Monday: the Friday before
        ("2026-11-22", 0, "2026-11-20"),  # a Sunday: told on the last working day before
        ("2026-11-22", -1, "2026-11-19"),
        ("2026-12-28", -2, "2026-12-23"),  # over Christmas and a weekend
        ("2026-04-24", 1, "2026-04-28"),  # King's Day stands between
        ("2026-11-21", 1, "2026-11-24"),
    ],
)
def test_days_that_count_working_days_only(day: str, days: int, found: str) -> None:
    on = date.fromisoformat(day)

    assert shifted(on, days, in_working_days=True) == date.fromisoformat(found)
    assert shifted(on, days, in_working_days=False) == on + timedelta(days=days)


def test_hour_is_that_of_the_reader_on_both_sides_of_summer_time() -> None:
    before = moment(_at("2026-10-26T12:00:00+01:00"), -2, hour=8, zone=AMSTERDAM)
    after = moment(_at("2026-10-26T12:00:00+01:00"), -1, hour=8, zone=AMSTERDAM)

    assert (before, after) == (_at("2026-10-24T06:00:00+00:00"), _at("2026-10-25T07:00:00+00:00"))


def test_hour_that_summer_time_skips_is_told_an_hour_later() -> None:
    assert moment(_at("2027-03-28T20:00:00+00:00"), 0, hour=2, zone=AMSTERDAM) == _at(
        "2027-03-28T01:00:00+00:00"
    )


def test_what_ends_early_in_the_day_is_told_before_it_ends() -> None:
    ends = _at("2026-11-23T05:00:00+00:00")

    assert moment(ends, 0, hour=8, zone=AMSTERDAM) == ends - timedelta(hours=1)
    assert moment(ends, 1, hour=8, zone=AMSTERDAM) == _at("2026-11-24T07:00:00+00:00")


def test_every_day_of_a_year_has_its_moment_at_the_same_hour() -> None:
    """A year with both changes of summer time: one moment a day, always at eight on the wall."""
    moments = [
        moment(datetime(2026, 6, 1, 12, tzinfo=UTC) + timedelta(days=n), -7, hour=8, zone=AMSTERDAM)
        for n in range(366)
    ]

    walls = [clock.local(at, AMSTERDAM) for at in moments]
    assert {wall.hour for wall in walls} == {8}
    assert len({wall.date() for wall in walls}) == 366
