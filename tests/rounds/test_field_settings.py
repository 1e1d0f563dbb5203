"""The settings of a question: shown on a page, taken from it, and the same question again."""

import pytest

from fundapp.rounds import building, conditions, drafting, field_settings, form_check, presets
from fundapp.rounds.definitions import load_library
from fundapp.rounds.field_data import read_field
from fundapp.rounds.fields import FieldType
from fundapp.rounds.forms.building import for_kind
from fundapp.rounds.reading import Node
from tests.factories import NOW, make_cast

NAME = {"en": "Our form", "nl": "Ons formulier"}


@pytest.fixture
def cast(session):
    return make_cast()


def change(form, cast, how, verb="change"):
    return building.amend(form, how, verb=verb, actor=cast.sol, at=NOW)


def asks(key, kind="short", **more):
    return {"key": key, "type": kind, "label": {"en": key, "nl": key}, **more}


@pytest.mark.parametrize("name", ["proposal_form", "pioneers_form", "quickscan_form"])
def test_settings_that_are_shown_and_taken_give_the_same_question(name):
    shipped = load_library(name)
    data = dict(shipped.definition)

    for field in drafting.fields(data):
        shown = field_settings.shown(field, data)
        is_check = bool(drafting.home_of(data, field["key"]).get("gate"))
        given = {key: value for key, value in shown.items() if key in _asked_for(field, is_check)}
        taken = field_settings.taken(field, given, data)
        assert _read(taken) == _read(field), field["key"]


def _asked_for(field, is_check):
    names = {
        name
        for name in dir(for_kind(FieldType(field["type"]), is_check=is_check))
        if not name.startswith("_")
    }
    return names | {
        "condition",
        "figure",
        "feeds",
        "choices",
        "columns",
        "rows",
    }


def _read(field):
    node = Node(field)
    read = read_field(node)
    assert node.problems == []
    return read


@pytest.mark.parametrize(
    ("condition", "line"),
    [
        ({"field": "yes", "is": True}, "yes|is|yes"),
        ({"field": "yes", "is": False}, "yes|is|no"),
        ({"field": "one", "is": "a"}, "one|is|a"),
        ({"field": "one", "is_not": "a"}, "one|is_not|a"),
        ({"field": "many", "includes": "b"}, "many|includes|b"),
        ({"field": "sum", "above": 500000}, "sum|above|"),
        ({"field": "number", "below": 3}, "number|below|"),
        ({"field": "text", "filled": True}, "text|filled|yes"),
        ({"field": "text", "filled": False}, "text|filled|no"),
        ({"field": "text", "is": "by hand"}, conditions.KEEP),
    ],
)
def test_every_condition_has_a_line_and_comes_back(condition, line):
    choices = [{"value": one, "label": {"en": one, "nl": one}} for one in "ab"]
    fields = [
        asks("yes", "yes_no"), asks("one", "choice", choices=choices), asks("sum", "amount"),
        asks("many", "several", choices=choices), asks("number", "number"), asks("text"),
        asks("last", shown_if=condition),
    ]  # fmt: skip
    data = {"sections": [{"key": "s", "fields": fields}]}

    shown, figure = conditions.shown(condition, data)

    assert shown == line
    assert conditions.taken(shown, figure, fields[-1], data) == condition


def test_product_multiplies_the_first_number_and_the_first_amount():
    rows = [
        {"en": "Work", "nl": "Werk", "kind": "short"},
        {"en": "Hours", "nl": "Uren", "kind": "decimal"},
        {"en": "Rate", "nl": "Tarief", "kind": "amount"},
        {"en": "Cost", "nl": "Kosten", "kind": "product"},
    ]
    values = {"columns": rows, "total": "amount", "rows": 5, "label_en": "x", "label_nl": "x"}

    taken = field_settings.taken(asks("costs", "table"), values, {"sections": []})

    assert taken["columns"][3] == {
        "key": "cost", "type": "amount", "label": {"en": "Cost", "nl": "Kosten"},
        "product": ["hours", "rate"],
    }  # fmt: skip
    assert taken["total"] == {"column": "cost", "field": "amount"}


@pytest.mark.parametrize("name", sorted(presets.PRESETS))
def test_ready_question_makes_a_form_that_is_whole(cast, name):
    form = building.make(cast.fund, name=NAME, actor=cast.sol, at=NOW)
    for one in dict.fromkeys(["amount", name]):
        change(
            form, cast, lambda data, one=one: drafting.add_field(data, "project", presets.preset(one, data))
        )

    assert form_check.problems(form.definition, "en") == []
