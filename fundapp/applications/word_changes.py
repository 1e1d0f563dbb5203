"""What changed between two texts, word by word, for a person to read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Literal

State = Literal["kept", "removed", "added"]

WORDS = re.compile(r"\s+|\w+|[^\w\s]")
SENTENCES = re.compile(r"\s+|\S.*?(?:[.!?](?=\s)|(?=\n)|\Z)", re.DOTALL)
EXACT_WORK, MOST_WORK = 1_000_000, 60_000_000
"""Comparisons (old times new) made exactly, and made at all: above it whole passages stand for words."""
LONG, CONTEXT = 700, 240
"""Unchanged text longer than LONG is shown with CONTEXT characters at each end."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text. is_folded: unchanged, and too long to be read again."""

    state: State
    text: str
    is_folded: bool = False


def pieces(old: str, new: str) -> list[Piece]:
    """List what was kept, removed and added, in the order of reading.

    Kept and added together are the new text, kept and removed the old one. First sentences are
    compared and then, inside changed passages, words: so that 100,000 characters stay quick.
    """
    before, after = SENTENCES.findall(_plain(old)), SENTENCES.findall(_plain(new))
    found: list[Piece] = []
    for tag, a, b in _blocks(before, after):
        if tag == "replace":
            found += _words("".join(a), "".join(b))
        else:
            found += _stretch(tag, "".join(a), "".join(b))
    return _tidy(found)


def folded(found: list[Piece]) -> list[Piece]:
    """Cut long unchanged stretches in three, the middle one marked as folded."""
    cut: list[Piece] = []
    for place, piece in enumerate(found):
        if piece.state != "kept" or len(piece.text) <= LONG:
            cut.append(piece)
            continue
        head = 0 if place == 0 else _at_space(piece.text, CONTEXT)
        tail = len(piece.text) if place == len(found) - 1 else _at_space(piece.text, -CONTEXT)
        parts = (piece.text[:head], piece.text[head:tail], piece.text[tail:])
        cut += [replace(piece, text=text, is_folded=number == 1) for number, text in enumerate(parts) if text]
    return cut


def _at_space(text: str, at: int) -> int:
    """Give the place of the space that is nearest beyond `at`, counted from the end when negative."""
    if at < 0:
        found = text.find(" ", len(text) + at)
        return found + 1 if found >= 0 else len(text) + at
    found = text.rfind(" ", 0, at)
    return found + 1 if found > 0 else at


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _blocks(before: list[str], after: list[str]) -> Iterator[tuple[str, list[str], list[str]]]:
    """Give (tag, old part, new part) for each stretch, as difflib names them."""
    head = _alike(before, after)
    tail = _alike(before[head:][::-1], after[head:][::-1])
    a, b = before[head : len(before) - tail], after[head : len(after) - tail]
    yield "equal", before[:head], after[:head]
    if len(a) * len(b) > MOST_WORK:
        yield "replace", a, b
    else:
        matcher = SequenceMatcher(None, a, b, autojunk=len(a) * len(b) > EXACT_WORK)
        for tag, start, stop, from_, to in matcher.get_opcodes():
            yield tag, a[start:stop], b[from_:to]
    yield "equal", before[len(before) - tail :], after[len(after) - tail :]


def _alike(before: list[str], after: list[str]) -> int:
    """Count how many tokens two lists begin with in common."""
    shorter = min(len(before), len(after))
    return next((place for place in range(shorter) if before[place] != after[place]), shorter)


def _words(old: str, new: str) -> Iterator[Piece]:
    for tag, a, b in _blocks(WORDS.findall(old), WORDS.findall(new)):
        yield from _stretch(tag, "".join(a), "".join(b))


def _stretch(tag: str, old: str, new: str) -> Iterator[Piece]:
    if tag == "equal":
        yield from [Piece("kept", old)] if old else []
        return
    if old:
        yield Piece("removed", old)
    if new:
        yield Piece("added", new)


def _tidy(found: list[Piece]) -> list[Piece]:
    """Join what belongs together: a lone space between two changes is part of one change."""
    tidy: list[Piece] = []
    removed = added = ""
    for place, piece in enumerate(found):
        is_last = place == len(found) - 1
        if piece.state == "kept" and not (piece.text.isspace() and (removed or added) and not is_last):
            tidy += _stretch("replace", removed, added)
            removed = added = ""
            tidy.append(piece)
            continue
        removed += piece.text if piece.state != "added" else ""
        added += piece.text if piece.state != "removed" else ""
    tidy += _stretch("replace", removed, added)
    return _joined(tidy)


def _joined(found: list[Piece]) -> list[Piece]:
    """Make one piece of neighbours that are the same; a change that only moved a space back is none."""
    joined: list[Piece] = []
    for piece in found:
        if joined and joined[-1].state == piece.state:
            joined[-1] = replace(piece, text=joined[-1].text + piece.text)
        else:
            joined.append(piece)
    return joined
