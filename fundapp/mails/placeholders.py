"""The little language of a mail's text: Markdown with `{{ placeholders }}` from a list, and nothing else.

No template engine reads what a manager wrote, so there is nothing to break out of. What stands in a
placeholder is put in after the Markdown was read, in one pass, escaped: never read again.
"""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from html import escape
from secrets import token_hex
from typing import NamedTuple

from flask_babel import gettext as _

from fundapp.core import markdown
from fundapp.core.legible import legible
from fundapp.mails import plain_text
from fundapp.mails.kinds import Kind, Place, Sort

SUBJECT, BODY = 200, 10_000
"""The most characters of a subject and of a text."""
PLACE = re.compile(r"\{\{\s*([A-Za-z0-9_.]+)\s*\}\}")
BROKEN = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")
ALONE = re.compile(r"^\s*(?:\[[^\[\]\n]+\]\(\s*\{\{[^{}\n]+\}\}\s*\)|\{\{[^{}\n]+\}\})\s*$")
OPEN, SHUT = "\ue000", "\ue001"
"""They hold the number of a placeholder while Markdown is read; taken out of everything that is given."""


class Fault(NamedTuple):
    """What is wrong in a subject or body, in words for who wrote it."""

    field: str
    message: str


class Text(NamedTuple):
    """What a manager wrote: one line, and Markdown."""

    subject: str
    body: str


class Written(NamedTuple):
    """A mail's text with everything filled in: one line, HTML of the body, and plain text."""

    subject: str
    html: str
    plain: str


# --- what a manager typed --------------------------------------------------------------


def clean(text: str) -> str:
    """Drop what nobody can see: control characters, marks that turn the reading direction, our own signs."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    bare = [re.sub(f"[{OPEN}{SHUT}\x85\u2028\u2029]", "", legible(line)).rstrip() for line in lines]
    return "\n".join(bare).strip()


def cleaned(subject: str | None, body: str | None) -> Text:
    """Give what was typed without what nobody can see; the subject in one line, so no header can follow."""
    return Text(" ".join(clean(subject or "").split()), clean(body or ""))


def faults(kind: Kind, text: Text) -> list[Fault]:
    """List what is wrong with a cleaned text: broken, unknown and missing placeholders, and length."""
    subject, body = text
    found = [Fault("subject", said) for said in _faults(kind, subject, SUBJECT)]
    found += [Fault("body", said) for said in _faults(kind, body, BODY)]
    places = kind.places
    for name in _names(subject):
        if name in places and places[name].sort in (Sort.LINK, Sort.QUOTE):
            found.append(Fault("subject", _("%(mark)s can only stand in the text.", mark=places[name].mark)))
    present = set(_names(body))
    for place in kind.needed():
        if place.name not in present:
            found.append(
                Fault(
                    "body",
                    _(
                        "The reader can't do without %(mark)s (%(words)s). Put it in somewhere.",
                        mark=place.mark,
                        words=place.words,
                    ),
                )
            )
    if not found and OPEN in _unfilled(kind, body):
        found.append(
            Fault("body", _("A link leads to an address. Only an address may stand between its brackets."))
        )
    return found


def _faults(kind: Kind, text: str, most: int) -> Iterator[str]:
    if not text:
        yield _("Fill this in.")
    if len(text) > most:
        yield _("At most %(most)d characters; this is %(now)d.", most=most, now=len(text))
    for name in dict.fromkeys(_names(text)):
        if name not in kind.places:
            yield _unknown(kind, name)
    if broken := BROKEN.search(PLACE.sub(" ", text)):
        piece = PLACE.sub(" ", text)[broken.start() : broken.start() + 20].split("\n")[0]
        yield _(
            "“%(piece)s” is no placeholder. One is written like %(mark)s.", piece=piece,
                mark="{{ fund.name }}")  # fmt: skip


def _unknown(kind: Kind, name: str) -> str:
    near = get_close_matches(name.lower(), list(kind.places), 1, 0.6)
    if near:
        return str(
            _(
                "There is no %(mark)s in this mail. Do you mean %(near)s?",
                mark=_mark(name),
                near=_mark(near[0]),
            )
        )
    return str(_("There is no %(mark)s in this mail.", mark=_mark(name)))


def _mark(name: str) -> str:
    return f"{{{{ {name} }}}}"


def _names(text: str) -> list[str]:
    return PLACE.findall(text)


def used(text: str) -> list[str]:
    """List the placeholders of a text, each once, in their order."""
    return list(dict.fromkeys(_names(text)))


def _unfilled(kind: Kind, body: str) -> str:
    """Give what is left of our signs when everything is filled in: something stood where nothing can."""
    filled = write(kind, Text("-", body), dict.fromkeys(kind.places, "x"))
    return OPEN if "%EE%80%80" in filled.html or OPEN in filled.html else ""


# --- filling in ------------------------------------------------------------------------


def write(kind: Kind, text: Text, values: Mapping[str, str]) -> Written:
    """Fill a text in. A line whose placeholder is empty is left out; an unknown one counts as empty.

    values: plain text by placeholder; addresses for links.
    """
    subject, body = text
    given = {name: _fit(values.get(name, "")) for name in {*_names(subject), *_names(body)}}
    filling = _Filling(kind.places, given)
    html = str(markdown.render(filling.source(body)))
    one_line = " ".join(PLACE.sub(lambda found: given[found[1]], subject).split())
    return Written(one_line, filling.html(html), filling.plain(plain_text.of(html)))


def _fit(value: str) -> str:
    return re.sub(f"[{OPEN}{SHUT}]", "", legible(str(value))).strip()


class _Filling:
    """Puts signs for placeholders before Markdown is read, and what they stand for afterwards."""

    def __init__(self, places: Mapping[str, Place], given: Mapping[str, str]) -> None:
        self.given, self.names = given, list(given)
        self.sorts = [places[name].sort if name in places else Sort.TEXT for name in self.names]
        self.host = f"https://{token_hex(8)}.invalid/"
        sign = rf"{OPEN}(\d+){SHUT}"
        address = rf"{re.escape(self.host)}(\d+)"
        self.in_html = re.compile(
            rf'<p><a href="{address}"[^>]*>(?P<label>[^<]*)</a></p>|<p>{sign}</p>|{sign}|{address}'
        )
        self.in_plain = re.compile(f"{sign}|{address}")

    def source(self, body: str) -> str:
        """Give the Markdown: every line keeps its end, and what stands alone is a paragraph of its own."""
        lines: list[str] = []
        for line in body.split("\n"):
            if any(not self.given[name] for name in _names(line)):
                continue
            signed = PLACE.sub(lambda found: self._sign(found[1]), line)
            lines += ["", signed, ""] if ALONE.match(line) else [f"{signed}  "]
        return "\n".join(lines)

    def _sign(self, name: str) -> str:
        number = self.names.index(name)
        return f"{self.host}{number}" if self.sorts[number] is Sort.LINK else f"{OPEN}{number}{SHUT}"

    def html(self, html: str) -> str:
        """Fill in HTML, escaped."""
        return self.in_html.sub(self._piece, html)

    def _piece(self, found: re.Match[str]) -> str:
        button, alone, inside, address = found[1], found[3], found[4], found[5]
        if button is not None:
            return _button(self._value(button), self.html(found["label"]))
        if alone is not None:
            return _paragraphs(self._value(alone), is_quote=self.sorts[int(alone)] is Sort.QUOTE)
        return escape(self._value(inside or address)).replace("\n", "<br>")

    def plain(self, text: str) -> str:
        """Fill in plain text, as it is."""
        return self.in_plain.sub(lambda found: self._value(found[1] or found[2]), text)

    def _value(self, number: str) -> str:
        place = int(number)
        return self.given[self.names[place]] if place < len(self.names) else ""


def _button(url: str, label: str) -> str:
    """Write a button and the address below it, as the shipped mails have it."""
    href = escape(url)
    if label == href:
        return f'<p><a href="{href}">{href}</a></p>'
    below = escape(str(_("Or copy this address into your browser:")))
    return f'<p class="button"><a href="{href}">{label}</a></p>\n<p>{below}<br>{href}</p>'


def _paragraphs(text: str, *, is_quote: bool) -> str:
    """Write plain text as paragraphs, and lines that begin with a dash as a list."""
    opening = '<p class="quote">' if is_quote else "<p>"
    out = []
    for part in re.split(r"\n\s*\n", text):
        lines = [line.strip() for line in part.split("\n") if line.strip()]
        if lines and all(line.startswith("- ") for line in lines):
            out.append("<ul>" + "".join(f"<li>{escape(line[2:])}</li>" for line in lines) + "</ul>")
        elif lines:
            out.append(opening + "<br>".join(escape(line) for line in lines) + "</p>")
    return "\n".join(out)
