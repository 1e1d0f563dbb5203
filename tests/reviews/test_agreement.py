"""Krippendorff's alpha against worked numbers and an independent implementation."""

from fractions import Fraction

import krippendorff
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundapp.reviews.agreement import Metric, alpha

SMALL = [[3, 3], [1, 2], [4, 4], [2]]
TABLE = [
    [1, 1, None, 1], [2, 2, 3, 2], [3, 3, 3, 3], [3, 3, 3, 3], [2, 2, 2, 2], [1, 2, 3, 4],
    [4, 4, 4, 4], [1, 1, 2, 1], [2, 2, 2, 2], [None, 5, 5, 5], [None, None, 1, 1], [None, None, 3, None],
]  # fmt: skip
"""The example in Krippendorff 2011: four observers, twelve units."""


@pytest.mark.parametrize(
    ("metric", "exact"),
    [
        (Metric.NOMINAL, Fraction(8, 13)),
        (Metric.ORDINAL, Fraction(94, 99)),
        (Metric.INTERVAL, Fraction(36, 41)),
    ],
)
def test_alpha_of_the_small_example_is_exact(metric, exact):
    assert alpha(SMALL, metric) == exact


@pytest.mark.parametrize(
    ("metric", "published"), [(Metric.NOMINAL, 0.7434), (Metric.ORDINAL, 0.8154), (Metric.INTERVAL, 0.8491)]
)
def test_alpha_of_the_published_table(metric, published):
    assert round(float(alpha(TABLE, metric)), 4) == published


def test_alpha_below_zero_when_reviewers_contradict_each_other():
    assert alpha([[0, 4], [4, 0]], Metric.ORDINAL) == Fraction(-1, 2)


def test_alpha_takes_fractions_for_totals():
    assert alpha([[Fraction(1, 2), Fraction(1, 2)], [Fraction(2, 3), Fraction(2, 3)]], Metric.INTERVAL) == 1


@pytest.mark.parametrize("units", [[], [[1]], [[1], [2]], [[3, 3], [3, 3]], [[None, 2]]])
def test_alpha_is_undefined_without_pairs_or_variation(units):
    assert alpha(units, Metric.ORDINAL) is None


ratings = st.none() | st.integers(0, 4)


@given(st.lists(st.tuples(ratings, ratings, ratings), min_size=1, max_size=12), st.sampled_from(Metric))
def test_alpha_equals_the_independent_implementation(units, metric):
    ours = alpha(units, metric)

    if ours is not None:
        table = [
            [float("nan") if rating is None else rating for rating in row] for row in zip(*units, strict=True)
        ]
        theirs = krippendorff.alpha(reliability_data=table, level_of_measurement=str(metric))
        assert float(ours) == pytest.approx(theirs)
