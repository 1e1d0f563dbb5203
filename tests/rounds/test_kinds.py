"""Every kind of answer: what is taken, what is refused and in which words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundapp.rounds import licences
from fundapp.rounds.checks import CHECKS
from fundapp.rounds.definitions import Ask, read_form
from fundapp.rounds.fields import FieldType
from fundapp.rounds.values import product
from tests.rounds.every_kind import COMPLETE, EVERY_KIND

FORM = read_form(EVERY_KIND)


def codes(**changes):
    return [(fault.field, fault.code) for fault in FORM.check(COMPLETE | changes, Ask(100_000, 1_000_000))]


def row(**cells):
    return {"what": "Work", "hours": 80, "rate": 6_250, "cost": 500_000} | cells


def test_complete_answers_have_no_faults():
    assert codes() == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"number": 0}, [("number", "too_low")]),
        ({"number": 13}, [("number", "too_high")]),
        ({"number": "6"}, [("number", "wrong_kind")]),
        ({"number": "six"}, [("number", "wrong_kind")]),
        ({"weight": "37.5"}, []),
        ({"weight": "37.5555"}, [("weight", "wrong_kind")]),
        ({"weight": "1e9"}, [("weight", "wrong_kind")]),
        ({"day": "2026-02-30"}, [("day", "date")]),
        ({"day": "20261224"}, [("day", "date")]),
        ({"day": "2026-W01-1"}, [("day", "date")]),
        ({"day": "2025-12-31"}, [("day", "too_low")]),
        ({"day": "2028-01-01"}, [("day", "too_high")]),
        ({"day": 7}, [("day", "date")]),
        ({"licence": "MIT OR Apache-2.0"}, []),
        ({"licence": "GPLv3"}, [("licence", "spdx")]),
        ({"licence": "(" * 400}, [("licence", "spdx")]),
        ({"licence": "MIT; DROP TABLE licence"}, [("licence", "spdx")]),
        ({"one": "d"}, [("one", "choice")]),
        ({"one": ["a"]}, [("one", "choice")]),
        ({"many": ["a", "b", "c"]}, [("many", "too_many")]),
        ({"many": ["d"]}, [("many", "choice")]),
        ({"many": "a"}, [("many", "wrong_kind")]),
        ({"many": []}, []),
        ({"agree": "yes"}, [("agree", "wrong_kind")]),
        ({"amount": 99_999, "costs": []}, [("amount", "too_low")]),
        ({"amount": 1_000_001, "costs": []}, [("amount", "too_high")]),
        ({"amount": -1, "costs": []}, [("amount", "too_low")]),
        ({"amount": None, "costs": []}, [("amount", "required")]),
        ({"amount": 10**12}, [("amount", "too_high")]),
        ({"amount": 10**5000}, [("amount", "too_high")]),
        ({"costs": [row()]}, []),
        ({"costs": [row(cost=1)]}, [("costs", "product"), ("costs", "sum")]),
        ({"costs": [row(hours="80", rate=6_000, cost=480_000)]}, [("costs", "sum")]),
        ({"costs": [row(what=None)]}, [("costs", "required")]),
        ({"costs": [row(what="x" * 51)]}, [("costs", "too_long")]),
        ({"costs": [row(until="soon")]}, [("costs", "date")]),
        ({"costs": [row(page="javascript:x")]}, [("costs", "url")]),
        ({"papers": [{"id": 1, "name": "a.pdf"}] * 3}, [("papers", "too_many")]),
        ({"papers": "a.pdf"}, [("papers", "wrong_kind")]),
        ({"papers": [{"name": "no id"}]}, [("papers", "wrong_kind")]),
        ({"story": "x" * 2001}, [("story", "too_long")]),
    ],
)
def test_check_finds_exactly_this(changes, expected):
    assert codes(**changes) == expected


def test_budget_that_does_not_add_up_says_both_sums():
    (fault,) = FORM.check(COMPLETE | {"costs": [row(hours=40, cost=250_000)]})

    assert fault.message == "You ask €5,000; “Costs” adds up to €2,500. Change one of the two."


@pytest.mark.parametrize(
    ("hours", "rate", "cents"),
    [(80, 6_000, 480_000), ("2.5", 8_000, 20_000), ("0.333", 100, 33), ("0.5", 1, 1), ("-1", 100, -100)],
)
def test_product_is_exact_to_the_cent(hours, rate, cents):
    column = FORM.field("costs").column("cost")

    assert product(column, {"hours": hours, "rate": rate}) == cents


def test_product_waits_for_both_and_bears_any_size():
    column = FORM.field("costs").column("cost")

    assert product(column, {"hours": 3}) is None
    assert product(column, {"hours": 10**15, "rate": 10**15}) == 10**30


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@given(value=ANY, kind=st.sampled_from([field.key for field in FORM.fields]))
def test_no_answer_whatever_breaks_the_check(value, kind):
    for fault in FORM.check(COMPLETE | {kind: value}, Ask(1, 2)):
        assert fault.message


@given(value=ANY, key=st.sampled_from(["what", "hours", "rate", "cost", "until", "page", "note"]))
def test_no_cell_whatever_breaks_the_check(value, key):
    for fault in FORM.check(COMPLETE | {"costs": [row(**{key: value})]}, Ask(1, 2)):
        assert fault.message


@given(text=st.text(alphabet=st.sampled_from("MITApache-2.0ORANDWITH() +/.\n\u202e"), max_size=60))
def test_no_text_whatever_breaks_the_reading_of_licences(text):
    assert licences.is_expression(text) in (True, False)


def test_every_common_licence_is_one():
    assert [one for one in licences.COMMON if not licences.is_expression(one)] == []


def test_every_kind_has_a_check_and_stands_in_the_form():
    assert set(CHECKS) == set(FieldType) == {field.type for field in FORM.fields}


# --- conditions and checks that come first ---------------------------------------------


def fields(*more):
    text = {"en": "t", "nl": "t"}
    made = [{"key": "title", "type": "short", "label": text, "required": True}]
    made += [{"label": text, "required": True, **one} for one in more]
    section = {"key": "s", "title": text, "fields": made}
    return read_form({"slug": "s", "number": 1, "name": text, "sections": [section]})


CHOICE = [{"value": one, "label": {"en": one, "nl": one}} for one in "ab"]


@pytest.mark.parametrize(
    ("kind", "condition", "answer", "is_asked"),
    [
        ({"type": "yes_no"}, {"is": True}, True, True),
        ({"type": "yes_no"}, {"is": True}, False, False),
        ({"type": "yes_no"}, {"is": False}, None, False),
        ({"type": "choice", "choices": CHOICE}, {"is_not": "a"}, "b", True),
        ({"type": "choice", "choices": CHOICE}, {"is_not": "a"}, None, False),
        ({"type": "several", "choices": CHOICE}, {"includes": "b"}, ["a", "b"], True),
        ({"type": "several", "choices": CHOICE}, {"includes": "b"}, ["a"], False),
        ({"type": "amount"}, {"above": 500}, 501, True),
        ({"type": "amount"}, {"above": 500}, 500, False),
        ({"type": "amount"}, {"above": 500}, "about 5k", False),
        ({"type": "number"}, {"below": 3}, 2, True),
        ({"type": "number"}, {"is": 1}, True, False),
        ({"type": "long"}, {"filled": True}, "x", True),
        ({"type": "long"}, {"filled": False}, "", True),
        ({"type": "long"}, {"filled": False}, "x", False),
    ],
)
def test_question_is_asked_only_when_its_condition_holds(kind, condition, answer, is_asked):
    form = fields(
        {"key": "first", **kind}, {"key": "next", "type": "long", "shown_if": {"field": "first", **condition}}
    )

    assert ("next" in [field.key for field in form.shown({"first": answer})]) == is_asked


def test_answer_to_a_question_that_is_not_asked_brings_up_nothing():
    form = fields(
        {"key": "one", "type": "yes_no"},
        {"key": "two", "type": "yes_no", "shown_if": {"field": "one", "is": True}},
        {"key": "three", "type": "long", "shown_if": {"field": "two", "is": True}},
    )

    asked = [field.key for field in form.shown({"one": False, "two": True})]

    assert asked == ["title", "one"]


def checks(gate):
    text = {"en": "t", "nl": "t"}
    check = {"key": "fits", "type": "yes_no", "label": text, "required": True, "wanted": True,
             "unwanted": {"en": "Not for you.", "nl": "Niets voor u."}}  # fmt: skip
    title = {"key": "title", "type": "short", "label": text, "required": True}
    sections = [
        {"key": "scan", "gate": gate, "title": text, "fields": [check]},
        {"key": "rest", "title": text, "fields": [title]},
    ]
    return read_form({"slug": "s", "number": 1, "name": text, "sections": sections})


@pytest.mark.parametrize(
    ("gate", "answer", "is_passed", "found"),
    [
        ("stop", None, False, [("fits", "required")]),
        ("stop", True, True, []),
        ("stop", False, False, [("fits", "gate")]),
        ("warn", None, False, [("fits", "required")]),
        ("warn", False, True, []),
    ],
)
def test_checks_that_come_first_let_through_or_not(gate, answer, is_passed, found):
    form, answers = checks(gate), {"title": "x", "fits": answer}

    assert form.gate.is_passed(answers) == is_passed
    assert [(fault.field, fault.code) for fault in form.check(answers)] == found
