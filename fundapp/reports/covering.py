"""Finding what tells who somebody is in running text, and taking it out: names, addresses, numbers."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from fundapp.core.legible import legible
from fundapp.reports.models import Ground

PARTICLES = frozenset(
    ("van", "von", "den", "der", "het", "the", "and", "ten", "ter", "zur", "dos", "das", "del", "ibn", "bin")
)
"""Parts of names that are words of their own; alone they are not covered."""
HIDDEN = re.compile("[\u00ad\u200b\ufe00-\ufe0f]")
"""Signs that break a word without being seen."""

ALIKE = {
    **dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-"),
    **dict.fromkeys(map(ord, "\u2018\u2019\u02bc\u00b4`"), "'"),
    **{ord(sign): plain for sign, plain in zip("øØłŁđĐıħĦðÐ", "oOlLdDihHdD", strict=True)},
}
"""Signs that are written for one another, each by one sign."""
SPELLINGS = {"ß": ("ß", "ss"), "ss": ("ss", "ß"), "æ": ("æ", "ae"), "œ": ("œ", "oe"), "ij": ("ij", "y")}
LONGER = {"ae": ("ae", "æ", "a"), "oe": ("oe", "œ", "o"), "ue": ("ue", "u")}
"""Only in longer words: in a short one it would cover other words."""
LONG_WORD = 5
TWO_WAYS = re.compile("|".join([*SPELLINGS, *LONGER]), re.IGNORECASE)
UMLAUTS = {ord(sign): f"{sign}\ue000" for sign in "äöüÄÖÜ"}
"""A mark after each, for the e that may be written there."""
BREAK = re.compile(r"(?<=[^\W\d_])-[ \t\u00a0]*\n[ \t\u00a0]*(?=[^\W\d_])")
"""A word broken off at the end of a line."""

EMAIL = re.compile(r"[\w.+%-]+\s?(?:@|\[at\]|\(at\))\s?[\w-]+(?:\.[\w-]+)+")
HANDLE = re.compile(r"(?<![\w@/.])@[A-Za-z0-9_]{3,}")
PHONE = re.compile(
    r"(?<![\w+-])(?:(?:\+|00)[ \u00a0]?[1-9](?:[ \u00a0().\-/]{0,2}\d){7,14}"
    r"|0[1-9](?:[ \u00a0.\-]?\d){8}|\(0[1-9]\d{0,2}\)(?:[ \u00a0.\-]?\d){6,8})(?!\w)"
)
IBAN = re.compile(
    r"(?<!\w)[A-Za-z]{2}\d{2}(?:[ \u00a0.-]?[A-Za-z0-9]{4}){2,7}(?:[ \u00a0.-]?[A-Za-z0-9]{1,4})?(?!\w)"
)
POSTCODE = re.compile(r"(?<!\w)[1-9]\d{3}[ \u00a0]?[A-Z]{2}(?!\w)")
STREET = re.compile(
    r"(?<!\w)(?:[A-Z][\w.'’-]*\s){0,3}[A-Z]?[\w.'’-]*"
    r"(?:straat|laan|weg|plein|gracht|kade|singel|steeg|hof|dijk|pad|street|avenue|road|lane)"
    r"\s\d{1,5}(?:\s?[a-zA-Z])?(?!\w)"
)
ORCID = re.compile(r"(?<!\d)\d{4}-\d{4}-\d{4}-\d{3}[\dX](?!\d)")
NINE = re.compile(r"(?<![\w.,-])\d{9}(?![\w,-])")
LEAST_DIGITS = 8


class Term(NamedTuple):
    """A text to cover wherever it stands. is_name: also its parts, turned around, run together."""

    text: str
    ground: str
    is_name: bool = False


class Span(NamedTuple):
    """A passage to cover, by places in the text, and the article it is covered under."""

    start: int
    stop: int
    ground: str


class Piece(NamedTuple):
    """A stretch of a text: as it is (ground empty), or what stands in the place of what was taken out."""

    text: str
    ground: str


def settled(text: object) -> str:
    """Bring a text into the shape in which it is looked through and printed; its places count from here.

    Joined letters (\ufb01), wide ones and those for formulas become plain letters.
    """
    plain = unicodedata.normalize("NFC", str(text).replace("\r\n", "\n").replace("\r", "\n"))
    readable = HIDDEN.sub("", legible(plain))
    return readable if readable.isascii() else "".join(map(_plain_letter, readable))


def _plain_letter(sign: str) -> str:
    shape = unicodedata.decomposition(sign)
    if not shape.startswith(("<compat>", "<wide>", "<font>")) or not unicodedata.category(sign).startswith(
        "L"
    ):
        return sign
    return unicodedata.normalize("NFKC", sign)


def spans(text: str, terms: Sequence[Term], *, opens: Iterable[str] = ()) -> list[Span]:
    """Find every passage of a settled text to cover, in order, without overlaps.

    opens: texts that stay readable although a machine would cover them.
    """
    flat = _flat(text)
    found = [*_known(flat, tuple(terms)), *_broken(flat, tuple(terms)), *_shapes(flat)]
    kept = [one for wish in opens for one in places(text, wish)]
    return joined(one for one in found if not any(a <= one.start and one.stop <= b for a, b in kept))


def joined(found: Iterable[Span]) -> list[Span]:
    """Put passages in order and make one of those that touch; the first ground stays."""
    whole: list[Span] = []
    for one in sorted(found, key=lambda span: (span.start, -span.stop)):
        if whole and one.start < whole[-1].stop:
            last = whole[-1]
            whole[-1] = Span(last.start, max(last.stop, one.stop), last.ground)
        else:
            whole.append(one)
    return whole


def pieces(text: str, found: Iterable[Span]) -> list[Piece]:
    """Cut a text at its covered passages; what was covered is gone, only its ground is left."""
    cut, place = [], 0
    for start, stop, ground in found:
        if text[place:start]:
            cut.append(Piece(text[place:start], ""))
        cut.append(Piece("", ground))
        place = stop
    return [*cut, *([Piece(text[place:], "")] if text[place:] else [])]


def plain(cut: Iterable[Piece]) -> str:
    """Write pieces as one text; what is covered stands as its article in square brackets."""
    return "".join(f"[{one.ground}]" if one.ground else one.text for one in cut)


def _flat(text: str) -> str:
    """Take accents off, sign by sign, so that every place stays what it was; dashes and quotes become one."""
    if text.isascii():
        return text
    return "".join(unicodedata.normalize("NFD", sign)[0] for sign in text.translate(ALIKE))


def places(text: str, wanted: str) -> Iterator[tuple[int, int]]:
    """Give (start, stop) of each place where a text stands, whatever its case, accents and white space."""
    pattern = r"[\s\u00a0]+".join(map(_spelled, _words(wanted)))
    if not pattern:
        return
    flat = _flat(text)
    found = {hit.span() for hit in re.finditer(pattern, flat, re.IGNORECASE)}
    whole, origin = _rejoined(flat)
    if origin:
        again = (hit.span() for hit in re.finditer(pattern, whole, re.IGNORECASE))
        found |= {(origin[start], origin[stop - 1] + 1) for start, stop in again}
    yield from sorted(found)


def _rejoined(flat: str) -> tuple[str, list[int]]:
    """Undo words broken off at the end of a line; gives too where each sign stood, nothing if none was."""
    breaks = [hit.span() for hit in BREAK.finditer(flat)]
    if not breaks:
        return flat, []
    kept: list[int] = []
    at = 0
    for start, stop in breaks:
        kept += range(at, start)
        at = stop
    kept += range(at, len(flat))
    return "".join(flat[place] for place in kept), kept


def _words(text: str) -> list[str]:
    return _flat(settled(text).translate(UMLAUTS)).split()


def _spelled(word: str) -> str:
    """Write a flat word as a pattern that takes its other spellings too: ß and ss, æ and ae, ü and ue."""
    known = {**SPELLINGS, **(LONGER if len(word) >= LONG_WORD else {})}

    def both(hit: re.Match[str]) -> str:
        ways = known.get(hit[0].lower(), (hit[0],))
        cased = str.upper if hit[0].isupper() else str.capitalize if hit[0][0].isupper() else str
        return f"(?:{'|'.join(cased(way) for way in ways)})"

    return TWO_WAYS.sub(both, re.escape(word)).replace("\ue000", "e?")


# --- what is known ---------------------------------------------------------------


def _broken(flat: str, terms: tuple[Term, ...]) -> Iterator[Span]:
    """Find what is known where a word is broken off at the end of a line."""
    whole, origin = _rejoined(flat)
    if origin:
        for start, stop, ground in _known(whole, terms):
            yield Span(origin[start], origin[stop - 1] + 1, ground)


def _known(flat: str, terms: tuple[Term, ...]) -> Iterator[Span]:
    for ground, patterns in _patterns(terms):
        for pattern in patterns:
            yield from (Span(*hit.span(), ground) for hit in pattern.finditer(flat))


@lru_cache(maxsize=64)
def _patterns(terms: tuple[Term, ...]) -> tuple[tuple[str, tuple[re.Pattern[str], ...]], ...]:
    """Give, by ground, one pattern that ignores case and one that does not."""
    by: dict[str, tuple[set[str], set[str]]] = {}
    for term in terms:
        loose, strict = by.setdefault(term.ground, (set(), set()))
        words = _words(term.text)
        if words:
            loose.add(r"[\s\u00a0]*".join(map(_spelled, words)))
            if term.is_name:
                _of_name(words, loose, strict)
    return tuple(
        (ground, tuple(_any(forms, flags) for forms, flags in ((loose, re.IGNORECASE), (strict, 0)) if forms))
        for ground, (loose, strict) in by.items()
    )


def _of_name(words: list[str], loose: set[str], strict: set[str]) -> None:
    """Add the other ways of writing a name: run together, turned around, initials, its parts."""
    gap = r"[\s\u00a0.,_-]*"
    escaped = [_spelled(word) for word in words]
    if len(words) > 1:
        loose.add(gap.join(escaped))
        loose.add(gap.join([*escaped[1:], escaped[0]]))
        loose.add(rf"{re.escape(words[0][0])}\.?{gap}{gap.join(escaped[1:])}")
    for part in {part for word in words for part in (word, *word.split("-"))}:
        if len(part.strip(".")) < 2 or part.lower() in PARTICLES:
            continue
        strict.update({_spelled(part[:1].upper() + part[1:]), _spelled(part.upper())})
    if len(words[-1]) >= 5 and len(words) > 1:
        loose.add(escaped[-1])


def _any(forms: set[str], flags: int) -> re.Pattern[str]:
    longest = sorted(forms, key=lambda form: (-len(form), form))
    return re.compile(rf"(?<![^\W\d_])(?:{'|'.join(longest)})(?![^\W\d_])", flags)


# --- what is told by its shape ---------------------------------------------------


def _shapes(flat: str) -> Iterator[Span]:
    privacy = Ground.PRIVACY.value
    for pattern in (EMAIL, HANDLE, PHONE, POSTCODE, STREET, ORCID):
        yield from (Span(*hit.span(), privacy) for hit in pattern.finditer(flat))
    for hit in IBAN.finditer(flat):
        if sum(sign.isdigit() for sign in hit[0]) >= LEAST_DIGITS and not hit[0].upper().startswith("RF"):
            yield Span(*hit.span(), privacy)
    for hit in NINE.finditer(flat):
        if _is_citizen(hit[0]):
            yield Span(*hit.span(), Ground.NUMBERS.value)


def _is_citizen(digits: str) -> bool:
    """Tell whether nine digits pass the proof of eleven of a Dutch citizen's number."""
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(int(one) * weight for one, weight in zip(digits, weights, strict=True)) % 11 == 0
