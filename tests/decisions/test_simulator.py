"""The funding line under rules of every kind, by hand and at random."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundapp.decisions.simulator import Basis, Candidate, Kind, Rules, Why, compare, lot, simulate


def one(id: int, figure: float | None, asks: int, **about) -> Candidate:
    figures = about.pop("figures", dict.fromkeys(Basis, figure))
    return Candidate(id, f"2026-11-{id:03d}", f"Project {id}", asks, figures, **about)


def kinds(outcome) -> list[Kind]:
    return [place.kind for place in outcome.places]


def test_line_ends_at_the_first_that_does_not_fit():
    found = simulate([one(1, 90, 40), one(2, 80, 70), one(3, 70, 10)], Rules(100))

    assert kinds(found) == [Kind.FUNDED, Kind.OUT, Kind.OUT]
    assert (found.used_cents, found.left_cents) == (40, 60)


def test_reserve_list_takes_the_next_in_order():
    found = simulate([one(1, 90, 40), one(2, 80, 70), one(3, 70, 10), one(4, 60, 10)], Rules(100, reserve=2))

    assert kinds(found) == [Kind.FUNDED, Kind.RESERVE, Kind.RESERVE, Kind.OUT]


def test_partial_award_takes_what_is_left_when_it_is_enough():
    candidates = [one(1, 90, 40), one(2, 80, 100)]

    assert [place.amount_cents for place in simulate(candidates, Rules(100, least_percent=60)).places] == [
        40,
        60,
    ]
    assert kinds(simulate(candidates, Rules(100, least_percent=61))) == [Kind.FUNDED, Kind.OUT]


def test_equal_ones_are_funded_together_or_left_to_people():
    candidates = [one(1, 90, 40), one(2, 80, 40), one(3, 80, 40), one(4, 70, 5)]

    assert kinds(simulate(candidates, Rules(125))) == [Kind.FUNDED] * 4
    short = simulate(candidates, Rules(100))
    assert kinds(short) == [Kind.FUNDED, Kind.UNDECIDED, Kind.UNDECIDED, Kind.OUT]
    assert [place.rank for place in short.places] == [1, 2, 2, 4]


def test_full_theme_is_passed_over_and_the_line_goes_on():
    candidates = [one(1, 90, 40, theme="web"), one(2, 80, 40, theme="web"), one(3, 70, 40, theme="mail")]

    found = simulate(candidates, Rules(100, most={"web": 50}))

    assert [(place.kind, place.why) for place in found.places] == [
        (Kind.FUNDED, Why.FITS), (Kind.OUT, Why.THEME_MOST), (Kind.FUNDED, Why.FITS),
    ]  # fmt: skip
    assert found.by_theme == {"web": 40, "mail": 40}


def test_theme_gets_its_least_before_the_line_is_drawn():
    candidates = [one(1, 90, 60, theme="web"), one(2, 80, 40, theme="web"), one(3, 70, 40, theme="mail")]

    found = simulate(candidates, Rules(100, least={"mail": 10}))

    assert [(place.kind, place.why) for place in found.places] == [
        (Kind.FUNDED, Why.FITS), (Kind.OUT, Why.MONEY), (Kind.FUNDED, Why.THEME_LEAST),
    ]  # fmt: skip


def test_theme_is_named_only_where_the_line_alone_would_not_reach():
    candidates = [one(1, 90, 60, theme="mail"), one(2, 80, 40, theme="web")]

    found = simulate(candidates, Rules(100, least={"mail": 10}))

    assert [place.why for place in found.places] == [Why.FITS, Why.FITS]


def test_party_cap_counts_what_the_party_got_before():
    candidates = [one(1, 90, 40, party_id=7, given_cents=30), one(2, 80, 40, party_id=7, given_cents=30)]

    found = simulate(candidates, Rules(500, party_cap_cents=70))

    assert [(place.kind, place.why) for place in found.places] == [
        (Kind.FUNDED, Why.FITS), (Kind.OUT, Why.PARTY),
    ]  # fmt: skip


def test_nothing_at_the_threshold_is_funded():
    found = simulate([one(1, 5.0, 10), one(2, 5.01, 10)], Rules(100, above=5.0))

    assert [(place.candidate.id, place.kind) for place in found.places] == [(2, Kind.FUNDED), (1, Kind.OUT)]
    assert found.places[1].why is Why.THRESHOLD


def test_lots_are_drawn_in_the_tie_band_only():
    candidates = [one(number, 90 - number, 10, is_tied=3 <= number <= 8) for number in range(1, 11)]

    drawn = simulate(candidates, Rules(40, seed="draw of 12 December"))

    order = [place.candidate.id for place in drawn.places]
    assert order[:2] == [1, 2]
    assert order[8:] == [9, 10]
    codes = sorted(
        (f"2026-11-{number:03d}" for number in range(3, 9)), key=lambda code: lot("draw of 12 December", code)
    )
    assert [place.candidate.code for place in drawn.places[2:8]] == codes
    assert [bool(place.lot) for place in drawn.places] == [False] * 2 + [True] * 6 + [False] * 2


def test_lot_can_be_drawn_again_by_anybody():
    assert lot("seed", "2026-11-001") == sha256(b"seed|2026-11-001").hexdigest()


def test_lots_break_a_shared_place():
    candidates = [one(1, 80, 40, is_tied=True), one(2, 80, 40, is_tied=True)]

    found = simulate(candidates, Rules(40, seed="s"))

    assert sorted(kinds(found)) == [Kind.FUNDED, Kind.OUT]


def test_mean_and_median_may_fund_others():
    candidates = [
        one(1, None, 10, figures={Basis.MEAN: 80, Basis.MEDIAN: 60, Basis.EQUAL: 70}),
        one(2, None, 10, figures={Basis.MEAN: 70, Basis.MEDIAN: 75, Basis.EQUAL: 71}),
    ]

    found = compare(candidates, Rules(10))

    assert {basis: outcome.ids for basis, outcome in found.items()} == {
        Basis.MEAN: {1}, Basis.MEDIAN: {2}, Basis.EQUAL: {2},
    }  # fmt: skip


def test_without_a_figure_nobody_is_ranked():
    assert simulate([one(1, None, 10)], Rules(10)).places == []


themes = st.sampled_from(["web", "mail", None])
candidates = st.lists(
    st.tuples(st.integers(0, 6), st.integers(1, 60), themes, st.sampled_from([1, 2, None]), st.booleans()),
    max_size=12,
)
rules = st.builds(
    Rules,
    st.integers(0, 200),
    basis=st.sampled_from(Basis),
    least=st.dictionaries(st.sampled_from(["web", "mail"]), st.integers(0, 60)),
    most=st.dictionaries(st.sampled_from(["web", "mail"]), st.integers(0, 100)),
    party_cap_cents=st.none() | st.integers(0, 100),
    least_percent=st.integers(1, 100),
    reserve=st.integers(0, 4),
    above=st.none() | st.integers(0, 5),
    seed=st.sampled_from(["", "s", "t"]),
)


@given(candidates, rules)
def test_no_rule_is_ever_broken(rows, rules):
    before = {1: 5, 2: 30}
    known = [
        one(number, figure, asks, theme=theme, party_id=party, given_cents=before.get(party, 0), is_tied=tied)
        for number, (figure, asks, theme, party, tied) in enumerate(rows, 1)
    ]

    found = simulate(known, rules)

    assert sorted(place.candidate.id for place in found.places) == list(range(1, len(known) + 1))
    assert 0 <= found.used_cents <= rules.budget_cents
    for theme, most in rules.most.items():
        assert found.by_theme.get(theme, 0) <= most
    for party, had in before.items():
        got = sum(place.amount_cents for place in found.places if place.candidate.party_id == party)
        assert not got or rules.party_cap_cents is None or had + got <= rules.party_cap_cents
    for place in found.places:
        asks = place.candidate.asks_cents
        assert (place.kind is Kind.FUNDED) == (place.amount_cents == asks)
        assert place.amount_cents == 0 or place.amount_cents * 100 >= asks * rules.least_percent
        assert not (
            place.is_in and rules.above is not None and place.candidate.figures[rules.basis] <= rules.above
        )
    assert len(found.of(Kind.RESERVE)) <= rules.reserve


@given(candidates, st.integers(0, 200))
def test_who_stands_higher_is_never_passed_over_for_money(rows, budget):
    known = [one(number, figure, asks) for number, (figure, asks, *_rest) in enumerate(rows, 1)]

    found = simulate(known, Rules(budget))

    flags = [place.is_in for place in found.places]
    assert flags == sorted(flags, reverse=True)


@pytest.mark.parametrize("basis", list(Basis))
def test_compare_names_its_basis(basis):
    assert compare([one(1, 50, 10)], Rules(10))[basis].rules.basis is basis
