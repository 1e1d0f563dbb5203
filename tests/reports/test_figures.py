"""Reports on paper: readable by everyone, in both languages, whatever is missing and whoever wrote it."""

import io
import re
from datetime import UTC, datetime

import html5lib
import pypdf
import pytest
from flask import Flask

from fundapp.core import i18n
from fundapp.reports import documents
from fundapp.reports.figures import profile_finding, score_finding
from fundapp.reports.wording import Say
from tests.core.test_pdf import faults, fonts, tags
from tests.reports import round_samples, samples
from tests.reports.samples import both, criterion

AT = datetime(2026, 12, 12, 13, 5, tzinfo=UTC)
ENGLISH = Say("en", "EUR")
NASTY = '<script>alert(1)</script> \u202eesrever\u202c שלום مرحبا 🚀 日本語 \x07 "q" {{ 7*7 }} <img src=http://127.0.0.1:9/x>'
LONG = "Een buitengewoon lange titel over " + "onafhankelijkheidsverklaringsprocedures " * 8
PROSE = (
    "<h1>Big</h1><p>" + "x" * 300 + "</p><script>x()</script><img src='file:///etc/passwd'>"
    "<table><tr><td>a</td></tr></table><dl><dt>a</dt><dd>b</dd></dl><h4>Small</h4>"
)


@pytest.fixture(scope="module")
def languages():
    """An app that knows the languages and nothing else: paper needs no database."""
    app = Flask("paper")
    app.config.update(LANGUAGE="en", ZONE="Europe/Amsterdam", SECRET_KEY="x")
    i18n.start(app)
    with app.app_context():
        yield app


def hostile_dossier():
    """Make a dossier in which every writer misbehaves."""
    data = samples.dossier(4, title=LONG + NASTY, applicant=NASTY, summary=both(PROSE, PROSE))
    for one in data["criteria"]:
        one["name"] = both(NASTY, NASTY)
        one["marks"][0]["reason"] = NASTY * 3
        one["marks"][1]["reason"] = "word " * 150
    return data


def hostile_round():
    """Make a report of forty applications, a few of them with hostile titles."""
    data = round_samples.round_report(40, 12, 8)
    for one in data["ranking"][::5]:
        one["title"], one["applicant"] = LONG + NASTY, NASTY
    return data


CASES = {
    "dossier": samples.dossier,
    "dossier without reviews": lambda: samples.dossier(0),
    "dossier with one review": lambda: samples.dossier(1),
    "dossier with six reviews": lambda: samples.dossier(6),
    "hostile dossier": hostile_dossier,
    "round": round_samples.round_report,
    "empty round": lambda: round_samples.round_report(0, 0, 0),
    "undecided round": lambda: round_samples.round_report(3, 0, 0),
    "hostile round of forty": hostile_round,
}


@pytest.fixture(scope="module", params=CASES)
def made(request, languages) -> dict[str, bytes]:
    """One report in both languages."""
    data = CASES[request.param]()
    return {lang: documents.pdf(data, lang=lang, made_at=AT) for lang in ("en", "nl")}


def text_of(data: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)


def test_report_passes_the_rules_for_everyone(made, tmp_path):
    # The two languages differ in words only: the Dutch one, with the longer words, is checked.
    assert faults(made["nl"], tmp_path) == []


def test_report_embeds_every_font(made):
    assert all(all(fonts(data).values()) for data in made.values())


def test_every_figure_says_what_it_shows(made):
    for data in made.values():
        kinds, alternatives = tags(data)
        assert len(alternatives) == kinds["/Figure"]
        assert all(len(words) > 12 for words in alternatives)
        assert kinds["/H1"] == 1


def test_strangers_text_stays_text(made):
    for data in made.values():
        text = text_of(data)
        assert "\u202e" not in text
        assert "49" not in re.findall(r"\{\{.*?\}\}", text)
        assert "root:" not in text


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("lang", ["en", "nl"])
def test_page_is_strict_html(languages, name, lang):
    page = documents.page(CASES[name](), lang=lang, made_at=AT)

    parser = html5lib.HTMLParser(strict=True)
    if "hostile dossier" not in name:  # what an applicant wrote may be loose; it was made safe, not tidy
        parser.parse(page)
    assert f'<html lang="{lang}">' in page
    assert "<script" not in page


def test_report_is_the_same_each_time(languages):
    data = round_samples.round_report()

    first, second = (documents.pdf(data, lang="nl", made_at=AT) for _ in range(2))

    assert first == second


def test_languages_write_money_and_figures_their_own_way(languages):
    english, dutch = (
        documents.page(round_samples.round_report(), lang=lang, made_at=AT) for lang in ("en", "nl")
    )

    assert "€213,000" in english
    assert "€\u00a0213.000" in dutch
    assert ">0.83<" in english
    assert ">0,83<" in dutch


def test_no_english_is_left_in_dutch_reports(languages):
    words = (
        "Applications",
        "reviewers",
        "Awarded",
        "Decision",
        "Median award",
        "Figure 1",
        "Table 1",
        "together",
    )
    for data in (samples.dossier(), round_samples.round_report()):
        page = re.sub(r"<[^>]+>", " ", documents.page(data, lang="nl", made_at=AT))
        assert [word for word in words if word in page] == []


def test_amounts_of_the_report_are_those_of_the_snapshot(languages):
    data = round_samples.round_report()
    page = documents.page(data, lang="en", made_at=AT)

    for cents in (data["headline"]["asked_cents"], data["headline"]["awarded_cents"], data["money"]["paid"]):
        assert ENGLISH.money(cents) in page


def test_not_applicable_is_printed_as_such_and_never_as_zero(languages):
    data = samples.dossier(2)
    data["criteria"] = [
        criterion(f"P{i}", both("Clear", "Helder"), 10, (0, 4), [None, None]) for i in range(1, 9)
    ]

    page = documents.page(data, lang="en", made_at=AT)

    table = page[page.index("per principle") : page.index("Reviewers’ reasons</h2>")]
    assert table.count("n/a") == 16
    assert ">0<" not in table
    assert "No principle could be scored" in page


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([[]], "Nobody has scored these criteria yet"),
        ([[5]], "One reviewer scored; nothing can be said about agreement"),
        ([[5, 5], [6, 6]], "All reviewers gave the same scores"),
        ([[5, 6], [6, 6]], "The reviewers agree closely: no two are more than one point apart"),
        ([[2, 6], [6, 5]], "The reviewers differ most on “C0”, by 4 points"),
    ],
)
def test_finding_about_scores_follows_the_scores(given, expected):
    rows = [
        criterion(f"c{i}", both(f"C{i}", f"C{i}"), 10, (1, 7), list(values)) for i, values in enumerate(given)
    ]

    assert score_finding(rows, ENGLISH) == expected


def test_round_half_way_calls_nothing_decided(languages):
    data = round_samples.round_report(6, 0, 0)
    for one in data["ranking"]:
        one["group"] = "open"
    for one in data["profile"]:
        one["others"] = {"median": 2.0, "lowest": 1.0, "highest": 3.0, "applications": 6}

    page = documents.page(data, lang="en", made_at=AT)

    drawn = page[page.index("Governance profile</h2>") :]
    assert "not funded, or not decided yet" in page
    assert "on the reserve list or not awarded" not in page
    assert "all applications" in drawn
    assert drawn.split("</svg>")[0].count("<circle") == 9  # eight principles and the key


def test_finding_about_the_profile_names_its_ends():
    rows = [
        criterion(f"P{i}", both(f"N{i}", f"N{i}"), 10, (0, 4), values)
        for i, values in enumerate(([1, 2], [4], [None]))
    ]

    assert profile_finding(rows, ENGLISH) == "Strongest on “N1” (4), weakest on “N0” (1.5)"
