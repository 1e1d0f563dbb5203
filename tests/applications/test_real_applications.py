"""Every real application of the shared data goes through the form: its limits, its pages, its Markdown."""

from pathlib import Path

import html5lib
import pytest

from fundapp.applications import intake, reading
from fundapp.rounds.definitions import Ask, load_library
from fundapp.rounds.forms.questions import MARK, build

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
FILES = ["nlnet_applications.jsonl", "web3_grants.jsonl"]
FORM = load_library("proposal_form")
ASK = Ask(500_000, 5_000_000)
RATES = {"USD": 1, "CHF": 1, "DAI": 1, "USDT": 1, "USDC": 1, "BTC": 50_000}


def found(name):
    path = DATA / name
    if not path.exists():
        pytest.skip("the shared data is not here")
    with path.open("rb") as lines:
        return [
            one for one in intake.read(lines, currency="EUR", rates=RATES) if isinstance(one, intake.Intake)
        ]


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("language", ["en", "nl"])
def test_every_real_application_is_shown_whole_and_in_strict_html(app, name, language):
    for one in found(name):
        answers = one.form_answers()

        parts = reading.sections(FORM.definition, answers, language)

        page = "".join(str(item.content) for part in parts for item in part.items if item.kind == "html")
        parser = html5lib.HTMLParser(namespaceHTMLElements=False)
        parser.parse(f"<!doctype html><html lang=en><title>x</title><body>{page}")
        assert [code for _place, code, _more in parser.errors] == [], one.title


@pytest.mark.parametrize("name", FILES)
def test_faults_of_real_applications_are_about_what_they_left_open_or_wrote_at_length(app, name):
    codes = {fault.code for one in found(name) for fault in FORM.check(one.form_answers(), ASK)}

    assert codes <= {"required", "too_long", "too_low", "too_high", "sum", "too_many", "url"}


@pytest.mark.parametrize("name", FILES)
def test_every_real_application_comes_back_from_the_form_as_it_was(app, name):
    """Show each answer in its field and read it back: nothing may change on the way."""
    for one in found(name):
        answers = one.form_answers()
        for section in FORM.sections:
            with app.test_request_context("/"):
                shown = build(section, answers, {}, language="en", currency="EUR", is_preview=True)
            for field in section.fields:
                given = answers.get(field.key, field.default)
                assert same(shown[MARK + field.key], given), (one.title, field.key)


def same(field, given):
    if hasattr(field, "answer"):
        return (field.answer() or None) == (given or None) or given is False
    return (field.data or None) == (given or None)


def test_tables_and_nested_lists_of_real_applications_are_drawn(app):
    text = "".join(
        str(item.content)
        for one in found("web3_grants.jsonl")
        for part in reading.sections(FORM.definition, one.form_answers(), "en")
        for item in part.items
        if item.kind == "html"
    )

    assert "<table>" in text
    assert "<li>" in text
    assert "<script" not in text
