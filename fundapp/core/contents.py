"""The contents of a long paper: its headings with their pages, put in by itself.

A page for paper carries them between two marks; who sets it takes them out again where it turns out short.
"""

import re
from typing import NamedTuple

from flask_babel import gettext as _
from markupsafe import escape

LONG = 7
"""A paper of more pages than this has contents."""
LEAST = 3
"""Fewer headings than this need no list."""
BEGIN, END = "<!-- contents -->", "<!-- /contents -->"

_HEADING = re.compile(r"<h([23])((?:\s[^>]*)?)>(.*?)</h\1>", re.DOTALL)
_NUMBER = re.compile(r'<span class="no">(.*?)</span>', re.DOTALL)
_BESIDE = re.compile(r"<(small|span)\b[^>]*>.*?</\1>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_ID = re.compile(r'\bid="([^"]+)"')
_FIRST = re.compile(r"(?:<(?:div|section)\b[^>]*>\s*)*<h2")
_MARKED = re.compile(f"{BEGIN}.*?{END}", re.DOTALL)


class Entry(NamedTuple):
    """One line of the contents; number and words are HTML without tags."""

    place: str
    number: str
    words: str


def with_contents(page: str) -> str:
    """Put the contents before the first chapter of a page for paper; each heading gets a place to go to.

    Only <h2>, and <h3> too where those alone are fewer than LEAST. A page that has its own list, or too few
    headings, stays as it is.
    """
    if 'class="toc' in page or not _FIRST.search(page):
        return page
    levels = "2" if sum(found[1] == "2" for found in _HEADING.finditer(page)) >= LEAST else "23"
    entries: list[Entry] = []

    def placed(found: re.Match[str]) -> str:
        level, given, words = found.groups()
        if level not in levels:
            return found[0]
        known = _ID.search(given)
        place = known[1] if known else f"part-{len(entries) + 1}"
        entries.append(_entry(place, words))
        return found[0] if known else f'<h{level}{given} id="{place}">{words}</h{level}>'

    whole = _HEADING.sub(placed, page)
    if len(entries) < LEAST:
        return page
    return _FIRST.sub(lambda first: f"{_list(entries)}\n{first[0]}", whole, count=1)


def _entry(place: str, words: str) -> Entry:
    number = _NUMBER.search(words)
    said = _TAG.sub("", _BESIDE.sub(" ", words)) or _TAG.sub("", words)
    return Entry(place, _TAG.sub("", number[1]) if number else "", " ".join(said.split()))


def _list(entries: list[Entry]) -> str:
    rows = "\n".join(
        f'<li><span class="no">{one.number}</span><a href="#{one.place}">{one.words}</a></li>'
        if one.number
        else f'<li><a href="#{one.place}">{one.words}</a></li>'
        for one in entries
    )
    head = escape(_("Contents"))
    return (
        f'{BEGIN}<nav class="toc inset">\n<h2 class="contents">{head}</h2>\n<ol>\n{rows}\n</ol>\n</nav>{END}'
    )


def without(page: str) -> str:
    """Take the contents out that `with_contents` put in."""
    return _MARKED.sub("", page)


def seems_long(page: str) -> bool:
    """Guess from a page whether it will be long on paper; a wrong guess costs time, nothing else."""
    return leaves(page) > LONG


def leaves(page: str) -> float:
    """Guess how many pages a page for paper will have."""
    letters = len(_TAG.sub("", page))
    return letters / 2400 + page.count("<svg") / 3 + page.count("<tr") / 60
