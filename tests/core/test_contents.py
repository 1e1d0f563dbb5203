"""Contents of long papers: they name every chapter with its page, and short papers have none."""

import io
import re
from datetime import UTC, datetime

import pypdf
import pytest
from flask_babel import force_locale

from fundapp.core import contents, pdf

AT = datetime(2026, 12, 12, 13, 5, tzinfo=UTC)


def chapter(number: int) -> str:
    head = f'<h2><span class="no">{number}</span> Chapter <b>{number}</b> &amp; more</h2>'
    return f'{head}<p>Some words.</p><div style="break-before: page"></div>'


def page(chapters: int) -> str:
    parts = "".join(chapter(number) for number in range(1, chapters + 1))
    return f'<html lang="en"><head><title>T</title></head><body data-of="of"><h1>T</h1>{parts}</body></html>'


@pytest.fixture(autouse=True)
def context(app):
    with app.test_request_context(), force_locale("en"):
        yield


def test_every_chapter_gets_a_line_and_a_place():
    made = contents.with_contents(page(4))

    assert re.findall(r'<li><span class="no">(\d)</span><a href="#part-(\d)">(.*?)</a></li>', made) == [
        (str(n), str(n), f"Chapter {n} &amp; more") for n in range(1, 5)
    ]
    assert made.index("Contents") < made.index('<h2 id="part-1">')


def test_few_headings_are_not_listed_but_smaller_ones_help():
    few = page(2)
    helped = few.replace("<p>Some words.</p>", "<h3>Small</h3>", 1)

    assert contents.with_contents(few) == few
    assert (
        contents.with_contents(helped).count("<li>") + contents.with_contents(helped).count("<li><span") == 5
    )


def test_page_with_a_list_of_its_own_keeps_it():
    own = page(5).replace("<h1>", '<nav class="toc"></nav><h1>')

    assert contents.with_contents(own) == own


def test_what_was_put_in_can_be_taken_out():
    made = contents.with_contents(page(4))

    assert "<nav" not in contents.without(made)
    assert "Contents" not in contents.without(made)


def test_long_paper_says_on_which_page_each_chapter_stands():
    made = pdf.render(contents.with_contents(page(9)), lang="en", made_at=AT)

    read = pypdf.PdfReader(io.BytesIO(made))
    first = re.sub(r"\s+", "", read.pages[0].extract_text())
    assert len(read.pages) == 10
    assert "Contents" in first
    for number in range(1, 10):
        assert f"Chapter{number}&more{number}" in first
    assert f"3of{len(read.pages)}" in re.sub(r"\s+", "", read.pages[2].extract_text())


def test_short_paper_has_no_contents():
    made = pdf.render(contents.with_contents(page(4)), lang="en", made_at=AT)

    read = pypdf.PdfReader(io.BytesIO(made))
    assert len(read.pages) == 5
    assert "Contents" not in read.pages[0].extract_text()
