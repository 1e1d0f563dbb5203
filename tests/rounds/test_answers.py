"""Checking answers against the form that we ship."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundapp.rounds.answers import is_web_address, length
from fundapp.rounds.definitions import Ask, load_library, read_form

FORM = load_library("proposal_form")
COMPLETE = {
    "email": "ana@example.org",
    "title": "Locks and bridges",
    "abstract": "Opening times, for everyone.",
    "uses_genai": False,
    "privacy": True,
}


def codes(**changes):
    return [(fault.field, fault.code) for fault in FORM.check(COMPLETE | changes, Ask(500000, 5000000))]


def test_complete_answers_have_no_faults():
    assert codes() == []


def test_empty_answers_miss_what_is_required_in_the_order_of_the_form():
    missing = [(fault.field, fault.code) for fault in FORM.check({})]

    assert missing == [(key, "required") for key in ("email", "title", "abstract", "uses_genai", "privacy")]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"abstract": " \r\n "}, [("abstract", "required")]),
        ({"privacy": False}, [("privacy", "required")]),
        ({"privacy": "yes"}, [("privacy", "wrong_kind")]),
        ({"uses_genai": True}, [("genai_details", "required")]),
        ({"uses_genai": True, "genai_details": "a model, in May"}, []),
        ({"genai_details": "x" * 20000}, []),
        ({"title": "x" * 101}, [("title", "too_long")]),
        ({"title": "ë" * 100}, []),
        ({"title": ["x"]}, [("title", "wrong_kind")]),
        ({"abstract": "x" * 1500}, []),
        ({"abstract": "x" * 1501}, [("abstract", "too_long")]),
        ({"abstract": "x\r\n" * 750}, []),
        ({"abstract": "🦄" * 1500}, []),
        ({"email": "ana at example.org"}, [("email", "email")]),
        ({"email": "ana@example.org\r\nBcc: ben@example.org"}, [("email", "email")]),
        ({"email": "ana@demo.test"}, []),
        ({"website": "https://example.org/~ana"}, []),
        ({"website": "example.org"}, [("website", "url")]),
        ({"website": "https://one.example / https://two.example"}, [("website", "url")]),
        ({"website": "javascript:alert(1)"}, [("website", "url")]),
        ({"country": "NL"}, []),
        ({"country": "Nederland"}, [("country", "country")]),
        ({"amount": 500000}, []),
        ({"amount": 499999}, [("amount", "too_low")]),
        ({"amount": 5000000}, []),
        ({"amount": 5000001}, [("amount", "too_high")]),
        ({"amount": "5000"}, [("amount", "wrong_kind")]),
        ({"amount": True}, [("amount", "wrong_kind")]),
        ({"milestones": "three of them"}, [("milestones", "wrong_kind")]),
        ({"milestones": ["one"]}, [("milestones", "wrong_kind")]),
        ({"milestones": [{"title": "x"}] * 51}, [("milestones", "too_many")]),
        ({"milestones": [{"title": " ", "amount_cents": None}]}, []),
    ],
)
def test_check_finds_exactly_this(changes, expected):
    assert codes(**changes) == expected


def test_check_without_limits_takes_any_amount():
    assert FORM.check(COMPLETE | {"amount": 1}) == []


def test_check_says_which_row_and_column_to_mend():
    rows = [{"title": "Plan", "amount_cents": 100}, {}, {"description": "no name", "amount_cents": -5}]

    faults = FORM.check(COMPLETE | {"milestones": rows})

    assert [(fault.row, fault.code, fault.message) for fault in faults] == [
        (3, "required", "Row 3, Result: Fill this in."),
        (3, "too_low", "Row 3, Amount: An amount cannot be less than zero."),
    ]


@pytest.mark.parametrize(
    ("amount", "parts", "said"),
    [
        (
            850000,
            [300000, 500000],
            ["You ask €8,500; the milestones add up to €8,000. Change one of the two."],
        ),
        (800000, [300000, 500000], []),
        (800000, [], []),
        (800000, [None, None], []),
        (None, [300000], []),
    ],
)
def test_check_compares_the_milestones_with_the_amount(amount, parts, said):
    rows = [{"title": "t", "amount_cents": part} for part in parts]

    faults = FORM.check(COMPLETE | {"amount": amount, "milestones": rows})

    assert [fault.message for fault in faults] == said


def test_check_counts_what_is_too_long():
    (fault,) = FORM.check(COMPLETE | {"abstract": "x" * 2735})

    assert fault.message == "This is 1,235 characters over the limit of 1,500."


def test_check_knows_choices_and_numbers():
    text = {"en": "t", "nl": "t"}
    fields = [
        {"key": "title", "type": "short", "label": text, "required": True},
        {
            "key": "licence",
            "type": "choice",
            "label": text,
            "choices": [{"value": "EUPL-1.2", "label": text}],
        },
        {"key": "people", "type": "number", "label": text},
    ]
    form = read_form({"slug": "f", "name": text, "sections": [{"key": "s", "title": text, "fields": fields}]})

    assert form.check({"title": "t", "licence": "EUPL-1.2", "people": 3}) == []
    assert [f.code for f in form.check({"title": "t", "licence": "GPL", "people": "3"})] == [
        "choice",
        "wrong_kind",
    ]


def test_over_limit_lists_what_was_kept_whole():
    answers = COMPLETE | {"abstract": "x" * 4146, "budget": "x" * 10000, "experience": None}

    assert FORM.over_limit(answers) == ["abstract"]


@pytest.mark.parametrize(
    ("text", "characters"),
    [("", 0), ("a\r\nb", 3), ("a\nb", 3), ("é", 1), ("e\u0301", 2), ("👩‍🌾", 3), ("\r", 1)],
)
def test_length_counts_code_points_and_line_ends_once(text, characters):
    assert length(text) == characters


@pytest.mark.parametrize(
    "text", ["https://", "http://.", "https:// a.b", "https://[::1", "ftp://a.b", "//a.b", "https://a.b c"]
)
def test_is_web_address_refuses(text):
    assert not is_web_address(text)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([field.key for field in FORM.fields]), json_values))
def test_check_never_fails_on_what_a_stranger_sends(answers):
    known = {field.key for field in FORM.fields}

    assert {fault.field for fault in FORM.check(answers)} <= known
    assert set(FORM.over_limit(answers)) <= known
