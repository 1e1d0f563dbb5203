"""PDFs: tagged for everyone, whole in themselves, the same each time; they fetch nothing."""

import io
import os
import subprocess
import sys
import threading
from collections import Counter
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

import page as page_validation
import pikepdf
import pypdf
import pytest

from fundapp.core import charts, papers, pdf
from fundapp.core.glyphs import settable
from tests.core import paper_samples as samples

AT = datetime(2026, 12, 12, 13, 5, tzinfo=UTC)
CHART = charts.profile_bars([1, 2, None], "Profile of one", "P1 1, P2 2")
SMALL = (
    '<html lang="nl"><head><title>Titel</title></head>'
    f"<body><h1>Titel</h1><p>Één zin.</p>{CHART}</body></html>"
)


@pytest.fixture(scope="module")
def small() -> bytes:
    return pdf.render(SMALL, lang="nl", made_at=AT)


@pytest.fixture(scope="module")
def papers_made() -> dict[str, bytes]:
    """Every paper in both languages."""
    found = {}
    for lang in ("en", "nl"):
        made = [
            (f"letter-{kind}", "letter.html", samples.letter(kind))
            for kind in ("awarded", "reserve", "declined", "ineligible")
        ]
        made += [
            ("agreement", "agreement.html", samples.agreement()),
            ("release", "release.html", samples.release(40)),
        ]
        for name, template, data in made:
            found[f"{name}-{lang}"] = papers.paper(template, lang=lang, made_at=AT, currency="EUR", d=data)
    return found


def tags(data: bytes) -> tuple[Counter, list[str]]:
    """Count the structure tags and list the alternative texts of figures."""
    kinds, alternatives = Counter(), []

    def walk(node):
        if isinstance(node, pikepdf.Array):
            for child in node:
                walk(child)
        elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
            kinds[str(node.S)] += 1
            if node.S == "/Figure":
                alternatives.append(str(node.get("/Alt", "")))
            if "/K" in node:
                walk(node.K)

    with pikepdf.open(io.BytesIO(data)) as opened:
        walk(opened.Root.StructTreeRoot.K)
    return kinds, alternatives


def faults(data: bytes, folder) -> list[str]:
    """Give what PDF/UA-1 and PDF/A-3a find wrong."""
    path = folder / "checked.pdf"
    path.write_bytes(data)
    found = [page_validation.validate_pdf(str(path), profile=name) for name in ("ua-1", "pdfa-3a")]
    assert min(report.rules.total for report in found) > 100
    # It takes a packed stream that happens to end in a carriage return for one that is a byte too long.
    with pikepdf.open(path) as opened:
        lengths = [problem for problem in opened.check_pdf_syntax() if "length" in problem]
    return lengths + [
        f"{fault.rule_id} {fault.message}"
        for report in found
        for fault in report.failures
        if not fault.rule_id.endswith("STREAM-LENGTH-001")
    ]


def fonts(data: bytes) -> dict[str, bool]:
    """Give the name of every font and whether it is embedded."""
    found = {}
    for one in pypdf.PdfReader(io.BytesIO(data)).pages:
        for font in one["/Resources"].get("/Font", {}).values():
            child = font.get_object()["/DescendantFonts"][0].get_object()
            described = child["/FontDescriptor"].get_object()
            found[str(child["/BaseFont"])] = any(
                key in described for key in ("/FontFile", "/FontFile2", "/FontFile3")
            )
    return found


def test_pdf_is_tagged_and_says_its_language(small):
    with pikepdf.open(io.BytesIO(small)) as opened:
        root, xmp = opened.Root, opened.open_metadata()

        assert bool(root.MarkInfo.Marked)
        assert str(root.Lang) == "nl"
        assert bool(root.ViewerPreferences.DisplayDocTitle)
        assert xmp["pdfuaid:part"] == "1"


def test_figure_carries_its_finding_as_alternative_text(small):
    kinds, alternatives = tags(small)

    assert (kinds["/Figure"], kinds["/H1"]) == (1, 1)
    assert alternatives == ["Profile of one"]


def test_pdf_carries_its_own_date_not_that_of_the_clock(small):
    with pikepdf.open(io.BytesIO(small)) as opened:
        assert str(opened.docinfo["/CreationDate"]).startswith("D:20261212130500")


def test_fonts_are_ours_and_embedded(small):
    found = fonts(small)

    assert all(found.values())
    assert any("Source-Serif" in name.replace("SourceSerif", "Source-Serif") for name in found)


def test_pdf_is_the_same_in_another_process(small, tmp_path):
    script = (
        "import sys, datetime; from fundapp.core import pdf;"
        "at = datetime.datetime(2026, 12, 12, 13, 5, tzinfo=datetime.UTC);"
        "sys.stdout.buffer.write(pdf.render(open(sys.argv[1]).read(), lang='nl', made_at=at))"
    )
    (tmp_path / "small.html").write_text(SMALL)

    done = subprocess.run(
        [sys.executable, "-c", script, tmp_path / "small.html"], capture_output=True, check=True
    )

    assert done.stdout == small


def test_rendering_leaves_the_environment_as_it_was(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "12")
    pdf.render(SMALL, lang="nl", made_at=AT)
    kept = os.environ["SOURCE_DATE_EPOCH"]
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    pdf.render(SMALL, lang="nl", made_at=AT)

    assert kept == "12"
    assert "SOURCE_DATE_EPOCH" not in os.environ


class Listener(BaseHTTPRequestHandler):
    """Counts who comes."""

    asked: list[str] = []

    def do_GET(self):
        self.asked.append(self.path)
        self.send_error(404)

    def log_message(self, *_):
        pass


def test_pdf_fetches_nothing(tmp_path):
    secret = tmp_path / "secret.svg"
    secret.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>SECRET</text></svg>'
    )
    Listener.asked.clear()
    with HTTPServer(("127.0.0.1", 0), Listener) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        base = f"http://127.0.0.1:{server.server_port}"
        asking = (
            f'<html lang="en"><head><title>T</title><link rel="stylesheet" href="{base}/a.css">'
            f"<style>@import url({base}/b.css); @font-face {{ font-family: x; src: url({base}/c.ttf) }}"
            f"p {{ font-family: x; background: url({base}/d.png) }}</style></head><body><h1>T</h1>"
            f'<p>Text</p><img alt="a" src="{base}/e.png"><img alt="b" src="{secret.as_uri()}">'
            f'<object data="{base}/f.svg"></object><svg><title>t</title><image href="{base}/g.png"/></svg>'
            f'<link rel="attachment" href="{secret.as_uri()}"></body></html>'
        )

        made = pdf.render(asking, lang="en", made_at=AT)
        server.shutdown()

    read = pypdf.PdfReader(io.BytesIO(made))
    assert Listener.asked == []
    assert "SECRET" not in read.pages[0].extract_text()
    assert list(read.attachments) == []


def test_missing_engine_says_what_to_install(monkeypatch):
    pdf._engine.cache_clear()
    monkeypatch.setattr(pdf, "_Engine", lambda: (_ for _ in ()).throw(OSError("no pango")))

    with pytest.raises(pdf.PdfEngineMissing) as refused:
        pdf.render(SMALL, lang="nl", made_at=AT)
    is_there = pdf.available()
    pdf._engine.cache_clear()

    assert refused.value.status == 503
    assert pdf.INSTALL in refused.value.message
    assert not is_there


def test_characters_without_a_font_become_squares():
    assert settable("Één naïeve “zin” – שלום ✓") == "Één naïeve “zin” – שלום ✓"
    assert settable("a\U000f0000b") == "a\u25a1b"


def test_papers_pass_the_rules_for_everyone(papers_made, tmp_path):
    wrong = {name: found for name, made in papers_made.items() if (found := faults(made, tmp_path))}

    assert len(papers_made) == 12
    assert wrong == {}


def test_papers_embed_every_font(papers_made):
    assert [name for name, made in papers_made.items() if not all(fonts(made).values())] == []


def test_long_batch_repeats_its_head_and_keeps_one_total(papers_made):
    read = pypdf.PdfReader(io.BytesIO(papers_made["release-en"]))

    texts = [one.extract_text() for one in read.pages]

    assert len(texts) == 2
    assert all("Payee" in text for text in texts)
    assert sum(text.count("€39,800.00") for text in texts) >= 2


def test_amounts_follow_the_language():
    english, dutch = (
        papers.page("release.html", lang=lang, made_at=AT, currency="EUR", d=samples.release(1))
        for lang in ("en", "nl")
    )

    assert "€975.50" in english
    assert "€\u00a0975,50" in dutch


def test_missing_figure_is_an_error_not_an_empty_spot():
    broken = {key: value for key, value in samples.letter().items() if key != "sent_on"}

    with pytest.raises(Exception, match="sent_on"):
        papers.page("letter.html", lang="en", made_at=AT, currency="EUR", d=broken)


@pytest.mark.parametrize(
    ("value", "digits", "english", "dutch"),
    [
        (None, 1, "–", "–"),
        (0, 0, "0", "0"),
        (80.5, 0, "81", "81"),
        (2.675, 2, "2.68", "2,68"),
        (1234.5, 1, "1,234.5", "1.234,5"),
    ],
)
def test_numbers_round_half_up_and_follow_the_language(value, digits, english, dutch):
    assert (papers.number(value, digits, lang="en"), papers.number(value, digits, lang="nl")) == (
        english,
        dutch,
    )


def test_long_words_can_break_and_addresses_stay_whole():
    address = "https://example.org/" + "y" * 60
    made = papers.prose(f'<p>{"x" * 60} short <a href="{address}">{address}</a></p>')

    assert "x" * 24 + "\u200b" in made
    assert "x" * 25 not in made
    assert f'href="{address}"' in made
    assert " short " in made


def test_prose_keeps_words_and_drops_what_acts():
    written = (
        '<h1>Plan</h1><p onclick="x()">We <b>build</b>\u202e.</p><script>x()</script>'
        '<img src="file:///etc/passwd"><a href="javascript:x()">a</a>'
    )

    made = papers.prose(written)

    assert made == '<p class="inner">Plan</p><p>We <b>build</b>.</p><a rel="noopener noreferrer">a</a>'
