"""Passages of a text: found again in Markdown, in what is rendered from it, and in a later version.

A reader selects what is shown; kept is where it stands in the answer as it was sent in. Both are
compared by what they have in common: letters, figures and signs, without white space, punctuation
and marks of Markdown.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from typing import NamedTuple

from markupsafe import Markup, escape

from fundapp.core import markdown

# What Markdown keeps out of sight: targets of links, entities, numbers of lists, languages of code.
HIDDEN = re.compile(
    r"(?<=\])\([^()\s]*(?:\s\"[^\"]*\")?\)|&#?\w+;|^[ \t]*\d+[.)](?=\s)|^```\w*", re.MULTILINE
)
TAG = re.compile(r"""(<(?:"[^"]*"|'[^']*'|[^'">])*>)""")
PIECE = re.compile(r"&(?:#\d+|#[xX][0-9a-fA-F]+|\w+);|.", re.DOTALL)


class Passage(NamedTuple):
    """Where something stands, in code points."""

    start: int
    stop: int


class Bones(NamedTuple):
    """What is left of a text to compare, and where each sign of it stood."""

    text: str
    places: list[int]


def _is_kept(sign: str) -> bool:
    return sign.isalnum() or (ord(sign) > 127 and not sign.isspace())


def _bones(text: str, *, hides: bool = True) -> Bones:
    hidden = {place for one in HIDDEN.finditer(text) for place in range(*one.span())} if hides else set()
    places = [place for place, sign in enumerate(text) if _is_kept(sign) and place not in hidden]
    return Bones("".join(text[place] for place in places), places)


def find(text: str, quote: str, nth: int = 0) -> Passage | None:
    """Find a quote as a reader selected it in the text it was rendered from; None when it is not there.

    nth: which one where it stands several times, counted from 0; too high a number gives the first.
    """
    wanted = _bones(quote, hides=False).text
    for bones in (_bones(text), _bones(text, hides=False)):
        starts = list(_starts(bones.text, wanted))
        if starts:
            first = starts[nth] if nth < len(starts) else starts[0]
            start, last = bones.places[first], bones.places[first + len(wanted) - 1]
            return Passage(start, _with_end(text, last + 1, quote))
    return None


def _starts(text: str, wanted: str) -> Iterator[int]:
    at = text.find(wanted) if wanted else -1
    while at >= 0:
        yield at
        at = text.find(wanted, at + 1)


def _with_end(text: str, stop: int, quote: str) -> int:
    """Take along the full stop or bracket that was selected too."""
    kept = [place for place, sign in enumerate(quote) if _is_kept(sign)]
    for sign in quote[kept[-1] + 1 :]:
        if stop >= len(text) or text[stop] != sign or sign.isspace():
            break
        stop += 1
    return stop


def occurrence(text: str, passage: Passage) -> int:
    """Tell which one a passage is, where the same words stand several times; counted from 0."""
    bones, wanted = _bones(text), _bones(text[passage.start : passage.stop]).text
    return sum(bones.places[at] < passage.start for at in _starts(bones.text, wanted))


def words(quote: str) -> str:
    """Give a quote without the marks of Markdown, to be read."""
    return " ".join(markdown.render(quote).striptags().split()) or quote


# --- marks -----------------------------------------------------------------------


@dataclass(frozen=True)
class Spot:
    """One passage to be marked. quote, nth: what stands in the answer, and which one of them it is.

    id: of the mark, to jump to. label, href: of the link behind it. said: read out before the label.
    """

    quote: str
    nth: int
    id: str
    label: str
    href: str
    said: str

    def link(self) -> Markup:
        """Draw the link from the passage to what it shows."""
        return Markup('<a href="{}"><span class="vh">{} </span>{}</a>').format(
            self.href, self.said, self.label
        )


class Sign(NamedTuple):
    """One character of a text node, as it is written in HTML."""

    node: int
    written: str
    read: str


def mark(html: str, spots: Sequence[Spot]) -> Markup:
    """Mark passages in rendered text; what is not found there stays unmarked.

    html: clean and well formed; a plain string is escaped first. Never breaks the tags around it.
    """
    if not spots:
        return escape(html)
    tokens = TAG.split(escape(html))
    signs = [
        Sign(number, piece[0], unescape(piece[0]))
        for number in range(0, len(tokens), 2)
        for piece in PIECE.finditer(tokens[number])
    ]
    return Markup("").join(_drawn(tokens, signs, _covered(signs, spots)))


def _covered(signs: list[Sign], spots: Sequence[Spot]) -> list[tuple[Spot, Passage]]:
    kept = [place for place, sign in enumerate(signs) if _is_kept(sign.read[:1] or " ")]
    text = "".join(signs[place].read[0] for place in kept)
    found = []
    for spot in spots:
        wanted = _bones(spot.quote).text
        starts = list(_starts(text, wanted))
        if starts:
            first = starts[spot.nth] if spot.nth < len(starts) else starts[0]
            found.append((spot, Passage(kept[first], kept[first + len(wanted) - 1] + 1)))
    return found


def _drawn(tokens: list[str], signs: list[Sign], covered: list[tuple[Spot, Passage]]) -> Iterator[Markup]:
    """Write the tokens again with the marks in the text; links wait until a link around them is closed."""
    within: dict[int, list[tuple[int, str]]] = {}
    for at, sign in enumerate(signs):
        within.setdefault(sign.node, []).append((at, sign.written))
    depth, waiting = 0, Markup()
    for number, piece in enumerate(tokens):
        if number % 2 == 0 and piece.strip():
            text, links = _marked(within[number], covered, is_inside=depth > 0)
            yield text
            waiting += links
        else:
            depth += piece.startswith("<a ") - (piece == "</a>")
            yield Markup(piece)  # noqa: S704 a tag of clean HTML, or white space between tags
        if not depth:
            yield waiting
            waiting = Markup()


def _marked(
    written: list[tuple[int, str]], covered: list[tuple[Spot, Passage]], *, is_inside: bool
) -> tuple[Markup, Markup]:
    """Mark one stretch of text. is_inside: it is the text of a link; gives what has to come after that."""
    out, late, is_open = Markup(), Markup(), False
    for at, sign in written:
        on = [spot for spot, passage in covered if passage.start <= at < passage.stop]
        if bool(on) != is_open:
            out += Markup('<mark class="pin">') if on else Markup("</mark>")
            is_open = bool(on)
        for spot, passage in covered:
            if passage.start == at:
                out += Markup('<span id="{}"></span>').format(spot.id)
        out += Markup(sign)  # noqa: S704 as it stood in clean HTML
        links = Markup().join(spot.link() for spot, passage in covered if passage.stop == at + 1)
        out, late = (out, late + links) if is_inside else (out + links, late)
    return out + (Markup("</mark>") if is_open else Markup()), late
