"""The little language of a mail's text: only its own placeholders, and nothing in them is read again."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask_babel import force_locale

from fundapp.mails import plain_text
from fundapp.mails.declared import KINDS
from fundapp.mails.kinds import Kind
from fundapp.mails.placeholders import BODY, Text, Written, cleaned, faults, write

WHOLE = "Dear {{ reader.name }},\n\nSee [your request]({{ page }}) for {{ claim.amount }}."


@pytest.fixture(autouse=True)
def english(app: Flask) -> Iterator[None]:
    with force_locale("en"):
        yield


@pytest.fixture
def kind() -> Kind:
    return KINDS["claim-approved"]


def said(kind: Kind, subject: str, body: str) -> list[tuple[str, str]]:
    return [tuple(fault) for fault in faults(kind, cleaned(subject, body))]  # type: ignore[misc]


def filled(kind: Kind, body: str, subject: str = "S", **values: str) -> Written:
    given = {"page": "https://fund.example.org/claims/7", "claim.amount": "€ 10"}
    return write(
        kind, cleaned(subject, body), given | {name.replace("_", "."): one for name, one in values.items()}
    )


def test_a_whole_text_has_no_faults(kind: Kind) -> None:
    assert said(kind, "About {{ claim.code }}", WHOLE) == []


def test_an_unknown_placeholder_is_named_with_the_one_that_was_meant(kind: Kind) -> None:
    found = said(kind, "S", WHOLE.replace("reader.name", "reader.nmae"))

    assert found == [("body", "There is no {{ reader.nmae }} in this mail. Do you mean {{ reader.name }}?")]


@pytest.mark.parametrize(
    "broken",
    ["{{ reader.name", "reader.name }}", "{{ reader name }}", "{% if x %}", "{# note #}", "{{ 7*7 }}",
     "{{ config['SECRET_KEY'] }}", "{{ ''.__class__.__mro__ }}", "{{}}", "{{{ reader.name }}}}"],
)  # fmt: skip
def test_what_is_no_placeholder_is_refused(kind: Kind, broken: str) -> None:
    assert [field for field, _message in said(kind, "S", f"{WHOLE}\n{broken}")] == ["body"]


@pytest.mark.parametrize("left_out", ["[your request]({{ page }})", "{{ claim.amount }}"])
def test_what_the_reader_needs_cannot_be_left_out(kind: Kind, left_out: str) -> None:
    found = said(kind, "S", WHOLE.replace(left_out, ""))

    assert [field for field, _message in found] == ["body"]
    assert "The reader can't do without" in found[0][1]


def test_a_subject_takes_no_addresses_and_no_quotes(kind: Kind) -> None:
    found = said(kind, "{{ page }} {{ answer }}", WHOLE)

    assert [field for field, _message in found] == ["subject", "subject"]


@pytest.mark.parametrize(("subject", "body"), [("", WHOLE), ("x" * 201, WHOLE), ("S", WHOLE + "x" * BODY)])
def test_empty_and_endless_texts_are_refused(kind: Kind, subject: str, body: str) -> None:
    assert len(said(kind, subject, body)) == 1


def test_a_link_leads_to_an_address_and_to_nothing_else(kind: Kind) -> None:
    found = said(kind, "S", WHOLE + "\n[me](https://x.example.org/{{ reader.name }})")

    assert [field for field, _message in found] == ["body"]


def test_values_are_escaped_and_never_read_again(kind: Kind) -> None:
    title = "<script>alert(1)</script> {{ page }} **bold** [x](javascript:y) {{ 7*7 }}"

    mail = filled(kind, "Hello {{ reader.name }}\n\n{{ page }}", "To {{ reader.name }}", reader_name=title)

    assert "<script>" not in mail.html
    assert (
        "&lt;script&gt;alert(1)&lt;/script&gt; {{ page }} **bold** [x](javascript:y) {{ 7*7 }}" in mail.html
    )
    assert mail.plain.startswith(f"Hello {title}")
    assert mail.subject == f"To {title}"


def test_html_of_a_manager_is_only_text(kind: Kind) -> None:
    mail = filled(kind, "<img src=x onerror=alert(1)> <b>x</b> [x](javascript:alert(1))")

    assert "<img" not in mail.html
    assert "<b>" not in mail.html
    assert "href" not in mail.html


def test_nothing_in_a_subject_begins_another_header(kind: Kind) -> None:
    mail = filled(
        kind, "x", "Hello\r\nBcc: all@example.org {{ reader.name }}", reader_name="A\nBcc: b@example.org"
    )

    assert mail.subject == "Hello Bcc: all@example.org A Bcc: b@example.org"


def test_signs_that_nobody_sees_are_taken_out(kind: Kind) -> None:
    mail = filled(
        kind, "a\x00b\u202ec\ue0000\ue001d {{ reader.name }}", reader_name="R\u202eo\ue0001\ue001n\x00"
    )

    assert mail.plain == "abc0d Ro1n"


def test_a_line_with_nothing_in_its_placeholder_is_left_out(kind: Kind) -> None:
    mail = filled(kind, "One\n\nWe wrote: {{ answer }}\n\nTwo", answer="")

    assert mail.plain == "One\n\nTwo"


def test_a_link_on_a_line_of_its_own_becomes_a_button(kind: Kind) -> None:
    mail = filled(kind, "Look here:\n[See & sign]({{ page }})\nThanks")

    assert '<p class="button"><a href="https://fund.example.org/claims/7">See &amp; sign</a></p>' in mail.html
    assert mail.plain == "Look here:\n\nSee & sign:\nhttps://fund.example.org/claims/7\n\nThanks"


def test_what_a_person_wrote_stands_apart_and_a_list_stays_a_list() -> None:
    mail = filled(KINDS["claim-received"], "{{ lines }}", lines="- M1 Map: € 10\n- M2 <Legend>: € 5")
    quote = filled(KINDS["claim-approved"], "{{ answer }}", answer="Well\ndone\n\nAgain")

    assert mail.html.strip() == "<ul><li>M1 Map: € 10</li><li>M2 &lt;Legend&gt;: € 5</li></ul>"
    assert quote.html.strip() == '<p class="quote">Well<br>done</p>\n<p class="quote">Again</p>'


def test_plain_text_keeps_lists_links_and_lines() -> None:
    html = (
        "<h3>Head</h3><p>One<br>\ntwo <a href='https://a.example.org/'>there</a>.</p>"
        "<ol><li>first</li><li>second<ul><li>inner</li></ul></li></ol><blockquote><p>said</p></blockquote>"
    )

    assert plain_text.of(html) == (
        "Head\n\nOne\ntwo there (https://a.example.org/).\n\n1. first\n2. second\n  - inner\n\n> said"
    )


def test_text_and_plain_text_come_from_one_source(kind: Kind) -> None:
    mail = write(kind, Text("S", "# Head\n\n**Bold** and *more*\n\n- a\n- b"), {})

    assert "<h3>Head</h3>" in mail.html
    assert "<strong>Bold</strong>" in mail.html
    assert mail.plain == "Head\n\nBold and more\n\n- a\n- b"
