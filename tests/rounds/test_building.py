"""Making forms: sections and questions put in, moved and taken out; versions; putting one to use."""

from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundapp.core.refusals import Refusal
from fundapp.rounds import building, drafting, form_check, service
from fundapp.rounds.definitions import load_library, read_form
from fundapp.rounds.models import RoundState
from tests.factories import NOW, make_cast, make_round

NAME = {"en": "Our form", "nl": "Ons formulier"}


@pytest.fixture
def cast(session):
    return make_cast()


@pytest.fixture
def form(cast):
    start = load_library("proposal_form").definition
    return building.make(cast.fund, name=NAME, start=start, actor=cast.sol, at=NOW)


def change(form, cast, how, verb="change"):
    return building.amend(form, how, verb=verb, actor=cast.sol, at=NOW)


def keys(form):
    return [field["key"] for field in drafting.fields(dict(form.definition))]


def asks(key, kind="short", **more):
    return {"key": key, "type": kind, "label": {"en": key, "nl": key}, **more}


# --- making ------------------------------------------------------------------------


def test_make_copies_a_template_and_leaves_it_as_it_is(cast, form):
    shipped = load_library("proposal_form")
    change(form, cast, lambda data: drafting.remove_field(data, "phone", keep=False))

    assert (form.slug, form.number, form.fund_id) == ("our-form", 1, cast.fund.id)
    assert shipped.field("phone") is not None
    assert "phone" not in keys(form)


def test_make_an_empty_form_asks_the_name_and_is_whole(cast):
    form = building.make(cast.fund, name=NAME, actor=cast.sol, at=NOW)

    assert [field.key for field in read_form(form.definition).fields] == ["title"]


def test_two_forms_of_one_name_have_two_addresses(cast, form):
    other = building.make(cast.fund, name=NAME, actor=cast.sol, at=NOW)

    assert (form.slug, other.slug) == ("our-form", "our-form-2")


# --- editing -----------------------------------------------------------------------


def test_fresh_key_is_made_of_the_words_and_taken_once(form):
    data = dict(form.definition)

    assert drafting.fresh_key(data, "Größe & Länge?", fallback="question") == "groe_lange"
    assert drafting.fresh_key(data, "Title", fallback="question") == "title_2"
    assert drafting.fresh_key(data, "文書", fallback="question") == "question"


def test_question_moves_over_the_edge_of_its_section(cast, form):
    change(form, cast, lambda data: drafting.move_field(data, "title", -1))

    assert drafting.home_of(dict(form.definition), "title")["key"] == "you"
    assert keys(form)[:6] == ["contact_name", "email", "phone", "organisation", "country", "title"]


def test_question_is_placed_after_another(cast, form):
    change(form, cast, lambda data: drafting.place_field(data, "phone", "money", "amount"))

    section = drafting.section_of(dict(form.definition), "money")
    assert [field["key"] for field in section["fields"]] == ["amount", "phone", "budget", "milestones"]


def test_copy_of_a_question_has_a_key_of_its_own(cast, form):
    made = change(form, cast, lambda data: drafting.copy_field(data, "abstract"))

    assert keys(form)[keys(form).index("abstract") + 1] == made["key"] == "abstract_2"


def test_part_that_is_gone_is_told(cast, form):
    with pytest.raises(drafting.NotThere):
        change(form, cast, lambda data: drafting.remove_field(data, "nothing", keep=False))


@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["title", "amount", "phone", "privacy"]), st.sampled_from([-1, 1])),
        max_size=60,
    )
)
def test_moving_never_loses_or_doubles_a_question(steps):
    data = deepcopy(dict(load_library("proposal_form").definition))
    before = sorted(field["key"] for field in drafting.fields(data))

    for key, step in steps:
        drafting.move_field(data, key, step)

    assert sorted(field["key"] for field in drafting.fields(data)) == before


# --- what is wrong -------------------------------------------------------------------


def test_problem_names_the_question_it_is_about(cast, form):
    def spoil(data):
        drafting.field_of(data, "abstract")["advised"] = 9000

    change(form, cast, spoil)

    (problem,) = form_check.problems(form.definition, "en")
    assert (problem.section, problem.field) == ("project", "abstract")
    assert problem.text == "The advised length is larger than the limit."


def test_differences_name_what_is_new_gone_and_changed(cast, form):
    before = load_library("proposal_form").definition

    def edit(data):
        drafting.remove_field(data, "phone", keep=True)
        drafting.add_field(data, "work", asks("risks", "long"))
        drafting.field_of(data, "abstract")["hard"] = 2000
        drafting.move_field(data, "website", 1)

    change(form, cast, edit)

    found = form_check.differences(before, form.definition)
    assert [(one.what, one.key, one.settings) for one in found if one.what != "moved"] == [
        ("changed", "abstract", ("hard",)), ("added", "risks", ()), ("removed", "phone", ()),
    ]  # fmt: skip


# --- versions ------------------------------------------------------------------------


@pytest.fixture
def frozen(cast, form):
    """The form, asked by a published round."""
    round = make_round(cast.fund, form=form, slug="asked")
    form.frozen_at = NOW
    return round


def test_frozen_form_does_not_change(cast, form, frozen):
    with pytest.raises(building.Frozen):
        change(form, cast, lambda data: drafting.move_field(data, "title", 1))


def test_new_version_is_made_once(cast, form, frozen):
    second = building.new_version(form, actor=cast.sol, at=NOW)
    again = building.new_version(form, actor=cast.sol, at=NOW)

    assert (second.number, second.definition["number"], again.id) == (2, 2, second.id)
    assert form.definition["number"] == 1


def test_question_with_answers_keeps_its_kind(cast, form, frozen):
    second = building.new_version(form, actor=cast.sol, at=NOW)

    def turn(kind):
        return lambda data: drafting.field_of(data, "experience").update(type=kind)

    with pytest.raises(Refusal, match="answers of another kind"):
        change(second, cast, turn("number"))
    change(second, cast, turn("short"))
    assert drafting.field_of(dict(second.definition), "experience")["type"] == "short"


def test_question_that_is_taken_out_can_be_asked_again(cast, form, frozen):
    second = building.new_version(form, actor=cast.sol, at=NOW)
    kept = "phone" in building.asked_before(second)
    change(second, cast, lambda data: drafting.remove_field(data, "phone", keep=kept))
    retired = [one.key for one in read_form(second.definition).retired]

    change(second, cast, lambda data: drafting.bring_back(data, "phone", "you"))

    assert retired == ["phone"]
    assert read_form(second.definition).retired == ()
    assert "phone" in keys(second)


def test_published_round_goes_on_with_a_later_version_and_a_reason(cast, form, frozen):
    second = building.new_version(form, actor=cast.sol, at=NOW)
    change(second, cast, lambda data: drafting.add_field(data, "work", asks("risks", "long")))

    with pytest.raises(Refusal, match="give a reason"):
        building.put_to_use(second, frozen.stage, actor=cast.sol, at=NOW)
    building.put_to_use(second, frozen.stage, actor=cast.sol, at=NOW, note="We forgot the risks.")

    assert (frozen.stage.form, second.frozen_at) == (second, NOW)


def test_published_round_takes_no_other_form(cast, form, frozen):
    other = building.make(cast.fund, name=NAME, actor=cast.sol, at=NOW)

    with pytest.raises(Refusal, match="later version of its own form"):
        building.put_to_use(other, frozen.stage, actor=cast.sol, at=NOW, note="x")


def test_template_of_a_published_round_becomes_the_funds_own(cast):
    shipped = service.install_form("proposal_form", at=NOW)
    round = make_round(cast.fund, form=shipped, slug="shipped")

    own = building.take_over(cast.fund, round.stage, shipped, actor=cast.sol, at=NOW)

    assert round.state is RoundState.PUBLISHED
    assert (round.stage.form, own.fund_id, own.frozen_at) == (own, cast.fund.id, NOW)
    assert read_form(own.definition).fields == read_form(shipped.definition).fields


def test_round_under_review_keeps_its_form(cast, form):
    round = make_round(cast.fund, form=form, slug="late", state=RoundState.REVIEWING)
    form.frozen_at = NOW
    second = building.new_version(form, actor=cast.sol, at=NOW)

    with pytest.raises(Refusal, match="no proposals any more"):
        building.put_to_use(second, round.stage, actor=cast.sol, at=NOW, note="x")


def test_form_that_a_round_uses_is_not_thrown_away(cast, form):
    make_round(cast.fund, form=form, slug="uses")

    with pytest.raises(Refusal, match="A round uses this form"):
        building.discard(form, actor=cast.sol, at=NOW)
