"""The order of a round and its line, worked by hand."""

from types import SimpleNamespace as Row

import pytest

from fundapp.reviews.ranking import Order, Scale, line_up


def row(id: int, mean: int | None, cents: int = 100, *, median: int | None = None, own: bool = False) -> Row:
    return Row(
        id=id, code=f"2026-11-{id:03d}", mean_ppm=mean, median_ppm=median if median is not None else mean,
        requested_cents=cents, is_own_open=own,
    )  # fmt: skip


def ids(places: list) -> list[tuple[int, int]]:
    return [(place.row.id, place.rank) for place in places]


def test_equal_scores_share_a_place():
    rows = [row(1, 500), row(2, 700), row(3, 700), row(4, 900)]

    found = line_up(rows, budget_cents=1000, threshold_ppm=None)

    assert ids(found.above) == [(4, 1), (2, 2), (3, 2), (1, 4)]
    assert [place.is_shared for place in found.above] == [False, True, True, False]
    assert [place.running_cents for place in found.above] == [100, 300, 300, 400]


def test_the_first_that_does_not_fit_ends_the_line():
    rows = [row(1, 900, 400), row(2, 800, 700), row(3, 700, 100)]

    found = line_up(rows, budget_cents=1000, threshold_ppm=None)

    assert (ids(found.above), ids(found.below)) == ([(1, 1)], [(2, 2), (3, 3)])
    assert (found.used_cents, found.left_cents, found.next.row.id) == (400, 600, 2)


def test_the_line_never_runs_through_a_shared_place():
    rows = [row(1, 900, 400), row(2, 800, 400), row(3, 800, 400), row(4, 700, 100)]

    found = line_up(rows, budget_cents=1000, threshold_ppm=None)

    assert (ids(found.above), ids(found.split)) == ([(1, 1)], [(2, 2), (3, 2)])
    assert ids(found.below) == [(2, 2), (3, 2), (4, 4)]


def test_a_total_equal_to_the_threshold_is_not_above_it():
    rows = [row(1, 666_668), row(2, 666_667), row(3, 666_666)]

    found = line_up(rows, budget_cents=1000, threshold_ppm=666_667)

    assert (ids(found.above), ids(found.below), found.is_held) == ([(1, 1)], [(2, 2), (3, 3)], True)


def test_what_nobody_scored_stands_apart_and_what_i_must_still_judge_too():
    rows = [row(1, 900), row(2, None), row(3, 800, own=True)]

    found = line_up(rows, budget_cents=1000, threshold_ppm=None)

    assert (ids(found.above), [one.id for one in found.apart]) == ([(1, 1)], [2])
    assert ([one.id for one in found.unread], found.count) == ([3], 1)


def test_the_median_can_give_another_order():
    rows = [row(1, 600, median=500), row(2, 500, median=600)]

    by_mean = line_up(rows, budget_cents=1000, threshold_ppm=None)
    by_median = line_up(rows, budget_cents=1000, threshold_ppm=None, order=Order.MEDIAN)

    assert (ids(by_mean.above), ids(by_median.above)) == ([(1, 1), (2, 2)], [(2, 1), (1, 2)])


def test_nothing_to_rank():
    found = line_up([], budget_cents=1000, threshold_ppm=None)

    assert (found.count, found.used_cents, found.next) == (0, 0, None)


@pytest.mark.parametrize(
    ("scale", "ppm", "shown"),
    [
        (Scale(1, 7), 655_556, "4.93"),  # S1 of the domain model: 59/90 is 4.9333 of 7
        (Scale(0, 4), 716_667, "2.87"),
        (Scale(0, 100), 716_667, "71.7"),
        (Scale(0, 4), None, "–"),
    ],
)
def test_totals_stand_on_the_scale_that_is_shared(app, scale, ppm, shown):
    assert scale.total(ppm) == shown


def test_a_spread_is_a_distance_not_a_point(app):
    assert Scale(1, 7).spread(133_333) == "0.80"
