"""Telling how much text two proposals share, without reading each with each.

Shingles of four words; MinHash with one permutation and densified bins (Broder 1997; Shrivastava and
Li 2014), cut in bands so that a database finds what is alike by equality.
"""

import re
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Any

WORDS = 4
BINS = 64
ROWS = 2
"""Bins in one band: two texts that share a third of their shingles meet in a band with 98 %."""
FEW = 20
"""A text with fewer shingles than this says too little to be compared."""
SHORTEST = 40
"""Answers of fewer characters (names, numbers, links) are no text."""
WORD = re.compile(r"\w+")


def texts(answers: Mapping[str, Any]) -> Iterable[str]:
    """Give the running text among the answers of a version, tables included."""
    for value in answers.values():
        if isinstance(value, str) and len(value) >= SHORTEST:
            yield value
        elif isinstance(value, list):
            for row in value:
                if isinstance(row, Mapping):
                    yield from texts(row)


def shingles(answers: Mapping[str, Any]) -> set[int]:
    """Give the shingles of all running text, as numbers of 64 bits."""
    found: set[int] = set()
    for text in texts(answers):
        words = WORD.findall(text.casefold())
        for start in range(max(len(words) - WORDS + 1, 0)):
            run = " ".join(words[start : start + WORDS])
            found.add(int.from_bytes(blake2b(run.encode(), digest_size=8).digest()))
    return found


def bands(found: set[int]) -> list[str]:
    """Give the bands of a set of shingles; texts that share one may be alike. Empty for too little text."""
    if len(found) < FEW:
        return []
    bins: list[int | None] = [None] * BINS
    for shingle in found:
        place, value = shingle % BINS, shingle // BINS
        lowest = bins[place]
        if lowest is None or value < lowest:
            bins[place] = value
    whole = _filled(bins)
    cut = [whole[start : start + ROWS] for start in range(0, BINS, ROWS)]
    return [f"{number}:{_short(band)}" for number, band in enumerate(cut)]


def _filled(bins: list[int | None]) -> list[int]:
    """Fill each empty bin from the next one that is not, so that short texts compare too."""
    filled = []
    for place in range(BINS):
        step = next(step for step in range(BINS) if bins[(place + step) % BINS] is not None)
        filled.append((bins[(place + step) % BINS] or 0) + step)
    return filled


def _short(band: list[int]) -> str:
    return blake2b(":".join(map(str, band)).encode(), digest_size=6).hexdigest()


def shared_ppm(one: set[int], other: set[int]) -> int:
    """Give how much of the shorter text stands in the other as well, in millionths; 0 for too little."""
    fewest = min(len(one), len(other))
    return len(one & other) * 1_000_000 // fewest if fewest >= FEW else 0
