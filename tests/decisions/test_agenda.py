"""The order of an agenda: few walks, certainly the fewest for few groups, and never one item lost."""

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from fundapp.decisions.agenda import EXACT, shortest, walks

OUTS = st.lists(st.frozensets(st.integers(1, 4), max_size=3), max_size=6)


def test_walks_count_leaving_and_coming_back() -> None:
    mo = frozenset({1})

    assert walks([frozenset(), mo, frozenset(), mo]) == 3
    assert walks([mo, mo, frozenset()]) == 2
    assert walks([]) == 0


def test_items_of_one_person_stand_together_at_an_end() -> None:
    mo, nobody = frozenset({1}), frozenset[int]()

    found = shortest([nobody, mo, nobody, mo])

    assert (found.walks, found.is_exact) == (1, True)
    assert [place in (1, 3) for place in found.places] == [False, False, True, True]


def test_within_a_group_the_key_decides() -> None:
    scores = [10, 30, 20]

    found = shortest([frozenset()] * 3, lambda place: -scores[place])

    assert found.places == [1, 2, 0]


@given(OUTS)
def test_no_order_has_fewer_walks(outs: list[frozenset[int]]) -> None:
    found = shortest(outs)

    assert sorted(found.places) == list(range(len(outs)))
    assert found.walks == walks([outs[place] for place in found.places])
    assert found.walks == min(walks(order) for order in permutations(outs))


@given(st.lists(st.frozensets(st.integers(1, 12), max_size=4), min_size=EXACT + 1, max_size=30))
def test_long_agendas_keep_every_item_and_gain(outs: list[frozenset[int]]) -> None:
    found = shortest(outs)

    assert sorted(found.places) == list(range(len(outs)))
    assert found.walks == walks([outs[place] for place in found.places])
    assert found.walks <= walks(outs)
