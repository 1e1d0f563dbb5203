"""Walking through all pages: which links a page offers, and which of them are worth a visit."""

from collections import Counter, deque
from collections.abc import Iterator
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit

import html5lib
from flask import Flask
from werkzeug.exceptions import HTTPException

OFTEN = 2
"""How many pages of one kind are visited: the second may belong to another state."""


def links(text: str, page: str) -> list[str]:
    """Give the addresses a page links to, without fragments, in order, those of this site only."""
    tree = html5lib.parse(text, namespaceHTMLElements=False)
    found = [urldefrag(urljoin(page, anchor.get("href", "")))[0] for anchor in tree.iter("a")]
    return list(dict.fromkeys(link for link in found if link.startswith("/") and not link.startswith("//")))


class Walk:
    """A walk along all links from a first page, a few pages of each kind."""

    def __init__(self, app: Flask, first: str = "/") -> None:
        self._urls = app.url_map.bind("127.0.0.1")
        self._visited: Counter[tuple[str, ...]] = Counter()
        self._known = {first}
        self._next = deque([first])

    def __iter__(self) -> Iterator[str]:
        """Give the pages to visit; `saw` adds what each of them links to."""
        while self._next:
            page = self._next.popleft()
            kind = self.kind(page)
            if self._visited[kind] < OFTEN:
                self._visited[kind] += 1
                yield page

    def saw(self, text: str, page: str) -> None:
        """Take up the links of a page."""
        fresh = [link for link in links(text, page) if link not in self._known]
        self._known.update(fresh)
        self._next.extend(fresh)

    def kind(self, page: str) -> tuple[str, ...]:
        """Name the kind of a page: its endpoint and the names of its arguments."""
        parts = urlsplit(page)
        try:
            endpoint, _ = self._urls.match(parts.path, method="GET")
        except HTTPException:
            return (parts.path,)  # a link to nowhere: the visit will tell
        return (str(endpoint), *sorted(name for name, _ in parse_qsl(parts.query, keep_blank_values=True)))

    @property
    def endpoints(self) -> set[str]:
        """Give the endpoints visited so far."""
        return {kind[0] for kind in self._visited}
