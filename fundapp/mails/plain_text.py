"""Plain text of the HTML that our Markdown makes, for readers without pictures and colours."""

from html.parser import HTMLParser

BLOCKS = {"p", "h3", "h4", "h5", "h6", "li", "blockquote", "pre", "tr", "hr", "ul", "ol", "table"}
WIDTH = 40


def of(html: str) -> str:
    """Give the plain text of cleaned HTML: paragraphs, lists with dashes, addresses behind their words."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.text()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[str] = []
        self.now = ""
        self.lists: list[int | None] = []
        self.marker = ""
        self.quoted = 0
        self.address: tuple[str, int] | None = None
        self.is_fixed = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a block, a list, a link."""
        if tag in BLOCKS:
            self._end_block()
        if tag in ("ul", "ol"):
            self.lists.append(int(dict(attrs).get("start") or 1) if tag == "ol" else None)
        elif tag == "li":
            self.marker = self._mark()
        elif tag == "a":
            self.address = (dict(attrs).get("href") or "", len(self.now))
        elif tag == "br":
            self.now += "\n"
        elif tag == "hr":
            self.blocks.append("-" * WIDTH)
        self.quoted += tag == "blockquote"
        self.is_fixed = self.is_fixed or tag == "pre"

    def handle_endtag(self, tag: str) -> None:
        """End what began."""
        if tag == "a" and self.address is not None:
            href, since = self.address
            if href and self.now[since:].strip() != href:
                self.now += f":\n{href}" if not self.now[:since].strip() else f" ({href})"
            self.address = None
        if tag in ("td", "th"):
            self.now += "   "
        if tag in BLOCKS:
            self._end_block()
        if tag in ("ul", "ol") and self.lists:
            self.lists.pop()
        self.quoted -= tag == "blockquote"
        self.is_fixed = self.is_fixed and tag != "pre"

    def handle_data(self, data: str) -> None:
        """Take text; outside of code, line ends of the HTML mean nothing."""
        self.now += data if self.is_fixed else " ".join(data.split("\n")) if data.strip() else ""

    def _mark(self) -> str:
        if not self.lists or self.lists[-1] is None:
            return "- "
        number = self.lists[-1]
        self.lists[-1] = number + 1
        return f"{number}. "

    def _end_block(self) -> None:
        lines = [
            line.strip() if not self.is_fixed else line.rstrip() for line in self.now.strip("\n").split("\n")
        ]
        self.now = ""
        if not any(lines):
            return
        indent = "  " * max(0, len(self.lists) - 1) + "> " * self.quoted
        rest = indent + " " * len(self.marker)
        text = "\n".join(
            (indent + self.marker if not place else rest) + line for place, line in enumerate(lines)
        )
        is_item, self.marker = bool(self.marker), ""
        if is_item and self.blocks and self._was_item:
            self.blocks[-1] += f"\n{text}"
        else:
            self.blocks.append(text)
        self._was_item = is_item

    _was_item = False

    def text(self) -> str:
        """Give all blocks, an empty line between them."""
        self._end_block()
        return "\n\n".join(self.blocks)
