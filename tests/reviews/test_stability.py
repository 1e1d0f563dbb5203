"""Rank stability against an exact count, and what must never change it."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundapp.reviews.stability import Candidate, is_tied, stability

X, Y = Candidate((60, 80), 10), Candidate((62, 66), 10)


def exact_share_of_x() -> float:
    """Count all draws of the example by hand."""
    root = 2**0.5
    pool = [-10 * root, 10 * root, -2 * root, 2 * root]
    wins = [70 + (a + b) / 2 > 64 + (c + d) / 2 for a, b, c, d in product(pool, repeat=4)]
    return sum(wins) / len(wins)


def test_stability_comes_near_the_exact_share():
    found = stability({"x": X, "y": Y}, budget_cents=10, seed="1", replicates=20_000)

    assert exact_share_of_x() == 191 / 256
    assert found["x"] == pytest.approx(191 / 256, abs=0.01)
    assert found["x"] + found["y"] == pytest.approx(1)


def test_the_same_seed_gives_the_same_shares():
    one = stability({"x": X, "y": Y}, budget_cents=10, seed="7")

    assert stability({"x": X, "y": Y}, budget_cents=10, seed="7") == one
    assert stability({"x": X, "y": Y}, budget_cents=10, seed="8") != one


def test_all_are_sure_when_the_money_fits_all():
    assert stability({"x": X, "y": Y}, budget_cents=20, seed="1") == {"x": 1, "y": 1}


def test_none_is_sure_above_a_threshold_nobody_reaches():
    assert stability({"x": X, "y": Y}, budget_cents=20, seed="1", above=200) == {"x": 0, "y": 0}


def test_equal_scores_do_not_look_certain():
    same = {name: Candidate((70, 70, 70), 10) for name in "abc"} | {"d": Candidate((20, 95, 50), 10)}

    found = stability(same, budget_cents=10, seed="1")

    assert all(found[name] < 1 for name in "abc")


def test_those_without_any_spread_stand_or_fall_together():
    same = {name: Candidate((70, 70), 10) for name in "abc"}

    assert stability(same, budget_cents=10, seed="1") == dict.fromkeys("abc", 0)


def test_tie_band_is_open_at_both_ends():
    assert [is_tied(share) for share in (0, 0.1, 0.11, 0.5, 0.89, 0.9, 1)] == [
        False, False, True, True, True, False, False,
    ]  # fmt: skip


@given(
    st.dictionaries(
        st.integers(0, 20),
        st.builds(Candidate, st.lists(st.integers(0, 100), min_size=1, max_size=4), st.integers(1, 50)),
        max_size=8,
    ),
    st.integers(0, 200),
)
def test_shares_are_shares_and_more_money_never_hurts(candidates, budget):
    small = stability(candidates, budget_cents=budget, seed="s", replicates=40)
    large = stability(candidates, budget_cents=budget + 30, seed="s", replicates=40)

    assert set(small) == set(candidates)
    assert all(0 <= small[key] <= large[key] <= 1 for key in candidates)
