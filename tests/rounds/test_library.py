"""The forms and rubrics we ship, and reading those that a fund writes."""

from copy import deepcopy

import pytest

from fundapp.core.shares import ppm, share_of
from fundapp.core.words import LANGUAGES
from fundapp.rounds.definitions import Form, InvalidDefinition, Rubric, load_library, read_form, read_rubric

RUBRICS = ["ostrom", "nlnet_stage_one", "digital_commons"]


@pytest.mark.parametrize(
    ("name", "weights", "scales"),
    [
        ("ostrom", [20, 15, 15, 10, 10, 10, 10, 10], {(0, 4)}),
        ("nlnet_stage_one", [30, 40, 30], {(1, 7)}),
        ("digital_commons", [10, 8, 7, 5, 5, 5, 5, 5, 15, 20, 15], {(0, 4), (1, 7)}),
    ],
)
def test_shipped_rubric_has_its_weights_and_scales(name, weights, scales):
    rubric = load_library(name)

    assert [criterion.weight for criterion in rubric.criteria] == weights
    assert {(criterion.lowest, criterion.highest) for criterion in rubric.criteria} == scales


@pytest.mark.parametrize("name", RUBRICS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_shipped_rubric_is_written_out_in_each_language(name, language):
    rubric = load_library(name)

    texts = [rubric.name, *rubric.groups.values(), *rubric.rules]
    for criterion in rubric.criteria:
        texts += [criterion.name, criterion.question, *criterion.evidence]
        texts += [text for level in criterion.levels for text in (level.label, level.anchor)]
        assert len(criterion.evidence) >= 4
    assert all(text[language] for text in texts)
    assert len({level.anchor[language] for c in rubric.criteria for level in c.levels}) == sum(
        len(c.levels) for c in rubric.criteria
    )


def test_digital_commons_takes_its_criteria_from_the_two_others():
    both = load_library("ostrom").criteria + load_library("nlnet_stage_one").criteria

    taken = load_library("digital_commons").criteria

    assert [(c.key, c.question, c.levels) for c in taken] == [(c.key, c.question, c.levels) for c in both]
    assert sum(criterion.weight for criterion in taken if criterion.group == "principles") == 50


def test_stage_one_has_its_threshold_strictly_above_five_of_seven():
    assert load_library("nlnet_stage_one").threshold_ppm == ppm(share_of("5.0", 1, 7)) == 666667
    assert load_library("ostrom").threshold_ppm is None


def test_shipped_form_has_the_limits_of_the_proposal_form():
    form = load_library("proposal_form")

    limits = {field.key: (field.hard, field.advised) for field in form.fields if field.hard}
    assert limits == {
        "contact_name": (100, None), "email": (100, None), "phone": (100, None), "organisation": (100, None),
        "country": (100, None), "title": (100, None), "website": (100, None), "abstract": (1500, 1200),
        "genai_tools": (200, None),
        "experience": (10000, 2500), "comparison": (10000, 4000), "challenges": (12500, 5000),
        "ecosystem": (10000, 2500), "stewardship": (10000, 2500), "budget": (10000, 2500),
        "genai_details": (10000, None), "openpgp_key": (10000, None),
    }  # fmt: skip
    assert [section.key for section in form.sections] == [
        "you",
        "project",
        "work",
        "commons",
        "money",
        "closing",
    ]


def test_shipped_form_requires_only_what_the_proposal_form_requires():
    form = load_library("proposal_form")

    required = {field.key for field in form.shown({}) if field.required}

    assert required == {"email", "title", "abstract", "uses_genai", "privacy"}


def test_shipped_form_feeds_every_criterion_of_every_shipped_rubric():
    form = load_library("proposal_form")

    for name in RUBRICS:
        assert all(form.feeding(criterion.key) for criterion in load_library(name).criteria)
    known = {criterion.key for criterion in load_library("digital_commons").criteria}
    assert {key for field in form.fields for key in field.feeds} <= known


def test_shipped_form_marks_who_somebody_is():
    form = load_library("proposal_form")

    identifying = {field.key for field in form.fields if field.identifying}

    assert identifying == {"contact_name", "email", "phone", "organisation", "openpgp_key"}


@pytest.mark.parametrize("name", ["../secrets", "no_such_form", ""])
def test_load_library_gives_nothing_else(name):
    with pytest.raises(FileNotFoundError):
        load_library(name)


@pytest.mark.parametrize("name", [*RUBRICS, "proposal_form"])
def test_definition_can_be_kept_and_read_again(name):
    shipped = load_library(name)

    again = (read_form if isinstance(shipped, Form) else read_rubric)(deepcopy(shipped.definition))

    assert again == shipped
    assert again.digest() == shipped.digest()


def test_digest_does_not_see_the_order_of_keys_but_every_word():
    definition = load_library("ostrom").definition
    turned = dict(reversed(definition.items()))
    changed = deepcopy(definition)
    changed["criteria"][0]["question"]["nl"] += "!"

    assert read_rubric(turned).digest() == read_rubric(definition).digest()
    assert read_rubric(changed).digest() != read_rubric(definition).digest()


def small_rubric(**changes):
    levels = [
        {"value": value, "label": {"en": f"l{value}", "nl": f"n{value}"}, "anchor": {"en": "a", "nl": "b"}}
        for value in (0, 1)
    ]
    criterion = {
        "key": "A", "name": {"en": "A", "nl": "A"}, "question": {"en": "?", "nl": "?"}, "weight": 100,
        "levels": levels,
    }  # fmt: skip
    return {"slug": "s", "name": {"en": "n", "nl": "n"}, "criteria": [criterion | changes]}


def test_small_rubric_is_read():
    rubric = read_rubric(small_rubric())

    assert isinstance(rubric, Rubric)
    assert (rubric.number, rubric.criteria[0].highest, rubric.criteria[0].allows_na) == (1, 1, True)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"weight": 90}, "The weights add up to 90; they have to add up to 100."),
        ({"weight": "100"}, "criteria[1]: “weight” is missing or not of the right kind."),
        ({"weight": True}, "criteria[1]: “weight” is missing or not of the right kind."),
        ({"weight": -5}, "criteria[1]: A weight cannot be less than zero."),
        ({"key": "a b"}, "criteria[1]: “a b” is not a key: letters, digits and _ only."),
        ({"name": {"en": "A"}}, "criteria[1]: “name” has to be written in every language."),
        ({"question": None}, "criteria[1]: “question” is missing or not of the right kind."),
        ({"levels": []}, "criteria[1]: The levels have to run up without gaps, at least two of them."),
        ({"levels": ["x"]}, "criteria[1].levels[1]: This has to be a list of names with values."),
        ({"allows_NA": True}, "criteria[1]: “allows_NA” is not known here."),
        ({"group": "g"}, "The group “g” has no name."),
        (
            {"evidence": [{"en": "only"}]},
            "criteria[1].evidence[1]: “text” has to be written in every language.",
        ),
    ],
)
def test_read_rubric_names_each_mistake_with_its_place(changes, problem):
    with pytest.raises(InvalidDefinition) as refused:
        read_rubric(small_rubric(**changes))

    assert problem in refused.value.problems


def test_read_rubric_refuses_the_same_key_twice():
    twice = small_rubric()
    twice["criteria"] *= 2

    with pytest.raises(InvalidDefinition) as refused:
        read_rubric(twice)

    assert "There is more than one “A”." in refused.value.problems


@pytest.mark.parametrize(
    "threshold", [{"value": "8", "lowest": 1, "highest": 7}, {"value": "x"}, {"value": "1"}]
)
def test_read_rubric_refuses_a_threshold_off_its_scale(threshold):
    with pytest.raises(InvalidDefinition, match="is not on its scale"):
        read_rubric(small_rubric() | {"threshold": threshold})


def field(key="title", **changes):
    return {"key": key, "type": "short", "label": {"en": "l", "nl": "l"}, "required": True} | changes


def column(kind):
    return {"key": "a", "type": kind, "label": {"en": "l", "nl": "l"}}


def small_form(*fields):
    section = {"key": "s", "title": {"en": "t", "nl": "t"}, "fields": list(fields)}
    return {"slug": "f", "name": {"en": "n", "nl": "n"}, "sections": [section]}


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ([], "A form asks the name of the project in a required short field “title”."),
        ([field(required=False)], "A form asks the name of the project in a required short field “title”."),
        ([field(), field()], "There is more than one “title”."),
        ([field(type="colour")], "sections[1].fields[1]: “colour” is not one of: short, long, number"),
        ([field(hard=0)], "A limit is at least one character."),
        ([field(hard=10, advised=20)], "The advised length is larger than the limit."),
        ([field(), field("c", type="choice")], "A choice, and nothing else, has choices."),
        ([field(columns=[column("short")])], "A table, and nothing else, has columns."),
        ([field(), field("t", type="table", columns=[column("yes_no")])], "A column holds text, a number"),
        ([field(), field("x", shown_if={"field": "later", "is": True})], "“x” depends on a field"),
    ],
)  # fmt: skip
def test_read_form_names_each_mistake(fields, problem):
    with pytest.raises(InvalidDefinition) as refused:
        read_form(small_form(*fields))

    assert problem in refused.value.message
