"""Rank correlation: exact on known figures, silent on small ones."""

import pytest

from fundapp.reports.foretelling import LEAST, foretold, ranks


def test_ranks_share_the_mean_of_ties():
    assert ranks([10, 20, 20, 5]) == [2, 3.5, 3.5, 1]


def test_perfect_order_is_one_and_has_no_interval():
    found = foretold([(one, one * one) for one in range(12)])

    assert found.rho == pytest.approx(1)
    assert found.low is None


def test_known_table_gives_its_known_figure():
    """IQ against hours of television, Wikipedia's worked table: -29/165."""
    scores = [106, 100, 86, 101, 99, 103, 97, 113, 112, 110]
    hours = [7, 27, 2, 50, 28, 29, 20, 12, 6, 17]

    found = foretold(list(zip(scores, hours, strict=True)))

    assert found.rho == pytest.approx(-29 / 165)
    assert found.low < found.rho < found.high
    assert found.verdict == "none"


def test_few_grants_get_no_verdict_however_strong():
    found = foretold([(one, one) for one in range(LEAST - 1)])

    assert found.verdict == "few"


def test_outcome_that_never_differs_tells_nothing():
    assert foretold([(one, 1.0) for one in range(20)]).verdict == "flat"
    assert foretold([]).rho is None


def test_strong_order_with_enough_grants_is_said():
    pairs = [(one, one + (one % 3)) for one in range(30)]

    assert foretold(pairs).verdict == "up"
    assert foretold([(score, -came) for score, came in pairs]).verdict == "down"
