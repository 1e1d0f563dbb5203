"""Passages: what a reader selects is found in the Markdown it came from, and marked where it is shown."""

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundapp.core import markdown
from fundapp.reviews.passages import Spot, find, mark, occurrence, words


def spot(quote: str, nth: int = 0, key: str = "1") -> Spot:
    return Spot(quote, nth, f"pin{key}", "P1", "#a1", "pinned for")


def slice_of(text: str, quote: str, nth: int = 0) -> str | None:
    found = find(text, quote, nth)
    return text[found.start : found.stop] if found else None


@pytest.mark.parametrize(
    ("text", "quote", "kept"),
    [
        ("The *tides behind them* are not.", "tides behind them are", "tides behind them* are"),
        ("Seen by all.\nAnd more.", "by all.", "by all."),
        ("See [it all](https://x.org/v) now.", "it all now", "it all](https://x.org/v) now"),
        ("- one\n- two\n", "one two", "one\n- two"),
        ("1. First.\n2. Second.", "First. Second.", "First.\n2. Second."),
        ("Black &amp; white", "Black & white", "Black &amp; white"),
        ("Pledge of €1,800 a year", "€1,800", "€1,800"),
        ("🚢 sails", "🚢 sails", "🚢 sails"),
        ("Nothing like it", "something", None),
        ("Anything", " … ", None),
    ],
)  # fmt: skip
def test_a_selection_is_found_in_its_markdown(text: str, quote: str, kept: str | None) -> None:
    assert slice_of(text, quote) == kept


def test_the_second_of_two_equal_passages_is_the_second() -> None:
    text = "We keep it. They say: we keep it. Everybody: We keep it."

    first, second = find(text, "We keep it"), find(text, "We keep it", 1)

    assert (first, second) == ((0, 10), (45, 55))
    assert (occurrence(text, first), occurrence(text, second)) == (0, 1)
    assert find(text, "We keep it", 9) == first


def test_a_quote_reads_without_marks() -> None:
    assert words("predictions *behind* [them](https://x.org)") == "predictions behind them"


def test_a_passage_over_several_tags_stays_well_formed() -> None:
    text = "Start **bold** and\n\n- [a link](https://example.org) here\n- two\n\nEnd."
    html = markdown.render(text)

    drawn = mark(html, [spot("bold** and\n\n- [a link"), spot("two\n\nEnd", key="2")])

    html5lib.HTMLParser(strict=True).parseFragment(f"<div>{drawn}</div>")
    assert drawn.count('<span id="pin1"></span>') == 1
    assert '</a><a href="#a1">' in drawn
    assert drawn.striptags().replace("pinned for P1", "").split() == html.striptags().split()


def test_two_passages_that_overlap_are_both_shown() -> None:
    drawn = mark("one two three four", [spot("one two three"), spot("two three four", key="2")])

    assert drawn == (
        '<mark class="pin"><span id="pin1"></span>one <span id="pin2"></span>two three'
        '<a href="#a1"><span class="vh">pinned for </span>P1</a> four'
        '<a href="#a1"><span class="vh">pinned for </span>P1</a></mark>'
    )


def test_plain_text_is_escaped() -> None:
    assert mark("<b>no", [spot("no")]).startswith('&lt;b&gt;<mark class="pin">')
    assert mark("<b>no", []) == "&lt;b&gt;no"


def test_what_is_not_there_is_not_marked() -> None:
    assert mark("Something else", [spot("gone")]) == "Something else"


def test_a_mark_between_cells_puts_nothing_between_them() -> None:
    html = markdown.render("| a | b |\n|---|---|\n| one | two |\n")

    drawn = mark(html, [spot("one two")])

    html5lib.HTMLParser(strict=True).parseFragment(str(drawn))
    assert drawn.count("<mark") == 2


@given(st.text(max_size=200), st.integers(0, 200), st.integers(1, 200))
def test_marking_never_changes_the_words(text: str, start: int, length: int) -> None:
    html = markdown.render(text)
    quote = text[start : start + length]

    drawn = mark(html, [Spot(quote, 0, "p", "", "#", "")])

    bare = drawn.replace('<mark class="pin">', "").replace("</mark>", "").replace('<span id="p"></span>', "")
    assert bare.replace('<a href="#"><span class="vh"> </span></a>', "") == html
    found = find(text, quote)
    assert found is None or 0 <= found.start < found.stop <= len(text)
