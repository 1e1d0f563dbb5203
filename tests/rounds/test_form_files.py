"""Forms as files: out and in again to the byte, mistakes by their place, nothing dangerous read."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from fundapp import create_app
from fundapp.config import Settings
from fundapp.core.db import db
from fundapp.rounds import building, form_files, service
from fundapp.rounds.definitions import load_library
from fundapp.rounds.reading import InvalidDefinition
from tests.command import Run
from tests.factories import NOW, make_cast, make_fund, make_round

FORMS = ["proposal_form", "pioneers_form", "quickscan_form"]


@pytest.mark.parametrize("name", FORMS)
def test_shipped_form_comes_back_to_the_byte(name):
    definition = load_library(name).definition

    written = form_files.write(definition)

    assert form_files.read(written) == definition
    assert form_files.write(form_files.read(written)) == written


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "The file holds no form"),
        (b"- a list", "The file holds no form"),
        (b"\xff\xfe\x00", "not text in UTF-8"),
        (b"a: [1, 2", "The file is not YAML"),
        (b"a: &x [1]\nb: *x\n", "line 2: aliases (*name) are not taken"),
        (b"slug: a\nslug: b\n", "line 1: a name stands here twice"),
        (b"[" * 20_000, "The file is not YAML"),
        (b"a: !!python/object/apply:os.system [ls]", "The file is not YAML"),
        (b"? [a, b]\n: c\n", "a name stands here twice, or is no word"),
        (b"x" * 1_000_001, "larger than 1 MB"),
        (b'slug: "a\\0b"', "slug: a character that no text can hold."),
        (b"slug: a\nname: {en: A, nl: A}\nsections: 7", "“sections” is missing or not of the right kind."),
        (b"slug: .inf\n", "“slug” is missing or not of the right kind."),
    ],
)  # fmt: skip
def test_file_that_is_no_form_says_why(content, told):
    with pytest.raises(InvalidDefinition) as wrong:
        form_files.read(content)

    assert any(told in problem for problem in wrong.value.problems), wrong.value.problems


def test_every_mistake_is_told_by_its_place():
    definition = yaml.safe_load(form_files.write(load_library("proposal_form").definition))
    definition["sections"][1]["fields"][2]["hard"] = "many"
    definition["sections"][3]["titel"] = "?"

    with pytest.raises(InvalidDefinition) as wrong:
        form_files.read(form_files.write(definition))

    assert wrong.value.problems == [
        "sections[2].fields[3]: “hard” is missing or not of the right kind.",
        "sections[4]: “titel” is not known here.",
    ]


NAMES = [
    "slug", "name", "sections", "fields", "key", "type", "label", "en", "nl", "shown_if", "is", "total",
    "choices", "columns", "default",
]  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5),
    max_leaves=20,
)


@given(content=JSON)
@settings(max_examples=300)
def test_whatever_a_file_holds_it_is_refused_in_words(content):
    with pytest.raises(InvalidDefinition):
        form_files.read(yaml.safe_dump(content, allow_unicode=True).encode("utf-8", "replace"))


# --- into a round ------------------------------------------------------------------


@pytest.fixture
def cast(session):
    return make_cast()


def edited(definition, **changes):
    found = yaml.safe_load(form_files.write(definition))
    found["sections"][1]["fields"][2] |= changes
    return form_files.write(found)


def test_file_changes_the_form_of_a_round_that_is_prepared(cast):
    start, name = load_library("proposal_form").definition, {"en": "A", "nl": "A"}
    form = building.make(cast.fund, name=name, start=start, actor=cast.sol, at=NOW)
    stage = make_round(cast.fund, form=form, slug="prepared", state="draft").stage

    found, done = form_files.take_in(stage, edited(form.definition, hard=1600), reason="", actor=None, at=NOW)

    assert (found, done) == (form, "changed")
    assert form.definition["sections"][1]["fields"][2]["hard"] == 1600


def test_file_for_a_published_round_makes_a_version_and_waits_for_a_reason(cast):
    shipped = service.install_form("proposal_form", at=NOW)
    stage = make_round(cast.fund, form=shipped, slug="open").stage

    second, done = form_files.take_in(
        stage, edited(shipped.definition, hard=1600), reason="", actor=None, at=NOW
    )
    waits = (done, second.number, stage.form is second)
    third, done = form_files.take_in(
        stage, edited(shipped.definition, hard=1700), reason="Too tight.", actor=None, at=NOW
    )

    assert waits == ("version", 2, False)
    assert (done, third is second, stage.form is second, second.frozen_at) == ("in_use", True, True, NOW)


def test_question_that_the_file_leaves_out_is_kept_among_the_retired(cast):
    shipped = service.install_form("proposal_form", at=NOW)
    stage = make_round(cast.fund, form=shipped, slug="open").stage
    found = yaml.safe_load(form_files.write(shipped.definition))
    del found["sections"][0]["fields"][2]

    form, _done = form_files.take_in(stage, form_files.write(found), reason="x", actor=None, at=NOW)

    assert [one["key"] for one in form.definition["retired"]] == ["phone"]


# --- at the keyboard -----------------------------------------------------------------


@pytest.fixture
def filled(environment: dict[str, str]) -> Iterator[None]:
    """Put a published round in that installation, which asks the proposal form."""
    app = create_app(Settings.load(None, environment))
    with app.app_context():
        make_round(
            make_fund("commons"), slug="first-call", form=service.install_form("proposal_form", at=NOW)
        )
        db.session.commit()
        yield
        db.session.remove()
        db.engine.dispose()


def test_export_import_export_is_the_same_to_the_byte(run: Run, filled: None, tmp_path: Path) -> None:
    one, two = tmp_path / "one.yaml", tmp_path / "two.yaml"

    out = run("form", "export", "first-call", "--output", str(one))
    into = run("form", "import", "first-call", str(one))
    run("form", "export", "first-call", "--output", str(two))

    assert (out.exit_code, into.exit_code) == (0, 0), out.output + into.output
    assert one.read_bytes() == two.read_bytes()


def test_import_of_a_changed_form_goes_into_use_with_a_reason(run: Run, filled: None, tmp_path: Path) -> None:
    file, back = tmp_path / "form.yaml", tmp_path / "back.yaml"
    file.write_bytes(edited(load_library("proposal_form").definition, hard=1600))

    first = run("form", "import", "first-call", str(file), "--dry-run")
    second = run("form", "import", "first-call", str(file), "--reason", "Too tight.")
    run("form", "export", "first-call", "--output", str(back))

    assert "Would be: made version 2" in first.output
    assert (second.exit_code, second.output) == (0, "the round goes on with version 2\n")
    assert form_files.read(back.read_bytes())["number"] == 2
    assert run("form", "import", "first-call", str(back)).output == "the round asks exactly this already\n"


def test_import_tells_each_mistake_and_changes_nothing(run: Run, filled: None, tmp_path: Path) -> None:
    file = tmp_path / "form.yaml"
    file.write_bytes(edited(load_library("proposal_form").definition, advised=9000, colour="red"))

    answer = run("form", "import", "first-call", str(file))

    assert answer.exit_code == 1
    assert answer.output.splitlines() == [
        "sections[2].fields[3]: “colour” is not known here.",
        "sections[2].fields[3]: The advised length is larger than the limit.",
    ]


def test_export_of_no_round_says_so(run: Run, filled: None, tmp_path: Path) -> None:
    answer = run("form", "export", "nowhere", "--output", str(tmp_path / "x.yaml"))

    assert answer.exit_code == 1
    assert "no round 'nowhere'" in answer.output
