"""Which characters the fonts of this machine can set; a PDF may not hold one that none of them has.

Fontconfig is asked directly: it is what the PDF engine chooses fonts with.
"""

import ctypes
import re
from collections.abc import Iterable
from functools import cache

MISSING = "\u25a1"
"""A white square stands where a character cannot be shown; install a font that has it (fonts-noto-cjk)."""

# Latin, Greek, Cyrillic and the usual signs are in the fonts we bring; only what lies outside is looked up.
_RARE = re.compile("[^\x00-\u024f\u0370-\u03ff\u0400-\u045f\u2010-\u2027\u2030-\u203a\u20ac\u2190-\u2193]")
# Joiners and variation selectors change their neighbour and have no glyph of their own.
_UNSEEN = re.compile("[\u200c\u200d\ufe00-\ufe0f\U000e0100-\U000e01ef]")


class _FontSet(ctypes.Structure):
    _fields_ = (
        ("count", ctypes.c_int),
        ("room", ctypes.c_int),
        ("fonts", ctypes.POINTER(ctypes.c_void_p)),
    )


def settable(text: str) -> str:
    """Put a white square for each character that no font here has, and drop loose variation selectors."""
    rare = {letter for letter in _RARE.findall(text) if not _UNSEEN.match(letter)}
    missing = {letter for letter in rare if not _is_covered(ord(letter))}
    lost = re.compile("|".join([re.escape(letter) for letter in sorted(missing)] or ["(?!)"]))
    return lost.sub(MISSING, _UNSEEN.sub("", text) if missing else text)


@cache
def _is_covered(letter: int) -> bool:
    library, sets = _character_sets()
    return any(library.FcCharSetHasChar(ctypes.c_void_p(one), ctypes.c_uint32(letter)) for one in sets)


@cache
def _character_sets() -> tuple[ctypes.CDLL, tuple[int, ...]]:
    """Give fontconfig, and the character set of every installed font. Raises OSError without fontconfig."""
    library = ctypes.CDLL("libfontconfig.so.1")
    library.FcConfigGetFonts.restype = ctypes.POINTER(_FontSet)
    library.FcConfigGetFonts.argtypes = (ctypes.c_void_p, ctypes.c_int)
    library.FcInitLoadConfigAndFonts.restype = ctypes.c_void_p
    found = library.FcConfigGetFonts(library.FcInitLoadConfigAndFonts(), 0).contents
    return library, tuple(_sets(library, (found.fonts[i] for i in range(found.count))))


def _sets(library: ctypes.CDLL, patterns: Iterable[int | None]) -> Iterable[int]:
    for pattern in patterns:
        one = ctypes.c_void_p()
        ask = (ctypes.c_void_p(pattern), b"charset", 0, ctypes.byref(one))
        if library.FcPatternGetCharSet(*ask) == 0 and one.value:
            yield one.value
