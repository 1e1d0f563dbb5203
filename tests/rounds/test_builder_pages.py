"""The builder in the browser: every kind of question made, changed, moved; two windows; who may."""

import re

import pytest

from fundapp.rounds import building, drafting
from fundapp.rounds.definitions import load_library, read_form
from fundapp.rounds.fields import FieldType
from tests.factories import NOW, make_cast

NAME = {"en": "Our form", "nl": "Ons formulier"}
PAGES = (
    "", "/preview", "/name", "/discard", "/sections/new", "/sections/you", "/sections/you/remove",
    "/sections/you/questions/new", "/differences", "/questions/milestones", "/questions/email/remove",
)  # fmt: skip


@pytest.fixture
def cast(session):
    return make_cast()


@pytest.fixture
def form(cast):
    start = load_library("pioneers_form").definition | {"retired": []}
    return building.make(cast.fund, name=NAME, start=start, actor=cast.sol, at=NOW)


@pytest.fixture
def office(client, cast):
    client.sign_in(cast.sol)
    return client


def hidden(page):
    return dict(re.findall(r'name="(base|once)"[^>]* value="([^"]*)"', page.text))


def field(form, key):
    return drafting.field_of(dict(form.definition), key)


# --- who may ---------------------------------------------------------------------------


def test_people_of_another_fund_find_nothing(client, cast, form):
    client.sign_in(cast.ana)

    assert client.get("/office/forms").status_code == 403
    assert client.get(f"/office/forms/{form.id}").status_code == 404


def test_auditor_reads_and_changes_nothing(client, cast, form):
    client.sign_in(cast.aud)

    page = client.get(f"/office/forms/{form.id}")
    answers = [
        client.post(f"/office/forms/{form.id}/{path}", data={"what": "field:title", "way": "up"}).status_code
        for path in (
            "move",
            "questions/title",
            "questions/title/copy",
            "questions/title/remove",
            "version",
            "discard",
        )
    ]

    assert (page.status_code, "Add a question" in page.text) == (200, False)
    assert client.get(f"/office/forms/{form.id}/questions/title").status_code == 200
    assert set(answers) == {403}


@pytest.mark.parametrize(
    "path", ["", "/templates/proposal_form", "/templates/pioneers_form", "/templates/quickscan_form"]
)
def test_lists_and_templates_open(office, path):
    assert office.get(f"/office/forms{path}").status_code == 200


def test_template_that_is_not_there_is_not_found(office):
    assert office.get("/office/forms/templates/ostrom").status_code == 404


# --- making ----------------------------------------------------------------------------


@pytest.mark.parametrize("start", ["shipped:proposal_form", "shipped:pioneers_form", "empty"])
def test_form_is_made_once_and_is_ready_for_a_call(office, cast, start):
    data = {"once": "x", "name_en": "New", "name_nl": "Nieuw", "start": start}

    places = {office.post(f"/office/funds/{cast.fund.id}/forms/new", data=data).location for _ in range(2)}

    page = office.get(places.pop())
    assert not places
    assert "Nothing to mend" in page.text


def test_form_without_a_name_is_asked_again(office, cast):
    answer = office.post(
        f"/office/funds/{cast.fund.id}/forms/new", data={"name_en": "Only one", "start": "empty"}
    )

    assert (answer.status_code, "Fill this in." in answer.text) == (422, True)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_of_the_builder_opens(office, cast, path):
    start = load_library("proposal_form").definition
    form = building.make(cast.fund, name=NAME, start=start, actor=cast.sol, at=NOW)

    assert office.get(f"/office/forms/{form.id}{path}").status_code == 200


@pytest.mark.parametrize("kind", list(FieldType))
def test_question_of_every_kind_is_made_drawn_and_changed(office, form, kind):
    made = office.post(
        f"/office/forms/{form.id}/sections/plan/questions/new",
        data={"once": "o", "label_en": "What is new?", "label_nl": "Wat is er nieuw?", "kind": kind.value},
    )
    page = office.get(made.location)
    saved = office.post(made.location, data=hidden(page) | changes())

    assert saved.status_code == 302, re.findall(r'class="err".*?</p>', saved.text)
    assert field(form, "what_is_new")["label"] == {"en": "What else?", "nl": "Wat nog meer?"}
    assert "Nothing to mend" in office.get(f"/office/forms/{form.id}").text


def changes(**more):
    rows = {"choices-0-en": "Yes", "choices-0-nl": "Ja", "columns-0-en": "Task", "columns-0-nl": "Taak"}
    return {
        "label_en": "What else?", "label_nl": "Wat nog meer?", "condition": "", "columns-0-kind": "short",
        "rows": "5", "max_files": "2", "total": "", "wanted": "",
    } | rows | more  # fmt: skip


def test_ready_question_comes_with_its_words_and_adds_up(office, cast):
    form = building.make(cast.fund, name=NAME, actor=cast.sol, at=NOW)
    for name in ("amount", "budget_lines"):
        office.post(
            f"/office/forms/{form.id}/sections/project/questions/new",
            data={"once": name, "kind": f"ready:{name}"},
        )

    assert field(form, "budget_lines")["total"] == {"column": "cost", "field": "amount"}
    assert read_form(form.definition).field("amount").required


def test_question_without_words_is_asked_again(office, form):
    answer = office.post(
        f"/office/forms/{form.id}/sections/plan/questions/new",
        data={"once": "o", "label_en": "Half", "kind": "short"},
    )

    assert (answer.status_code, answer.text.count("Fill this in.") > 0) == (422, True)


# --- changing ----------------------------------------------------------------------------


def test_setting_that_cannot_be_stays_on_the_page_with_what_was_typed(office, form):
    page = office.get(f"/office/forms/{form.id}/questions/abstract")
    answer = office.post(
        f"/office/forms/{form.id}/questions/abstract",
        data=hidden(page) | changes(hard="many", help_en="Typed."),
    )

    assert answer.status_code == 422
    assert ("Typed." in answer.text, "many" in answer.text) == (True, True)
    assert field(form, "abstract")["hard"] == 1500


def test_setting_that_contradicts_another_is_kept_and_told(office, form):
    page = office.get(f"/office/forms/{form.id}/questions/abstract")
    office.post(
        f"/office/forms/{form.id}/questions/abstract", data=hidden(page) | changes(hard="100", advised="200")
    )

    page = office.get(f"/office/forms/{form.id}").text
    assert "One thing to mend" in page
    assert "The advised length is larger than the limit." in page


def test_two_windows_on_one_question_lose_nothing(office, form):
    path = f"/office/forms/{form.id}/questions/abstract"
    first, second = hidden(office.get(path)), hidden(office.get(path))
    office.post(path, data=first | changes(label_en="Of this window"))

    clash = office.post(path, data=second | changes(label_en="Of the other window"))
    again = office.post(path, data=hidden(clash) | changes(label_en="Of the other window"))

    assert clash.status_code == 409
    assert ("Of this window" in clash.text, "Of the other window" in clash.text) == (True, True)
    assert (again.status_code, field(form, "abstract")["label"]["en"]) == (302, "Of the other window")


def test_two_windows_on_two_questions_do_not_clash(office, form):
    paths = [f"/office/forms/{form.id}/questions/{key}" for key in ("abstract", "problem")]
    opened = [hidden(office.get(path)) for path in paths]

    answers = [
        office.post(path, data=one | changes()).status_code for path, one in zip(paths, opened, strict=True)
    ]

    assert answers == [302, 302]


@pytest.mark.parametrize(
    ("do", "left"),
    [
        ("choices:remove:0", ["b", "c"]),
        ("choices:up:2", ["a", "c", "b"]),
        ("choices:down:0", ["b", "a", "c"]),
        ("choices:add:0", ["a", "b", "c"]),
        ("choices:remove:99", ["a", "b", "c"]),
    ],
)
def test_answers_to_choose_are_edited_without_saving(office, form, do, left):
    path = f"/office/forms/{form.id}/questions/applicant_kind"
    rows = {f"choices-{n}-{language}": one for n, one in enumerate("abc") for language in ("en", "nl")}

    page = office.post(path, data=hidden(office.get(path)) | changes(**rows) | {"do": do})

    assert page.status_code == 200
    assert re.findall(r'name="choices-\d+-en"[^>]* value="([^"]+)"', page.text) == left
    assert len(field(form, "applicant_kind")["choices"]) == 3
    assert field(form, "applicant_kind")["choices"][0]["value"] == "person"


def test_preview_follows_what_is_typed_and_writes_nothing(office, form):
    path = f"/office/forms/{form.id}/questions/abstract"

    drawn = office.post(f"{path}/preview", data=hidden(office.get(path)) | changes(label_en="<b>Bold?</b>"))

    assert "&lt;b&gt;Bold?" in drawn.json["html"]
    assert field(form, "abstract")["label"]["en"] == "The project in short"


def test_condition_is_chosen_from_the_answers_before(office, form):
    path = f"/office/forms/{form.id}/questions/video"
    page = office.get(path)

    office.post(path, data=hidden(page) | changes(condition="topics|includes|privacy"))

    assert field(form, "video")["shown_if"] == {"field": "topics", "includes": "privacy"}
    assert "has “Privacy and control over data” ticked" in office.get(f"/office/forms/{form.id}").text


def test_question_moves_copies_and_goes(office, form):
    move = {"what": "field:title", "way": "up"}
    office.post(f"/office/forms/{form.id}/move", data=move)
    office.post(f"/office/forms/{form.id}/questions/video/place", data={"after": "money:amount"})
    copied = office.post(f"/office/forms/{form.id}/questions/problem/copy")
    office.post(f"/office/forms/{form.id}/questions/openness/remove")

    keys = [one["key"] for one in drafting.fields(dict(form.definition))]
    assert drafting.home_of(dict(form.definition), "title")["key"] == "who"
    assert keys[keys.index("amount") + 1] == "video"
    assert copied.location.endswith("/questions/problem_2")
    assert "openness" not in keys


def test_section_is_made_changed_and_taken_out(office, form):
    words = {"title_en": "More", "title_nl": "Meer", "gate": ""}
    office.post(f"/office/forms/{form.id}/sections/new", data=words | {"once": "o"})
    page = office.get(f"/office/forms/{form.id}/sections/more")
    office.post(
        f"/office/forms/{form.id}/sections/more",
        data=hidden(page) | words | {"intro_en": "Hello.", "intro_nl": "Dag."},
    )
    section = drafting.section_of(dict(form.definition), "more")
    office.post(f"/office/forms/{form.id}/sections/more/remove")

    assert section["intro"] == {"en": "Hello.", "nl": "Dag."}
    assert "more" not in [one["key"] for one in form.definition["sections"]]


def test_part_that_another_window_took_out_is_told(office, form):
    office.post(f"/office/forms/{form.id}/questions/video/remove")

    answer = office.post(f"/office/forms/{form.id}/questions/video", data=changes())

    assert (answer.status_code, "not there any more" in answer.text) == (409, True)


@pytest.mark.parametrize(
    "data", [{}, {"what": "field:title", "way": "sideways"}, {"what": "all:title", "way": "up"}]
)
def test_move_that_makes_no_sense_is_refused(office, form, data):
    assert office.post(f"/office/forms/{form.id}/move", data=data).status_code == 400
