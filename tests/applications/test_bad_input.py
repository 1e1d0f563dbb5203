"""Bad input through the real pages: naughty strings in every kind of question, nothing half-saved."""

import json
import re
from datetime import timedelta
from pathlib import Path

import html5lib
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fundapp.applications import drafts, service, versions
from fundapp.core import clock
from fundapp.rounds import building
from fundapp.rounds.forms.kinds import UNFIT
from tests.factories import NOW, make_cast, make_round
from tests.rounds.every_kind import EVERY_KIND

NAUGHTY = Path(__file__).resolve().parents[3] / "shared" / "standards" / "hostile" / "blns.json"
FEW = [
    "",
    " ",
    "\x00",
    "a\x00b",
    "\x7f\x80\x9f",
    "\ufdd0\uffff",
    "\u202eabc",
    "\ufeff",
    "😀👩‍👩‍👧‍👦",
    "Z̮̞̠͙͔ͅḀ̗̞͈̻̗",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}",
    "${7*7}",
    "%s%n",
    "'; DROP TABLE application; --",
    "../../etc/passwd",
    "\r\nBcc: x@example.org",
    "1e309",
    "-0",
    "٣",
    "１２",
    "０",
    "∞",
    "NaN",
    "null",
    "undefined",
    "\ud800",
    "A" * 3000,
    "javascript:alert(1)",
    "[x](javascript:alert(1))",
    "![x](https://example.org/x.png)",
    "1/0",
    "2026-02-30",
]
KEYS = [
    "title",
    "story",
    "number",
    "weight",
    "day",
    "country",
    "site",
    "mail",
    "licence",
    "one",
    "many",
    "agree",
    "why_not",
    "promise",
]
CELLS = ["what", "hours", "rate", "cost", "until", "page", "note"]


def naughty():
    found = json.loads(NAUGHTY.read_text("utf-8")) if NAUGHTY.exists() else []
    return [*FEW, *found]


@pytest.fixture
def cast(session):
    return make_cast()


@pytest.fixture
def draft(cast):
    now = clock.now()
    form = building.make(cast.fund, name=EVERY_KIND["name"], start=EVERY_KIND, actor=cast.sol, at=NOW)
    call = make_round(
        cast.fund, form=form, slug="call", opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=5)
    )
    return service.start(call, actor=cast.ana, at=now)


@pytest.fixture
def ana(client, cast):
    client.sign_in(cast.ana)
    return client


def kept(application):
    return versions.values(drafts.answers_of(application.id).values())


def revisions(application):
    return " ".join(f"{key}:{answer.revision}" for key, answer in drafts.answers_of(application.id).items())


def post(client, draft, section, asked, values):
    data = {"asked": " ".join(asked), "version": revisions(draft)} | values
    return client.post(f"/proposals/{draft.id}/edit/{section}", data=data)


def clean(text):
    """Give what the pages keep of a text."""
    readable = text.encode("utf-8", "replace").decode("utf-8")
    return UNFIT.sub("", readable.replace("\r\n", "\n").replace("\r", "\n")) or None


def scripts(page):
    """List what would run or load from elsewhere if the page were opened."""
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    ours = ("/static/",)
    found = [one.get("src") for one in tree.iter("script") if not str(one.get("src", "")).startswith(ours)]
    found += [one.get("src") for one in tree.iter("img") if not str(one.get("src", "")).startswith(ours)]
    found += [
        one.get("href") for one in tree.iter("a") if str(one.get("href", "")).lower().startswith("javascript")
    ]
    return found + [key for one in tree.iter() for key in one.attrib if str(key).lower().startswith("on")]


def test_naughty_strings_in_every_question_are_kept(ana, draft):
    path = f"/proposals/{draft.id}/autosave/short_ones"
    for text in naughty():
        sent = text.encode("utf-8", "replace").decode("utf-8")
        data = {"asked": " ".join(KEYS), "version": revisions(draft)} | {f"a_{key}": sent for key in KEYS}

        answer = ana.post(path, data=data)

        assert answer.status_code == 200, repr(text)
        assert kept(draft).get("story") == clean(text), repr(text)


@pytest.mark.parametrize("key", KEYS)
def test_naughty_strings_are_shown_safely_by_every_question(ana, draft, key):
    for text in FEW:
        sent = text.encode("utf-8", "replace").decode("utf-8")

        answer = post(ana, draft, "short_ones", [key], {f"a_{key}": sent})

        assert answer.status_code in (302, 422), repr(text)
        assert scripts(answer.text) == [], repr(text)
    assert scripts(ana.get(f"/proposals/{draft.id}/check").text) == []


def test_naughty_strings_in_every_cell_are_kept_and_shown_safely(ana, draft):
    texts = [text for text in dict.fromkeys(map(clean, naughty())) if text and text.strip()]
    cells = {f"a_costs-{n}-{key}": text for n, text in enumerate(texts) for key in CELLS}

    answer = post(ana, draft, "money", ["costs"], cells)

    assert answer.status_code == 422
    assert [row["note"] for row in kept(draft)["costs"]] == texts
    assert scripts(answer.text) == []
    assert scripts(ana.get(f"/proposals/{draft.id}/check").text) == []


@pytest.mark.parametrize("count", [1, 12, 999, 1500])
def test_many_rows_are_told_and_none_is_lost_below_the_bound(ana, draft, count):
    cells = {f"a_costs-{n}-what": f"Row {n}" for n in range(count)}

    answer = post(ana, draft, "money", ["costs"], cells)

    assert len(kept(draft)["costs"]) == min(count, 1000)
    assert ("There is room for 10 rows." in answer.text) == (count > 10)


def test_hundred_thousand_characters_are_kept_and_counted(ana, draft):
    text = ("# Kop\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n- één\n  - twee\n\n" * 2000)[:100_000]

    answer = post(ana, draft, "short_ones", ["story"], {"a_story": text})

    assert kept(draft)["story"] == text
    assert "98,000 characters over the limit of 2,000" in answer.text
    assert ana.get(f"/proposals/{draft.id}/check").status_code == 200


@pytest.mark.parametrize(
    "name", ["a_costs-x-what", "a_costs--1-what", "a_costs-99999999999-what", "a_", "a_nothing", "a_title-0"]
)
def test_field_names_nobody_made_are_no_answers(ana, draft, name):
    answer = post(ana, draft, "money", ["costs", "amount", "nothing"], {name: "x", "a_amount": "5000"})

    assert answer.status_code in (302, 422)
    assert "nothing" not in kept(draft)


@pytest.mark.parametrize(
    "version", ["title:x", "title:999999999999", ":::", "title:-1", "\x00", "title:1 title:2"]
)
def test_revision_that_makes_no_sense_keeps_the_text(ana, draft, version):
    answer = ana.post(
        f"/proposals/{draft.id}/autosave/short_ones",
        data={"asked": "title", "version": version, "a_title": "Kept"},
    )

    assert (answer.status_code, kept(draft)) == (200, {"title": "Kept"})


@pytest.mark.parametrize(
    "button",
    [{"row": "x"}, {"row": "costs\x00"}, {"remove": "costs:99"}, {"remove": "title:0"}, {"remove": ":::"}],
)
def test_button_that_makes_no_sense_keeps_the_text(ana, draft, button):
    answer = post(ana, draft, "money", ["amount"], {"a_amount": "5000"} | button)

    assert answer.status_code in (302, 422)
    assert kept(draft) == {"amount": 500_000}


def test_deadline_passed_a_second_ago_keeps_the_text_and_says_so(ana, draft):
    draft.stage.closes_at = clock.now() - timedelta(seconds=1)
    draft.round.grace_minutes = 0

    post(ana, draft, "short_ones", ["title"], {"a_title": "A second late"})
    sent = ana.post(f"/proposals/{draft.id}/submit")

    assert kept(draft) == {"title": "A second late"}
    assert (sent.status_code, "The deadline has passed" in sent.text) == (422, True)


TEXT = st.text(max_size=60)


@given(
    answers=st.dictionaries(st.sampled_from(KEYS), TEXT, max_size=6),
    cells=st.dictionaries(st.sampled_from(CELLS), TEXT),
)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_typed_no_page_breaks(ana, draft, answers, cells):
    readable = {f"a_{key}": text.encode("utf-8", "replace").decode() for key, text in answers.items()}
    rows = {f"a_costs-0-{key}": text.encode("utf-8", "replace").decode() for key, text in cells.items()}

    first = post(ana, draft, "short_ones", list(answers), readable)
    second = post(ana, draft, "money", ["costs"], rows)

    assert {first.status_code, second.status_code} <= {302, 422}
    shown = ana.get(f"/proposals/{draft.id}/check")
    assert (shown.status_code, scripts(shown.text)) == (200, [])
    assert re.search(r"<h1", shown.text)
