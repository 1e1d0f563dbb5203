"""Severity against the worked example, against brute force, and where it has to keep silent."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundapp.reviews.severity import severity

H = [
    ("a1", "R", 80), ("a1", "S", 60), ("a2", "R", 70), ("a2", "T", 66), ("a3", "S", 40), ("a3", "T", 60),
    ("a4", "R", 90), ("a4", "S", 66), ("a4", "T", 84),
]  # fmt: skip


def test_severity_of_the_worked_example():
    found = severity(H, least_reviews=1)

    betas = {key: one.beta for key, one in found.leanings.items()}
    assert betas == pytest.approx({"R": 4, "S": -68 / 11, "T": 24 / 11}, abs=1e-9)
    assert found.corrected == pytest.approx({"a1": 782 / 11, "a2": 714 / 11, "a3": 52, "a4": 80}, abs=1e-9)


def test_reviewer_with_few_reviews_is_not_calibrated_and_corrects_nothing():
    found = severity(H)

    assert not any(one.is_calibrated for one in found.leanings.values())
    assert found.leanings["S"].beta == pytest.approx(-68 / 11)  # printed all the same
    assert found.corrected == {}


def test_uncalibrated_reviewer_counts_with_no_leaning():
    many = [(number, who, 50 + 10 * (who == "kind")) for number in range(8) for who in ("kind", "strict")]

    found = severity([*many, (0, "guest", 20)])

    assert not found.leanings["guest"].is_calibrated
    assert 0 not in found.corrected
    assert set(found.corrected) == set(range(1, 8))


def test_reviewers_without_a_shared_proposal_cannot_be_compared():
    apart = [(n, who, 60) for n in range(6) for who in "AB"] + [
        (n, who, 20) for n in range(6, 12) for who in "CD"
    ]

    found = severity(apart)

    assert not found.is_connected
    assert found.corrected == {}


def test_one_review_is_never_corrected():
    rows = [(n, who, 60) for n in range(6) for who in "AB"]

    assert 99 not in severity([*rows, (99, "A", 90)]).corrected


def test_nothing_reviewed_says_nothing():
    found = severity([])

    assert (found.leanings, found.corrected) == ({}, {})


totals = st.lists(
    st.tuples(st.integers(0, 6), st.sampled_from("ABCDE"), st.integers(0, 100)),
    min_size=1, max_size=30, unique_by=lambda row: row[:2],
)  # fmt: skip


@given(totals)
def test_severity_is_the_best_fit(rows):
    found = severity(rows, least_reviews=1)
    betas = {key: one.beta for key, one in found.leanings.items()}
    deserved = {}
    for application in {row[0] for row in rows}:
        mine = [total - betas[who] for one, who, total in rows if one == application]
        deserved[application] = sum(mine) / len(mine)

    def loss(betas):
        return sum((y - deserved[a] - betas[r]) ** 2 for a, r, y in rows) + 3 * sum(
            b * b for b in betas.values()
        )

    best = loss(betas)
    for who, beta in betas.items():
        for step in (-0.01, 0.01):
            assert loss(betas | {who: beta + step}) >= best - 1e-6


@given(totals, st.integers(-50, 50))
def test_severity_knows_no_zero_point(rows, shift):
    before = severity(rows, least_reviews=1)
    after = severity([(a, r, y + shift) for a, r, y in rows], least_reviews=1)

    for who, one in before.leanings.items():
        assert after.leanings[who].beta == pytest.approx(one.beta, abs=1e-6)


def test_severity_finds_who_was_strict():
    chance = random.Random("severity")
    truth = {"mild": 8.0, "even": 0.0, "strict": -8.0}
    rows = [(n, who, 60 + chance.gauss(0, 3) + lean) for n in range(60) for who, lean in truth.items()]

    found = severity(rows)

    assert {who: round(one.beta) for who, one in found.leanings.items()} == pytest.approx(truth, abs=1)
