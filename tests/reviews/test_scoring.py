"""Totals, standing and ranks, with the worked examples of the scoring rules."""

from fractions import Fraction
from statistics import stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundapp.core.shares import share_of
from fundapp.reviews.scoring import (
    Criterion,
    ReviewTotal,
    common_scale,
    is_above,
    on_scale,
    ppm,
    profile,
    ranks,
    review_total,
    standing,
)

STAGE_ONE = [Criterion("T", 30, 1, 7), Criterion("R", 40, 1, 7), Criterion("V", 30, 1, 7)]
MIXED = [Criterion("P1", 20, 0, 4), Criterion("P2", 30, 0, 4), Criterion("T", 50, 1, 7)]
SEVEN = common_scale(STAGE_ONE)
FIVE = ppm(share_of("5.0", 1, 7))


def total(criteria, *values):
    return review_total(criteria, {criterion.key: v for criterion, v in zip(criteria, values, strict=True)})


@pytest.mark.parametrize(
    ("values", "shown", "coverage", "above_five"),
    [
        ((6, 5, 4), Fraction(5), Fraction(1), False),
        ((5, 5, 6), Fraction("5.3"), Fraction(1), True),
        ((4, None, 5), Fraction("4.5"), Fraction("0.6"), False),
        ((7, 7, 7), Fraction(7), Fraction(1), True),
        ((1, 1, 1), Fraction(1), Fraction(1), False),
    ],
)
def test_review_total_on_one_scale(values, shown, coverage, above_five):
    result = total(STAGE_ONE, *values)

    assert on_scale(result.total, SEVEN) == shown
    assert result.coverage == coverage
    assert is_above(ppm(result.total), FIVE) is above_five


@pytest.mark.parametrize(
    ("values", "expected", "coverage", "ranked"),
    [
        ((3, 2, 6), Fraction(43, 60), Fraction(1), True),
        ((None, 4, 3), Fraction(7, 12), Fraction("0.8"), True),
        ((0, 0, 1), Fraction(0), Fraction(1), True),
        ((4, None, None), Fraction(1), Fraction("0.2"), False),
        ((None, None, None), None, Fraction(0), False),
    ],
)
def test_review_total_on_mixed_scales(values, expected, coverage, ranked):
    result = total(MIXED, *values)

    assert (result.total, result.coverage, result.is_ranked) == (expected, coverage, ranked)


def test_review_total_counts_na_apart_from_what_is_not_scored_yet():
    result = review_total(MIXED, {"P1": None, "P2": 4})

    assert (result.scored, result.na, result.total, result.coverage) == (1, 1, Fraction(1), Fraction("0.3"))


def test_review_total_ranks_at_half_the_weight_exactly():
    assert review_total(MIXED, {"T": 4}).is_ranked


def test_review_total_without_any_weight_is_no_total():
    result = review_total([Criterion("A", 0, 0, 4)], {"A": 3})

    assert (result.total, result.coverage) == (None, Fraction(0))


@pytest.mark.parametrize("value", [-1, 5])
def test_review_total_refuses_a_score_off_the_scale(value):
    with pytest.raises(ValueError, match="not on the scale from 0 to 4"):
        review_total(MIXED, {"P1": value})


def test_common_scale_is_none_when_scales_differ():
    assert common_scale(MIXED) is None
    assert on_scale(Fraction(43, 60), None) == Fraction(4300, 60)


@pytest.mark.parametrize(
    ("share", "millionths"),
    [
        (Fraction(2, 3), 666667),
        (Fraction(1, 3), 333333),
        (Fraction(1, 2_000_000), 0),
        (Fraction(3, 2_000_000), 2),
        (Fraction(1), 1_000_000),
    ],
)
def test_ppm_rounds_half_to_even(share, millionths):
    assert ppm(share) == millionths


def test_standing_of_the_worked_example():
    result = standing([total(STAGE_ONE, 6, 5, 4), total(STAGE_ONE, 5, 5, 6), total(STAGE_ONE, 4, None, 5)])

    assert result.mean == Fraction(59, 90)
    assert round(float(on_scale(result.mean, SEVEN)), 4) == 4.9333
    assert on_scale(result.median, SEVEN) == 5
    assert result.spread == Fraction(2, 15)
    assert (result.lowest_without_one * 100, ppm(result.highest_without_one)) == (Fraction("62.5"), 691667)
    assert (result.reviews, result.set_aside) == (3, 0)


def test_standing_would_be_lower_if_na_were_the_lowest_score():
    with_na, as_lowest = total(STAGE_ONE, 4, None, 5), total(STAGE_ONE, 4, 1, 5)

    assert on_scale(with_na.total, SEVEN) == Fraction("4.5")
    assert on_scale(as_lowest.total, SEVEN) == Fraction("3.1")


def test_standing_sets_reviews_with_little_coverage_aside():
    result = standing([total(MIXED, 3, 2, 6), total(MIXED, 4, None, None), total(MIXED, None, None, None)])

    assert (result.reviews, result.set_aside, result.mean) == (1, 2, Fraction(43, 60))
    assert (result.sd_ppm, result.lowest_without_one, result.highest_without_one) == (None, None, None)


def test_standing_without_reviews_is_empty():
    assert standing([]).mean is None
    assert standing([]).reviews == 0


def test_standing_sd_is_rounded_from_the_exact_root():
    halves = [ReviewTotal(Fraction(0), Fraction(1), 1, 0), ReviewTotal(Fraction(1), Fraction(1), 1, 0)]

    assert standing(halves).sd_ppm == 707107


@given(st.lists(st.fractions(0, 1, max_denominator=1000), min_size=2, max_size=8))
def test_standing_agrees_with_the_textbook(values):
    result = standing(ReviewTotal(value, Fraction(1), 1, 0) for value in values)

    assert result.mean == sum(values) / len(values)
    assert result.sd_ppm == pytest.approx(stdev(map(float, values)) * 1e6, abs=0.51)
    assert (
        min(values) <= result.lowest_without_one <= result.mean <= result.highest_without_one <= max(values)
    )


def test_profile_keeps_na_apart():
    result = profile(MIXED[0], [3, None, 1, 4, None, 3])

    assert (result.median, result.spread, result.scored, result.na) == (Fraction(3), 3, 4, 2)


def test_profile_of_nothing_but_na_has_no_median():
    result = profile(MIXED[0], [None, None])

    assert (result.median, result.spread, result.scored, result.na) == (None, None, 0, 2)


def test_ranks_share_a_place_and_skip_the_next():
    scores = {"a": 900000, "b": 700000, "c": 700000, "d": 100000, "e": None}

    assert ranks(scores) == {"a": 1, "b": 2, "c": 2, "d": 4, "e": None}


@given(st.dictionaries(st.integers(), st.none() | st.integers(0, 20)))
def test_ranks_count_those_who_are_better(scores):
    places = ranks(scores)

    for key, score in scores.items():
        better = (
            None if score is None else sum(other > score for other in scores.values() if other is not None)
        )
        assert places[key] == (None if better is None else better + 1)
