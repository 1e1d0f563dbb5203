"""The form of every kind of report on paper: what archives, screen readers and printers ask of it."""

import io

import pikepdf
import pypdf
import pytest

from fundapp.core import contents
from fundapp.core.words import LANGUAGES
from tests.core.test_pdf import faults, fonts, tags
from tests.demo.conftest import played  # noqa: F401 - the played demo
from tests.reports.printed_kinds import KINDS, ONE_ENGINE, every, squeezed, tree  # noqa: F401 - a fixture

pytestmark = ONE_ENGINE


def lang_of(kind: str) -> str:
    """Take one language for each kind: two tell nothing more of its form."""
    return LANGUAGES[KINDS.index(kind) % len(LANGUAGES)]


@pytest.fixture(params=KINDS)
def paper(request, every):  # noqa: F811
    kind, lang = request.param, lang_of(request.param)
    return kind, lang, every[kind].files["pdf", lang], every[kind].pages[lang]


def test_paper_passes_the_rules_for_everyone_and_for_archives(paper, tmp_path):
    _kind, _lang, content, _page = paper

    assert faults(content, tmp_path) == []
    assert all(fonts(content).values())


def test_paper_says_its_title_language_and_standards(paper):
    _kind, lang, content, page = paper

    with pikepdf.open(io.BytesIO(content)) as opened:
        xmp = opened.open_metadata()
        assert (str(opened.Root.Lang), xmp["pdfuaid:part"], xmp["pdfaid:part"]) == (lang, "1", "3")
        assert bool(opened.Root.MarkInfo.Marked)
        assert bool(opened.Root.ViewerPreferences.DisplayDocTitle)
        assert squeezed(str(opened.docinfo["/Title"])) == squeezed(tree(page).findtext(".//title"))


def test_every_heading_is_a_bookmark(paper):
    _kind, _lang, content, page = paper
    wanted = [squeezed(one.text_content()) for one in tree(page).xpath("//h1 | //h2[not(@class='contents')]")]

    def titles(outline):
        for one in outline:
            if isinstance(one, list):
                yield from titles(one)
            else:
                yield squeezed(one.title)

    found = list(titles(pypdf.PdfReader(io.BytesIO(content)).outline))

    assert [one for one in wanted if one not in found] == []


def test_every_drawing_has_words_and_every_table_is_one(paper):
    _kind, _lang, content, page = paper
    whole = tree(page)

    kinds, alternatives = tags(content)

    assert all(alternatives)
    assert len(alternatives) >= len(whole.xpath("//svg/title"))
    assert kinds["/Table"] >= len(whole.xpath("//table"))
    assert kinds["/TH"] > 0 or not whole.xpath("//table")
    assert not whole.xpath("//svg") or whole.xpath("//table")  # the figures of a drawing stand beside it


def test_every_page_has_its_number_and_those_after_the_first_a_running_head(paper):
    kind, lang, content, page = paper
    read = pypdf.PdfReader(io.BytesIO(content))
    last, of = len(read.pages), {"en": "of", "nl": "van"}[lang]
    fund = squeezed(tree(page).find("body").get("data-fund"))
    has_cover = 'class="cover"' in page

    texts = [squeezed(one.extract_text()) for one in read.pages]

    for number, text in enumerate(texts, 1):
        if number > 1 or not has_cover:
            assert f"{number}{of}{last}" in text, (kind, number)
        if number > 1:
            assert fund in text, (kind, number)


def test_long_paper_begins_with_its_contents(paper):
    _kind, lang, content, page = paper
    read = pypdf.PdfReader(io.BytesIO(content))
    first = squeezed("".join(one.extract_text() for one in read.pages[:2]))
    has_headings = len(tree(page).xpath("//h2")) > contents.LEAST

    if len(read.pages) > contents.LONG and has_headings:
        assert {"en": "Contents", "nl": "Inhoud"}[lang] in first
        assert len(read.named_destinations) > contents.LEAST
    elif 'class="toc"' not in page:
        assert {"en": "Contents", "nl": "Inhoud"}[lang] not in first


def test_no_heading_is_left_alone_at_the_end_of_a_page(paper):
    _kind, _lang, content, page = paper
    heads = {squeezed(one.text_content()) for one in tree(page).xpath("//h2 | //h3")}

    for one in pypdf.PdfReader(io.BytesIO(content)).pages:
        lines = [squeezed(line) for line in one.extract_text().splitlines() if line.strip()]
        assert not heads & set(lines[-3:-2]), lines[-4:]
