"""Charts: well-formed, readable without colour, the same bytes each time, and never a zero for nothing."""

import itertools

import pytest
from lxml import etree

from fundapp.core import charts

SVG = "{http://www.w3.org/2000/svg}"
WORDS = charts.Words("What it shows", "How to read it", "now", "expected", "n/a")
ROWS = [charts.Principle(f"Principle {i}", i % 3, i % 3 + 1, i % 3 + 0.5, 3, f"P{i}") for i in range(1, 9)]
NASTY = '<script>alert("x")</script> \u202ereversed\u202c & \x00\x07 שלום 🚀 ' + "x" * 300


def drawings(word: str = "Name") -> dict[str, str]:
    """Draw one of each chart for paper, with the word wherever people's words can come."""
    words = charts.Words(word, word, word, word, word)
    principles = [charts.Principle(word, 1, 3, 2, 3, word[:4]), charts.Principle(word, None, None, None)]
    pairs = [charts.Pair(word, 1_240_000, 240_000), charts.Pair(word, 0, 0)]
    ladder = charts.LadderWords(word, word, word, word, word, word)
    marks = [charts.Marks(word, [5, 5, 6], 5), charts.Marks(word, [], None)]
    return {
        "radar": charts.radar([*ROWS[:6], *principles], words),
        "profile": charts.profile(principles, words),
        "dot_rows": charts.dot_rows(marks, word, word, charts.Axis(1, 7, word)),
        "score_ladder": charts.score_ladder(
            [charts.Standing(word, 60, 50, 70, "funded")], ladder, low=0, high=100
        ),
        "ranges": charts.ranges([charts.Duration(word, 0, 3, 9, 12, 7)], word, word, "days"),
        "amounts_over_time": charts.amounts_over_time(
            [word, word], [charts.Course(word, [0, 5]), charts.Course(word, [1, 1])], word, word, str
        ),
        "shifts": charts.shifts(
            [charts.Shift(word, 1, 3, 4, "P1"), charts.Shift(word, None, None), charts.Shift(word, 2, 1)],
            charts.ShiftWords(word, word, word, word, word, word),
        ),
        "funnel": charts.funnel([charts.Step(word, 24), charts.Step(word, 0, word)], word, word),
        "paired_bars": charts.paired_bars(pairs, (word, word), word, word, str),
        "part_bars": charts.part_bars(pairs, (word, word), word, word),
        "split_bar": charts.split_bar([charts.Part(word, 5), charts.Part(word, 0)], word, word, str),
        "profile_bars": charts.profile_bars([1, None, 4], word, word),
        "review_dots": charts.review_dots([1.5, 3], 2.25, word, word),
        "budget_bar": charts.budget_bar([5, 3, 0], word, word, uid="money", ceiling=6),
    }


@pytest.mark.parametrize("name", drawings())
def test_chart_tells_what_it_shows_and_how_to_read_it(name):
    drawn = etree.fromstring(drawings("A name")[name])

    texts = [drawn.findtext(tag) or drawn.findtext(SVG + tag) for tag in ("title", "desc")]

    assert texts == ["A name", "A name"]


@pytest.mark.parametrize("name", drawings())
def test_chart_is_the_same_each_time(name):
    assert drawings()[name] == drawings()[name]


@pytest.mark.parametrize("name", drawings())
def test_chart_survives_what_strangers_write(name):
    drawn = drawings(NASTY)[name]

    etree.fromstring(drawn)
    assert "<script" not in drawn
    assert "\u202e" not in drawn


@pytest.mark.parametrize("name", drawings())
def test_chart_fits_a_strict_policy(name):
    drawn = drawings()[name]

    assert "style=" not in drawn
    assert "currentColor" not in drawn


def test_radar_names_what_was_not_applicable_and_leaves_it_out():
    rows = [*ROWS[:7], charts.Principle("Nested", None, None, None, key="P8")]

    whole, broken = charts.radar(ROWS, WORDS), charts.radar(rows, WORDS)

    assert "P8 (n/a)" in broken
    assert "n/a" not in whole
    assert 'fill-opacity="0.18"' in whole
    assert 'fill-opacity="0.18"' not in broken


def test_profile_draws_no_dot_for_nothing():
    empty = [charts.Principle("Boundaries", None, None, None)]

    drawn = charts.profile(empty, WORDS)

    assert drawn.count("<circle") == 1  # the one that explains itself below the drawing
    assert "n/a" in drawn


def test_profile_bars_set_not_applicable_apart_from_zero():
    zero, nothing = charts.profile_bars([0], "t", "d"), charts.profile_bars([None], "t", "d")

    assert 'class="f-acc"' in zero
    assert 'class="f-acc"' not in nothing
    assert 'class="k-edge"' in nothing


def test_funnel_marks_what_fell_out_with_a_pattern():
    drawn = charts.funnel([charts.Step("In", 10), charts.Step("Left", 4, "6 gone")], "t", "d")

    assert "<pattern" in drawn
    assert "6 gone" in drawn


def test_patterns_of_two_charts_on_one_page_do_not_clash():
    first, second = (charts.split_bar([charts.Part("a", 1), charts.Part("b", 2)], t, "d", str) for t in "xy")

    names = [etree.fromstring(one).find(f".//{SVG}pattern").get("id") for one in (first, second)]

    assert len(set(names)) == 2


def test_dots_of_equal_scores_stand_apart():
    drawn = charts.dot_rows([charts.Marks("T", [6, 6, 6], 6)], "t", "d", charts.Axis(1, 7, "n/a"))

    places = [(dot.get("cx"), dot.get("cy")) for dot in etree.fromstring(drawn).iter(SVG + "circle")]

    assert len(set(places)) == 3
    assert len({x for x, _ in places}) == 1


@pytest.mark.parametrize("applications", [1, 2, 60, 400])
def test_ladder_holds_any_number_of_applications(applications):
    rows = [charts.Standing(f"{i:03d}", 50, 40, 60, "other") for i in range(applications)]
    words = charts.LadderWords("t", "d", "funded", "reserve", "other", "span")

    drawn = etree.fromstring(charts.score_ladder(rows, words, low=0, high=100))

    labels = [
        float(text.get("x"))
        for text in drawn.iter(SVG + "text")
        if (text.text or "").isdigit() and text.get("text-anchor") == "middle"
    ]
    assert all(after - before > 12 for before, after in itertools.pairwise(labels))
    assert max(labels) < 475


def test_long_labels_end_in_an_ellipsis():
    drawn = charts.part_bars(
        [charts.Pair("Bosnia and Herzegovina and everything around it", 3, 1)], ("a", "b"), "t", "d"
    )

    assert "…" in drawn
