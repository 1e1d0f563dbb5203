"""Arithmetic of reports, with numbers worked out by hand."""

from datetime import date

import pytest

from fundapp.reports import measures


@pytest.mark.parametrize(
    ("values", "expected"),
    [([5], 5), (list(range(1, 11)), 9), (list(range(1, 12)), 10), ([1, 1, 1, 40], 40), ([3, 1, 2], 3)],
)
def test_nine_in_ten_is_an_observed_value(values, expected):
    found = measures.nine_in_ten(values)

    assert found == expected
    assert sum(value <= found for value in values) >= 0.9 * len(values)


def test_nothing_has_no_figure():
    assert measures.percent(1, 0) is None
    assert measures.middle([]) is None
    assert measures.average([]) is None
    assert measures.days_between(date(2026, 1, 1), None) is None


def test_days_are_whole_calendar_days():
    assert measures.days_between(date(2026, 10, 24), date(2026, 10, 26)) == 2


def test_leaning_is_the_distance_to_the_others():
    totals = {1: {7: 80.0, 8: 60.0}, 2: {7: 70.0, 8: 66.0}, 3: {7: 40.0, 9: 60.0}, 4: {9: 10.0}}

    found = measures.leanings(totals)

    assert found == {7: pytest.approx((20 + 4 - 20) / 3, abs=1e-6), 8: -12.0, 9: 20.0}


def test_single_review_leans_nowhere():
    assert measures.leanings({1: {7: 80.0}}) == {7: None}
