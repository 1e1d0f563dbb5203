"""The public pages, for machines that look for them."""

from datetime import datetime
from typing import Any

from lxml import etree

from fundapp.public import queries
from fundapp.public.addresses import Site, instant
from fundapp.rounds import queries as rounds

SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
PAGES = ("", "/calls", "/projects", "/money", "/how-we-decide", "/open-data")
MOST = 5_000


def sitemap(site: Site, *, at: datetime) -> bytes:
    """Write the map of the site, with when each page last changed where that is known."""
    top = etree.Element(f"{{{SPACE}}}urlset", nsmap={None: SPACE})
    for path in PAGES:
        _page(top, site.base + path, None)
    for round in rounds.public_rounds(at):
        _page(top, site.call(round), round.state_at)
    for row in queries.projects(limit=MOST)[:MOST]:
        _page(top, site.project(row.code), max(row.state_at, row.released_at))
    return bytes(etree.tostring(top, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _page(top: Any, address: str, at: datetime | None) -> None:
    page = etree.SubElement(top, f"{{{SPACE}}}url")
    etree.SubElement(page, f"{{{SPACE}}}loc").text = address
    if at is not None:
        etree.SubElement(page, f"{{{SPACE}}}lastmod").text = instant(at)
