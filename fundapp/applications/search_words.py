"""The small language in which the office looks for applications: words, quotes, keys, OR, minus, brackets."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from flask_babel import gettext as _

MOST_CHARACTERS = 500
MOST_WORDS = 40
MOST_DEPTH = 8

# What stands at one place of the text; the first that fits is taken.
QUOTED = r'"[^"]*"?'
PIECES = re.compile(
    rf"""
    (?P<space>\s+)
  | (?P<open>\()
  | (?P<close>\))
  | (?P<either>\|)
  | (?P<minus>-)(?=[^\s)])
  | (?P<key>[^\W\d_][\w-]*)(?P<sign>:<=|:>=|:<|:>|:=|<=|>=|:|=|<|>)(?P<value>(?:{QUOTED}|[^\s()"])*)
  | (?P<quote>{QUOTED})(?P<star>\*?)
  | (?P<word>[^\s()"|]+)
    """,
    re.VERBOSE,
)
EITHER, NEITHER, BOTH = frozenset({"OR", "OF"}), frozenset({"NOT", "NIET"}), frozenset({"AND", "EN"})


@dataclass(frozen=True)
class Fault:
    """What cannot be understood: the piece from start to stop, and why."""

    start: int
    stop: int
    message: str


@dataclass(frozen=True)
class Word:
    """One thing asked. key: empty for words to be found in the text. sign: =, <, <=, > or >=.

    values: the alternatives given between commas; is_quoted: exactly as written, no key and no operator.
    """

    key: str
    sign: str
    values: tuple[str, ...]
    start: int
    stop: int
    is_start: bool = False


@dataclass(frozen=True)
class Not:
    """All but this."""

    part: "Part"
    start: int
    stop: int


@dataclass(frozen=True)
class Group:
    """Several parts, of which all (or any) must hold."""

    is_any: bool
    parts: tuple["Part", ...]
    start: int
    stop: int


Part = Word | Not | Group


@dataclass
class Asked:
    """A text that was read. parts: what must hold all together, in the order written."""

    text: str
    parts: tuple[Part, ...] = ()
    faults: list[Fault] = field(default_factory=list)

    def words(self) -> list[Word]:
        """List the words that stand by themselves, not under a minus or in brackets."""
        return [part for part in self.parts if isinstance(part, Word)]

    def without(self, *parts: Part | Fault) -> str:
        """Write the text again without some of its parts."""
        kept = self.text
        for part in sorted(parts, key=lambda one: -one.start):
            kept = f"{kept[: part.start].rstrip()} {kept[part.stop :].lstrip()}"
        return kept.strip()


def read(text: str) -> Asked:
    """Read what somebody looks for. Never raises: what is wrong stands in faults, with its place."""
    shown = "".join(letter if letter.isprintable() else " " for letter in text[: 4 * MOST_CHARACTERS])
    tidy = " ".join(shown.split())[:MOST_CHARACTERS]
    asked = Asked(tidy)
    reader = _Reader(list(_pieces(tidy)), asked)
    if sum(piece.kind in ("word", "key", "quote") for piece in reader.pieces) > MOST_WORDS:
        asked.faults.append(Fault(0, len(tidy), _("That is more than %(most)d words.", most=MOST_WORDS)))
        return asked
    asked.parts = tuple(reader.whole())
    return asked


# --- pieces ------------------------------------------------------------------------


@dataclass(frozen=True)
class _Piece:
    kind: str
    text: str
    start: int
    stop: int
    key: str = ""
    sign: str = ""


def _pieces(text: str) -> Iterator[_Piece]:
    place = 0
    while found := PIECES.match(text, place):
        kind = "key" if found["key"] else str(found.lastgroup if found.lastgroup != "star" else "quote")
        if found["key"] and found["value"].startswith("//"):  # an address is text to look for
            yield _Piece("word", found.group(), found.start(), found.end())
        elif found["key"]:
            sign = found["sign"].lstrip(":") or "="
            yield _Piece(kind, found["value"], found.start(), found.end(), found["key"], sign)
        elif kind == "word" and any(letter.isalnum() for letter in found.group()):  # not a dash by itself
            yield _Piece(_operator(found.group()), found.group(), found.start(), found.end())
        elif kind not in ("space", "word"):
            yield _Piece(kind, found.group(), found.start(), found.end())
        place = found.end()


def _operator(word: str) -> str:
    for kind, words in (("either", EITHER), ("minus", NEITHER), ("both", BOTH)):
        if word in words:
            return kind
    return "word"


# --- reading -----------------------------------------------------------------------


class _Reader:
    """Goes through the pieces once, from left to right."""

    def __init__(self, pieces: list[_Piece], asked: Asked) -> None:
        self.pieces, self.asked, self.at = pieces, asked, 0

    def _next(self) -> _Piece | None:
        return self.pieces[self.at] if self.at < len(self.pieces) else None

    def _fault(self, piece: _Piece, message: str) -> None:
        self.asked.faults.append(Fault(piece.start, piece.stop, message))

    def whole(self) -> Iterator[Part]:
        """Give the parts that must all hold."""
        found = self._either(0)
        while piece := self._next():  # a bracket that nothing opened
            self._fault(piece, _("This bracket closes nothing."))
            self.at += 1
            rest = self._either(0)
            found = _group(False, [part for part in (found, rest) if part])
        if isinstance(found, Group) and not found.is_any:
            yield from found.parts
        elif found:
            yield found

    def _either(self, depth: int) -> Part | None:
        sides: list[Part] = []
        while True:
            side, piece = self._all(depth), self._next()
            if side is not None:
                sides.append(side)
            if piece is None or piece.kind != "either":
                return _group(True, sides)
            self.at += 1
            if side is None or self._ends():
                self._fault(piece, _("There must be something on both sides of %(word)s.", word=piece.text))

    def _ends(self) -> bool:
        piece = self._next()
        return piece is None or piece.kind in ("close", "either")

    def _all(self, depth: int) -> Part | None:
        parts: list[Part] = []
        while (piece := self._next()) and piece.kind not in ("close", "either"):
            self.at += 1
            if piece.kind != "both" and (part := self._one(piece, depth)):
                parts.append(part)
        return _group(False, parts)

    def _one(self, piece: _Piece, depth: int) -> Part | None:
        if depth >= MOST_DEPTH:
            self._fault(piece, _("Too many brackets inside each other."))
            return None
        if piece.kind == "minus":
            return self._negated(piece, depth)
        if piece.kind == "open":
            return self._bracket(piece, depth)
        return self._word(piece)

    def _negated(self, minus: _Piece, depth: int) -> Part | None:
        piece = self._next()
        if piece is None or piece.kind in ("close", "either", "both"):
            self._fault(minus, _("Nothing follows here that could be left out."))
            return None
        self.at += 1
        part = self._one(piece, depth + 1)
        return Not(part, minus.start, part.stop) if part else None

    def _bracket(self, opening: _Piece, depth: int) -> Part | None:
        inner, closing = self._either(depth + 1), self._next()
        if closing is None or closing.kind != "close":
            self._fault(opening, _("This bracket is not closed."))
            return inner
        self.at += 1
        if inner is None:
            self.asked.faults.append(
                Fault(opening.start, closing.stop, _("There is nothing between these brackets."))
            )
            return None
        parts = inner.parts if isinstance(inner, Group) else (inner,)
        return Group(isinstance(inner, Group) and inner.is_any, parts, opening.start, closing.stop)

    def _word(self, piece: _Piece) -> Part | None:
        values = tuple(_values(piece)) if piece.kind == "key" else (piece.text.strip('"*'),)
        if piece.text.replace("*", "").count('"') % 2:
            self._fault(piece, _("This quotation mark is not closed."))
            return None
        if piece.kind == "key" and not any(values):
            self._fault(piece, _("Nothing stands behind %(key)s.", key=f"{piece.key}:"))
            return None
        is_start = piece.kind != "key" and piece.text.endswith("*")
        return Word(piece.key, piece.sign, values, piece.start, piece.stop, is_start)


def _values(piece: _Piece) -> Iterator[str]:
    for value in re.findall(rf"(?:{QUOTED}|[^,\"])+", piece.text):
        if tidy := value.replace('"', "").strip():
            yield tidy


def _group(is_any: bool, parts: list[Part]) -> Part | None:
    if len(parts) < 2:
        return parts[0] if parts else None
    return Group(is_any, tuple(parts), parts[0].start, parts[-1].stop)
