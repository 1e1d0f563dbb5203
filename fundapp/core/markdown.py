"""Markdown that people wrote, as HTML that is safe to show on our pages and in our PDFs."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markupsafe import Markup
from mdit_py_plugins.footnote import footnote_plugin

TAGS = {
    "a", "blockquote", "br", "code", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "s",
    "strong", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, "th": {"scope"}}
SCHEMES = {"http", "https", "mailto"}
BARE_LINK = re.compile(r"https?://[^\s<>\"“”]+", re.IGNORECASE)
SHIFT = 2
"""Pages own h1 and h2; what people write begins below."""


def render(text: str) -> Markup:
    """Turn Markdown into HTML with an allow list of tags; raw HTML shows as text.

    Headings start at h3, images become links to them, links carry rel="nofollow noopener" and go
    to http, https or mailto only. Nothing is fetched. Never raises, whatever the text.
    """
    readable = text.encode("utf-8", "replace").decode("utf-8")
    return Markup(  # noqa: S704 cleaned by nh3
        nh3.clean(
            _parser.render(readable),
            tags=TAGS,
            attributes=ATTRIBUTES,
            url_schemes=SCHEMES,
            url_relative="deny",
            link_rel="nofollow noopener",
        )
    )


def _tame(state: StateCore) -> None:
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + SHIFT)}"
        if token.type == "th_open":
            token.attrSet("scope", "col")
        if token.type == "inline" and token.children:
            token.children = list(_tame_inline(token.children))


def _tame_inline(tokens: list[Token]) -> Iterator[Token]:
    """Turn images and bare addresses into links, and unwrap links that lead nowhere we allow."""
    inside, is_kept = False, False
    for token in tokens:
        if token.type == "link_open":
            inside, is_kept = True, _is_allowed(str(token.attrGet("href") or ""))
            if is_kept:
                yield token
        elif token.type == "link_close":
            inside = False
            if is_kept:
                yield token
        elif token.type == "image":
            source = str(token.attrGet("src") or "")
            yield from _link(source, token.content or source, is_linked=not inside)
        elif token.type == "text" and not inside:
            yield from _with_links(token.content)
        else:
            yield token


def _with_links(text: str) -> Iterator[Token]:
    done = 0
    for found in BARE_LINK.finditer(text):
        address = _without_tail(found[0])
        yield _text(text[done : found.start()])
        yield from _link(address, address, is_linked=True)
        done = found.start() + len(address)
    yield _text(text[done:])


def _without_tail(address: str) -> str:
    """Leave out the full stop or bracket that ends the sentence, not the address."""
    while address and (address[-1] in ".,:;!?'*_" or (address[-1] == ")" and "(" not in address)):
        address = address[:-1]
    return address


def _link(address: str, text: str, *, is_linked: bool) -> Iterator[Token]:
    if not (is_linked and _is_allowed(address)):
        yield _text(text)
        return
    yield Token("link_open", "a", 1, attrs={"href": address})
    yield _text(text)
    yield Token("link_close", "a", -1)


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _is_allowed(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in SCHEMES and bool(parts.netloc or parts.scheme == "mailto")


def _footnote_number(self: Any, tokens: Any, place: int, *rest: Any) -> str:
    """Write the number alone: several texts stand on one page, so that no footnote has an address."""
    return f"<sup>{tokens[place].meta['id'] + 1}</sup>"


_parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).use(footnote_plugin)
_parser.add_render_rule("footnote_ref", _footnote_number)
_parser.add_render_rule("footnote_anchor", lambda *given: "")
_parser.add_render_rule("footnote_block_open", lambda *given: "<hr>\n<ol>\n")
_parser.add_render_rule("footnote_block_close", lambda *given: "</ol>\n")
_parser.core.ruler.push("tame", _tame)
