"""Markdown from outside: readable, and harmless whatever it holds."""

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundapp.core import markdown

HOSTILE = Path(__file__).parents[3] / "shared/standards/hostile/blns.json"


class Elements(HTMLParser):
    """Collects every tag and attribute that a browser would see."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.tags, self.attributes = [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]


def assert_harmless(html):
    seen = Elements(html)
    assert set(seen.tags) <= markdown.TAGS
    for tag, name, value in seen.attributes:
        assert (tag, name) in {("a", "href"), ("a", "title"), ("a", "rel"), ("ol", "start"), ("th", "scope")}
        if name == "href":
            assert value.split(":")[0].lower() in markdown.SCHEMES
        if name == "rel":
            assert value == "nofollow noopener"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Some *stress* and **more**.", "<p>Some <em>stress</em> and <strong>more</strong>.</p>\n"),
        ("# One\n\n###### Six", "<h3>One</h3>\n<h6>Six</h6>\n"),
        ("~~gone~~", "<p><s>gone</s></p>\n"),
        ("3. three\n4. four", '<ol start="3">\n<li>three</li>\n<li>four</li>\n</ol>\n'),
        ("two  \nlines", "<p>two<br>\nlines</p>\n"),
        ("<b>bold</b>", "<p>&lt;b&gt;bold&lt;/b&gt;</p>\n"),
        (
            "|a|\n|--:|",
            '<table>\n<thead>\n<tr>\n<th scope="col">a</th>\n</tr>\n</thead>\n</table>\n',
        ),
        ("```js\nalert(1)\n```", "<pre><code>alert(1)\n</code></pre>\n"),
    ],
)
def test_render_keeps_what_people_mean(text, html):
    assert markdown.render(text) == html


@pytest.mark.parametrize(
    "text",
    [
        "<https://example.org/a>",
        "see https://example.org/a.",
        "(https://example.org/a)",
        "**https://example.org/a**",
        "[https://example.org/a](https://example.org/a)",
        "![https://example.org/a](https://example.org/a)",
        "[1]\n\n[1]: https://example.org/a",
    ],
)
def test_render_links_addresses_however_they_are_written(text):
    html = markdown.render(text)

    assert html.count("<a ") == 1
    assert '<a href="https://example.org/a" rel="nofollow noopener">' in html


def test_render_keeps_brackets_that_belong_to_an_address():
    html = markdown.render("https://en.wikipedia.org/wiki/Commons_(economics)")

    assert 'href="https://en.wikipedia.org/wiki/Commons_(economics)"' in html


def test_render_turns_images_into_links_with_their_description():
    html = markdown.render("![a diagram](https://example.org/d.png)")

    assert html == '<p><a href="https://example.org/d.png" rel="nofollow noopener">a diagram</a></p>\n'


def test_render_shows_only_the_words_of_an_image_within_a_link():
    html = markdown.render("[![build](https://ci.example.org/b.svg)](https://ci.example.org/)")

    assert html == '<p><a href="https://ci.example.org/" rel="nofollow noopener">build</a></p>\n'


@pytest.mark.parametrize(
    "text",
    [
        "[x](javascript:alert(1))",
        "[x](docs/plan.md)",
        "[x](#here)",
        "![x](data:image/png;base64,AA)",
        "[x](//evil)",
        "x https://[oops",
    ],
)
def test_render_unwraps_links_that_lead_nowhere_we_allow(text):
    assert "<a" not in markdown.render(text)
    assert "x" in markdown.render(text)


def test_render_survives_half_a_surrogate_and_nul():
    assert "before" in markdown.render("before \ud800 \x00 after")


@pytest.mark.parametrize(
    "text", ["[" * 5000, "![" * 5000, "*a " * 5000, "> " * 2000, "- " * 2000, "`" * 9999, "|" * 9999]
)
def test_render_does_not_choke_on_repetition(text):
    assert_harmless(markdown.render(text))


@given(st.text(alphabet=st.sampled_from("[]()!<>\"'`*_#|-~:/\n ahtps.javscript&;=\\")))
def test_render_is_harmless_for_anything(text):
    assert_harmless(markdown.render(text))


@pytest.mark.skipif(not HOSTILE.exists(), reason="the collection of hostile strings is not on this machine")
def test_render_is_harmless_for_the_hostile_collection():
    for text in json.loads(HOSTILE.read_text()):
        assert_harmless(markdown.render(text))
        assert_harmless(
            markdown.render(f"[{text}]({text}) ![{text}]({text})\n\n# {text}\n\n|{text}|\n|--|\n|{text}|")
        )


def test_footnotes_stand_below_their_text_without_an_address():
    shown = markdown.render("A claim.[^1] Another.^[At once.]\n\n[^1]: See **there**.\n")

    assert shown == (
        "<p>A claim.<sup>1</sup> Another.<sup>2</sup></p>\n<hr>\n<ol>\n"
        "<li><p>See <strong>there</strong>.</p>\n</li>\n<li><p>At once.</p>\n</li>\n</ol>\n"
    )


def test_footnote_that_nobody_wrote_stays_as_it_is():
    assert markdown.render("A claim.[^1]") == "<p>A claim.[^1]</p>\n"
