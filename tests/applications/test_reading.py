"""A proposal as one reads it: safe, in the reader's language, whole."""

import pytest

from fundapp.applications import reading
from fundapp.rounds import definitions

ANSWERS = {
    "contact_name": "Fenna Wiarda",
    "email": "fenna@example.org",
    "country": "NL",
    "title": "Sluis <b>wachter</b>",
    "website": "https://example.org/sluis",
    "abstract": "Opening *times*.\n\n# Who\n\n<script>alert(1)</script>",
    "amount": 850_050,
    "milestones": [
        {"title": "Format <i>1</i>", "description": "- spec\n- tests", "amount_cents": 300_000},
        {"title": "Library", "description": None, "amount_cents": 550_050},
        {"title": "", "description": None, "amount_cents": None},
    ],
    "uses_genai": False,
    "genai_details": "Left over from a yes.",
    "privacy": True,
    "other": "What the form does not ask.",
}


@pytest.fixture
def form(app):
    return definitions.load_library("proposal_form").definition


def shown(form, language="en", **options):
    parts = reading.sections(form, ANSWERS, language, **options)
    return {item.key: item for part in parts for item in part.items}


def test_markdown_is_html_that_is_safe(form):
    abstract = shown(form)["abstract"]

    assert abstract.kind == "html"
    assert "<em>times</em>" in abstract.content
    assert "<h3>Who</h3>" in abstract.content
    assert "<script>" not in abstract.content


def test_table_is_drawn_with_its_sum_and_without_empty_rows(form):
    table = shown(form)["milestones"].content

    assert table.count("<tr>") == 4
    assert "Format &lt;i&gt;1&lt;/i&gt;" in table
    assert "€8,500.50" in table


def test_words_and_numbers_are_in_the_readers_language(form):
    dutch, english = shown(form, "nl"), shown(form, "en")

    assert (dutch["uses_genai"].content, english["uses_genai"].content) == ("Nee", "No")
    assert (dutch["country"].content, english["country"].content) == ("Nederland", "Netherlands")
    assert (dutch["amount"].content, english["amount"].content) == ("€\xa08.500,50", "€8,500.50")


def test_other_currency_is_shown_as_such(form):
    assert shown(form, currency="GBP")["amount"].content == "£8,500.50"


def test_question_that_is_not_asked_is_not_shown(form):
    assert "genai_details" not in shown(form)


def test_open_question_is_named_as_not_answered(form):
    assert shown(form)["phone"].kind == "none"


def test_blind_reading_leaves_out_who_applies(form):
    blind = shown(form, is_blind=True)

    assert not {"contact_name", "email", "organisation", "other"} & set(blind)
    assert "abstract" in blind


def test_what_the_form_does_not_ask_stands_at_the_end(form):
    assert list(shown(form))[-1] == "other"


def test_plain_text_for_mail_shows_money_as_money(form):
    texts = {label: text for _title, items in reading.plain(form, ANSWERS, "en") for label, text in items}

    assert texts["How much do you ask?"] == "€8,500.50"
    assert texts["Milestones"] == "- Format <i>1</i>; - spec\n- tests; €3,000\n- Library; €5,500.50"
    assert "Telephone" not in texts
