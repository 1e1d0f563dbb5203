"""Atom feeds (RFC 4287) of calls and of funded projects, in two languages; nobody private is named."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from lxml import etree

from fundapp.accounts.models import PartyKind
from fundapp.core import money
from fundapp.core.legible import legible
from fundapp.core.words import LANGUAGES, pick
from fundapp.public import queries
from fundapp.public.addresses import Site, instant
from fundapp.rounds import queries as rounds
from fundapp.rounds.models import Round

ATOM = "http://www.w3.org/2005/Atom"
XML = "http://www.w3.org/XML/1998/namespace"
MEDIA_TYPE = "application/atom+xml"
BEGINNING = datetime(2023, 9, 1, tzinfo=UTC)
"""When a feed without entries was last changed."""
NAMES = ("calls", "projects")


@dataclass(frozen=True)
class Entry:
    """One thing that was published. thing: its name for ever, within this site."""

    thing: str
    title: str
    link: str
    published_at: datetime
    updated_at: datetime
    summary: str
    author: str
    themes: Sequence[str] = ()


def calls(site: Site, language: str, *, at: datetime, name: str) -> bytes:
    """Make the feed of calls, the newest first. name: of the site."""
    found = [_call(round, site, language) for round in rounds.public_rounds(at)]
    with force_locale(language):
        return feed("calls", _("Calls"), found, site=site, language=language, name=name)


def projects(site: Site, language: str, *, name: str) -> bytes:
    """Make the feed of funded projects, the newest first; private persons are not named in it."""
    with force_locale(language):
        found = [
            _project(row, site, language) for row in queries.projects(limit=queries.PAGE)[: queries.PAGE]
        ]
        return feed("projects", _("Funded projects"), found, site=site, language=language, name=name)


def _call(round: Round, site: Site, language: str) -> Entry:
    changed_at = round.state_at or round.created_at
    published_at = min(changed_at, round.stage.opens_at)
    return Entry(
        thing=f"call/{round.fund.slug}/{round.slug}",
        title=pick(round.name, language),
        link=site.call(round),
        published_at=published_at,
        updated_at=max(changed_at, published_at),
        summary=pick(round.summary, language),
        author=pick(round.fund.name, language),
        themes=[pick(theme, language) for theme in round.fund.themes],
    )


def _project(row: Any, site: Site, language: str) -> Entry:
    granted = _("%(sum)s granted in %(call)s.", sum=money.show(row.amount_cents, row.currency, language),
        call=pick(row.round_name, language))  # fmt: skip
    named = "" if row.kind is PartyKind.PERSON else f"{row.name}: "
    return Entry(
        thing=f"project/{row.code}",
        title=row.title,
        link=site.project(row.code),
        published_at=row.released_at,
        updated_at=max(row.state_at, row.released_at),
        summary=f"{named}{granted}",
        author=pick(row.fund_name, language),
    )


def feed(key: str, title: str, entries: Iterable[Entry], *, site: Site, language: str, name: str) -> bytes:
    """Write a feed; the same entries give the same bytes."""
    shown = list(entries)
    top = etree.Element(f"{{{ATOM}}}feed", {f"{{{XML}}}lang": language}, nsmap={None: ATOM})
    _text(top, "id", site.tag(f"feed/{key}/{language}"))
    _text(top, "title", f"{title} · {name}")
    _text(top, "updated", instant(max((one.updated_at for one in shown), default=BEGINNING)))
    _author(top, name)
    for rel, address, given in _links(key, site, language):
        etree.SubElement(top, f"{{{ATOM}}}link", {"rel": rel, "href": address, **given})
    for one in shown:
        _entry(top, one, site)
    return bytes(etree.tostring(top, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _links(key: str, site: Site, language: str) -> list[tuple[str, str, dict[str, str]]]:
    others = [
        ("alternate", site.open_data(f"{key}.{one}.atom"), {"type": MEDIA_TYPE, "hreflang": one})
        for one in LANGUAGES
        if one != language
    ]
    own = ("self", site.open_data(f"{key}.{language}.atom"), {"type": MEDIA_TYPE, "hreflang": language})
    return [own, ("alternate", f"{site.base}/{key}", {"type": "text/html"}), *others]


def _entry(top: Any, one: Entry, site: Site) -> None:
    entry = etree.SubElement(top, f"{{{ATOM}}}entry")
    _text(entry, "id", site.tag(one.thing))
    _text(entry, "title", one.title)
    _text(entry, "updated", instant(one.updated_at))
    _text(entry, "published", instant(one.published_at))
    _author(entry, one.author)
    etree.SubElement(entry, f"{{{ATOM}}}link", {"rel": "alternate", "href": one.link, "type": "text/html"})
    for theme in one.themes:
        etree.SubElement(entry, f"{{{ATOM}}}category", {"term": legible(theme)})
    if one.summary:
        _text(entry, "summary", one.summary)


def _author(parent: Any, name: str) -> None:
    _text(etree.SubElement(parent, f"{{{ATOM}}}author"), "name", name)


def _text(parent: Any, name: str, text: str) -> None:
    etree.SubElement(parent, f"{{{ATOM}}}{name}").text = legible(text)
