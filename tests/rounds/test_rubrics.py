"""Rubrics of a fund: written, checked, numbered, taken in and out."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundapp.core.refusals import ChangedMeanwhile, Refusal
from fundapp.rounds import definitions, rubrics, service
from fundapp.rounds.models import RoundState
from fundapp.rounds.reading import InvalidDefinition
from fundapp.rounds.rubric import Rubric as Read
from tests.factories import NOW, make_cast, make_form, make_round

SHIPPED = [name for name in definitions.shipped_names() if isinstance(definitions.load_library(name), Read)]


def shipped(name="strong_internet"):
    return dict(definitions.load_library(name).definition)


@pytest.fixture
def cast(app):
    return make_cast()


def begin(cast, source=None, slug="ours"):
    return rubrics.begin(cast.fund, slug=slug, source=source, actor=cast.sol, at=NOW)


def change(rubric, edit, cast, seen=None):
    seen = rubric.row_version if seen is None else seen
    return rubrics.change(rubric, edit, seen=seen, actor=cast.sol, at=NOW)


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_rubric_is_whole_in_both_languages(name):
    read = definitions.load_library(name)

    assert sum(one.weight for one in read.criteria) == 100
    for one in read.criteria:
        for text in (one.name, one.question, *(level.anchor for level in one.levels)):
            assert text["en"]
            assert text["nl"]
            assert text["en"] != text["nl"]


def test_six_families_of_rubrics_are_shipped():
    assert {definitions.load_library(name).slug for name in SHIPPED} >= {
        "ostrom", "government-communities", "sovereign-ecosystem", "resilience", "nlnet-stage-one",
        "strong-internet",
    }  # fmt: skip


@pytest.mark.parametrize("name", SHIPPED)
def test_yaml_out_and_in_is_the_same(name):
    text = rubrics.as_yaml(shipped(name))

    assert rubrics.as_yaml(rubrics.from_yaml(text)) == text


def test_rubric_begun_after_a_shipped_one_has_its_criteria(cast):
    made = begin(cast, shipped())

    assert [one.key for one in made.criteria] == ["I1", "I2", "I3", "I4", "I5"]
    assert (made.slug, made.number, made.threshold_ppm) == ("ours", 1, 500_000)
    assert rubrics.is_whole(made)


def test_short_name_is_used_once(cast):
    begin(cast)

    with pytest.raises(Refusal, match="short name"):
        begin(cast)


def test_unfinished_rubric_says_what_is_missing_and_keeps_what_was_typed(cast):
    made = begin(cast)

    change(made, lambda one: rubrics.with_criterion(one, None, rubrics.blank(one) | {"key": "A1"}), cast)

    assert not rubrics.is_whole(made)
    assert made.criteria == []
    assert rubrics.definition_of(made)["criteria"][0]["key"] == "A1"
    assert any("weights add up to 0" in problem for problem in rubrics.problems(made.definition))


def test_weights_that_do_not_add_up_keep_the_last_whole_criteria(cast):
    made = begin(cast, shipped())
    heavier = rubrics.definition_of(made)["criteria"][0] | {"weight": 31}

    change(made, lambda one: rubrics.with_criterion(one, "I1", heavier), cast)

    assert not rubrics.is_whole(made)
    assert [one.weight for one in made.criteria] == [30, 20, 15, 20, 15]


def test_criteria_change_place_and_go(cast):
    made = begin(cast, shipped())

    change(made, lambda one: rubrics.moved(one, "I2", -1), cast)
    assert [one.key for one in made.criteria] == ["I2", "I1", "I3", "I4", "I5"]

    change(made, lambda one: rubrics.without(one, "I5"), cast)
    assert [one["key"] for one in rubrics.definition_of(made)["criteria"]] == ["I2", "I1", "I3", "I4"]


def test_moving_past_the_end_changes_nothing():
    whole = shipped()

    assert rubrics.moved(whole, "I1", -1) == whole
    assert rubrics.moved(whole, "I5", 1) == whole
    assert rubrics.moved(whole, "none", 1) == whole


def test_two_windows_do_not_write_over_each_other(cast):
    made = begin(cast, shipped())
    seen = made.row_version
    change(made, lambda one: rubrics.moved(one, "I2", -1), cast, seen)

    with pytest.raises(ChangedMeanwhile):
        change(made, lambda one: rubrics.without(one, "I1"), cast, seen)


def test_frozen_rubric_takes_a_new_version_only(cast):
    made = begin(cast, shipped())
    made.frozen_at = NOW

    with pytest.raises(Refusal, match="new version"):
        change(made, lambda one: rubrics.without(one, "I1"), cast)

    after = rubrics.new_version(made, actor=cast.sol, at=NOW)
    assert (after.number, after.frozen_at) == (2, None)
    assert [one.key for one in after.criteria] == [one.key for one in made.criteria]
    with pytest.raises(Refusal, match="unfinished"):
        rubrics.new_version(made, actor=cast.sol, at=NOW)


def test_rubric_of_a_round_is_not_thrown_away(cast):
    made = begin(cast, shipped())
    make_round(cast.fund, rubric=made)

    with pytest.raises(Refusal, match="stays"):
        rubrics.drop(made, actor=cast.sol, at=NOW)


def test_unused_rubric_is_thrown_away_with_its_criteria(cast, session):
    made = begin(cast, shipped())

    rubrics.drop(made, actor=cast.sol, at=NOW)
    session.flush()

    assert rubrics.named("ours") is None


def test_same_content_is_known_and_other_content_is_the_next_version(cast):
    first, is_new = rubrics.take_in(shipped(), None, actor=None, at=NOW)
    again, is_new_again = rubrics.take_in(shipped() | {"number": 7}, None, actor=None, at=NOW)
    other, _new = rubrics.take_in(rubrics.moved(shipped(), "I2", -1), None, actor=None, at=NOW)

    assert (is_new, is_new_again, again.id) == (True, False, first.id)
    assert other.number == first.number + 1


def test_criteria_that_no_question_feeds_are_named(cast):
    form = {"slug": "f", "number": 1, "name": {"en": "F", "nl": "F"}, "sections": [{
        "key": "s", "title": {"en": "S", "nl": "S"}, "fields": [
            {"key": "title", "type": "short", "label": {"en": "T", "nl": "T"}, "required": True, "hard": 99},
            {"key": "why", "type": "long", "label": {"en": "W", "nl": "W"}, "feeds": ["I1", "I3"]},
        ]}]}  # fmt: skip
    made = begin(cast, shipped())

    assert [one.key for one in rubrics.unfed(made.criteria, form)] == ["I2", "I4", "I5"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("criteria: [", "no YAML"),
        ("just words", "needs a list"),
        ("criteria: nothing", "needs a list"),
        ("a: &a [1]\ncriteria: [*a]", "alias"),
        ("slug: x\ncriteria: [{key: A, scale: none, anchors: []}]", "not there"),
        ("slug: x\ncriteria: [3]", "not there"),
        ("criteria: []\n" + "#" * 400_001, "too long"),
        ("!!python/object/apply:os.system ['true']\n", "no YAML"),
    ],
)
def test_what_is_no_rubric_is_refused_in_words(app, text, said):
    with pytest.raises(InvalidDefinition, match=said):
        rubrics.from_yaml(text)


@given(st.text(max_size=200))
def test_any_text_is_refused_in_words(text):
    with pytest.raises(InvalidDefinition) as fault:
        rubrics.from_yaml(text)

    assert fault.value.problems


def test_command_writes_and_takes_in(run, tmp_path):
    path = tmp_path / "rubric.yaml"

    assert run("rubric", "export", "resilience", "--output", str(path)).exit_code == 0
    first = run("rubric", "import", str(path))
    second = run("rubric", "import", str(path))

    assert first.stdout == "resilience\t1\tnew\n"
    assert second.stdout == "resilience\t1\tknown\n"
    assert run("rubric", "export", "resilience").stdout == path.read_text("utf-8")
    assert run("rubric", "export", "none").exit_code == 1


def test_command_names_every_mistake(run, tmp_path):
    path = tmp_path / "rubric.yaml"
    path.write_text(rubrics.as_yaml(shipped() | {"criteria": shipped()["criteria"][:2]}), "utf-8")

    done = run("rubric", "import", str(path))

    assert done.exit_code == 1
    assert "weights add up to 50" in done.stderr


def test_call_with_a_criterion_no_question_feeds_is_not_published(cast):
    form = dict(definitions.load_library("proposal_form").definition)
    round = make_round(
        cast.fund, state=RoundState.DRAFT, form=make_form(definition=form), rubric=begin(cast, shipped()),
        opens_at=NOW + timedelta(days=1),
    )  # fmt: skip

    with pytest.raises(Refusal, match="I1, I2, I3, I4, I5"):
        service.publish(round, actor=cast.sol, at=NOW)


def test_call_with_an_unfinished_rubric_is_not_published(cast):
    unfinished = begin(cast, shipped())
    change(unfinished, lambda one: rubrics.without(one, "I1"), cast)
    round = make_round(cast.fund, state=RoundState.DRAFT, rubric=unfinished, opens_at=NOW + timedelta(days=1))

    with pytest.raises(Refusal, match="not whole yet"):
        service.publish(round, actor=cast.sol, at=NOW)
