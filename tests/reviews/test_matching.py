"""The solver: optimal against trying everything, and honest about what can't be met."""

from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fundapp.reviews.matching import SAME_HOUSE, SHORT, STEP, Case, Judge, solve


def judges(*houses: str, room: int = 12, has: int = 0) -> list[Judge]:
    return [Judge(number, house, has=has, room=room) for number, house in enumerate(houses, 1)]


def case(number: int, costs: dict[int, int], held: tuple[int, ...] = ()) -> Case:
    return Case(number, frozenset(held), costs)


def test_cheapest_pairing_is_chosen() -> None:
    answer = solve(
        [case(1, {1: 50, 2: 0}), case(2, {1: 0, 2: 50})], judges("a", "b"), 1
    )  # fmt: skip

    assert answer.pairs == ((1, 2), (2, 1))
    assert (answer.cost, answer.is_proven) == (2 * STEP, True)


def test_work_is_shared_out() -> None:
    answer = solve([case(n, {1: 0, 2: 3}) for n in range(1, 7)], judges("a", "b"), 1)

    assert dict(answer.loads) == {1: 3, 2: 3}


def test_what_is_held_counts_and_stays() -> None:
    answer = solve([case(1, {2: 0, 3: 90}, held=(1,))], judges("a", "b", "c"), 2)

    assert answer.pairs == ((1, 2),)


def test_load_of_before_is_taken_into_account() -> None:
    busy = [Judge(1, "a", has=5), Judge(2, "b", has=0)]

    assert solve([case(1, {1: 0, 2: 10})], busy, 1).pairs == ((1, 2),)


def test_nobody_gets_more_than_there_is_room_for() -> None:
    answer = solve([case(n, {1: 0}) for n in range(1, 5)], judges("a", room=3), 1)

    assert answer.loads == {1: 3}
    assert sum(answer.short.values()) == 1
    assert answer.is_proven


def test_who_is_full_already_is_left_alone() -> None:
    assert solve([case(1, {1: 0})], [Judge(1, "a", has=4, room=4)], 1).short == {1: 1}


def test_one_reviewer_comes_from_another_house() -> None:
    answer = solve([case(1, {1: 0, 2: 0, 3: 90})], judges("tu", "tu", "else"), 2)

    assert {judge for _case, judge in answer.pairs} & {3}
    assert answer.one_house == frozenset()


def test_held_colleague_makes_the_other_come_from_elsewhere() -> None:
    answer = solve([case(1, {2: 0, 3: 90}, held=(1,))], judges("tu", "tu", "else"), 2)

    assert answer.pairs == ((1, 3),)


def test_one_house_is_told_where_there_is_no_other() -> None:
    answer = solve([case(1, {1: 0, 2: 0})], judges("tu", "tu"), 2)

    assert (answer.one_house, answer.short) == (frozenset({1}), {})
    assert answer.cost == SAME_HOUSE + 2 * STEP
    assert answer.is_proven


def test_nobody_at_all_leaves_everything_short() -> None:
    answer = solve([case(1, {}), case(2, {}, held=(9,))], [], 2)

    assert answer.short == {1: 2, 2: 1}
    assert (answer.pairs, answer.is_proven) == ((), True)


def test_nothing_to_do_costs_nothing() -> None:
    answer = solve([case(1, {}, held=(1, 2))], judges("a", "b"), 2)

    assert (answer.pairs, answer.cost, answer.is_proven) == ((), 0, True)


def brute(cases: list[Case], people: list[Judge], wanted: int) -> int:
    """Try every plan; only for a handful."""
    ways = []
    for one in cases:
        need = max(0, wanted - len(one.held))
        ways.append([set(chosen) for size in range(need + 1) for chosen in combinations(one.costs, size)])
    best = 10**9
    house = {one.id: one.house for one in people}
    for plan in product(*ways):
        loads = {one.id: one.has + sum(one.id in chosen for chosen in plan) for one in people}
        if any(loads[one.id] > max(one.room, one.has) for one in people):
            continue
        cost = sum(one.costs[judge] for one, chosen in zip(cases, plan, strict=True) for judge in chosen)
        cost += sum(STEP * k for one in people for k in range(one.has + 1, loads[one.id] + 1))
        for one, chosen in zip(cases, plan, strict=True):
            cost += SHORT * (max(0, wanted - len(one.held)) - len(chosen))
            homes = [house[judge] for judge in (*one.held, *chosen)]
            cost += SAME_HOUSE * (wanted > 1 and bool(chosen) and len(homes) >= wanted and len({*homes}) == 1)
        best = min(best, cost)
    return best


@st.composite
def problems(draw: st.DrawFn) -> tuple[list[Case], list[Judge], int]:
    count = draw(st.integers(1, 4))
    people = [
        Judge(n, draw(st.sampled_from("ab")), has=draw(st.integers(0, 2)), room=draw(st.integers(0, 3)))
        for n in range(1, count + 1)
    ]
    cases = []
    for number in range(1, draw(st.integers(1, 3)) + 1):
        held = draw(st.sets(st.sampled_from([one.id for one in people]), max_size=2))
        free = [one.id for one in people if one.id not in held]
        costs = {one: draw(st.integers(0, 90)) for one in free if draw(st.booleans())}
        cases.append(Case(number, frozenset(held), costs))
    return cases, people, draw(st.integers(1, 3))


@settings(max_examples=150)
@given(problems())
def test_answer_is_the_best_there_is(problem: tuple[list[Case], list[Judge], int]) -> None:
    cases, people, wanted = problem
    people = [one if one.room >= one.has else Judge(one.id, one.house, one.has, one.has) for one in people]

    answer = solve(cases, people, wanted)

    assert answer.cost == brute(cases, people, wanted)
    assert answer.is_proven
    assert solve(cases, people, wanted).pairs == answer.pairs


@pytest.mark.parametrize("wanted", [1, 2, 3])
def test_nobody_is_asked_twice_for_one(wanted: int) -> None:
    answer = solve([case(n, dict.fromkeys(range(1, 6), n)) for n in range(1, 9)], judges(*"aabbc"), wanted)

    assert len(set(answer.pairs)) == len(answer.pairs) == 8 * wanted
