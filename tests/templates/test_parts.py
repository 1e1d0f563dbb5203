"""Parts of pages and tables: what is offered, what is said, what stays away."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import html5lib
import pytest
from flask import Flask

APPROVE = SimpleNamespace(name="approve", label="Approve", danger=False)
RETURN = SimpleNamespace(name="return", label="Ask for a change", danger=False)
REFUSE = SimpleNamespace(name="refuse", label="Refuse", danger=True)


@pytest.fixture
def macros(app: Flask) -> Iterator[Any]:
    """Give the macros of one file."""

    def load(name: str) -> Any:
        return app.jinja_env.get_template(f"macros/{name}.html").make_module()

    with app.test_request_context("/"):
        yield load


def _tree(html: str) -> Any:
    return html5lib.parse(html, namespaceHTMLElements=False)


def test_each_move_is_a_form_of_its_own_and_only_one_is_the_main_one(macros: Any) -> None:
    tree = _tree(
        macros("parts").moves(None, [REFUSE, APPROVE, RETURN], lambda move: f"/claims/7/{move.name}")
    )

    shown = [
        (form.get("action"), form.get("method"), form.find("button").get("class"), form.find("button").text)
        for form in tree.iter("form")
    ]
    assert shown == [
        ("/claims/7/refuse", "post", "btn btn--danger", "Refuse"),
        ("/claims/7/approve", "post", "btn btn--primary", "Approve"),
        ("/claims/7/return", "post", "btn", "Ask for a change"),
    ]
    assert all(form.find("input").get("name") == "csrf_token" for form in tree.iter("form"))


def test_no_moves_draw_nothing(macros: Any) -> None:
    assert macros("parts").moves(None, [], lambda move: "/") == ""


def test_a_head_has_one_title_and_leaves_out_missing_facts(macros: Any) -> None:
    tree = _tree(macros("parts").head("Losse <Schroef>", kicker="2026-11-001", facts=["Ana", None, "€8,000"]))

    assert [title.text for title in tree.iter("h1")] == ["Losse <Schroef>"]
    assert [fact.text for fact in tree.findall(".//p[@class='head__meta']/span")] == ["Ana", "€8,000"]


def test_pairs_without_a_value_are_left_out_but_zero_stays(macros: Any) -> None:
    tree = _tree(macros("parts").kv([("Theme", None), ("Tries", 0), ("Note", ""), ("Lead", "Noor")]))

    assert [name.text for name in tree.iter("dt")] == ["Tries", "Lead"]


def test_a_timeline_marks_what_was_and_what_is_now(macros: Any) -> None:
    steps = [
        SimpleNamespace(state="done", title="Sent", when="31 August"),
        SimpleNamespace(state="now", title="Being reviewed", when=None),
        SimpleNamespace(state=None, title="Letter", when=None),
    ]

    tree = _tree(macros("parts").timeline(steps))

    assert [(step.get("data-s"), step.find("h3").text) for step in tree.iter("li")] == [
        ("done", "Sent"),
        ("now", "Being reviewed"),
        (None, "Letter"),
    ]


def test_a_state_is_shape_and_word(macros: Any) -> None:
    badge = _tree(macros("parts").badge("ok", "Paid")).find(".//span")

    assert (badge.get("data-s"), badge.text) == ("ok", "Paid")


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ({"older_url": "/?before=9", "newer_url": None, "count_text": "51 grants"}, ["Older"]),
        ({"older_url": None, "newer_url": "/", "count_text": ""}, ["Newer"]),
        ({"older_url": None, "newer_url": None, "count_text": "3 grants"}, []),
    ],
)
def test_a_pager_offers_only_the_pages_there_are(macros: Any, page: dict[str, Any], words: list[str]) -> None:
    tree = _tree(macros("tables").pager(page))

    assert [link.text for link in tree.iter("a")] == words


def test_a_single_page_has_no_pager(macros: Any) -> None:
    assert macros("tables").pager({"older_url": None, "newer_url": None, "count_text": ""}) == ""


def test_an_empty_list_says_what_to_do_first(macros: Any) -> None:
    tree = _tree(
        macros("tables").empty("No grants yet.", "They come after the letters.", "/rounds", "See the rounds")
    )

    assert (tree.find(".//a").get("href"), tree.find(".//a").text) == ("/rounds", "See the rounds")
