"""Text that strangers wrote, made fit to be printed: nothing in it can hide, reverse or break a page."""

import re

# C0 and C1 controls, marks that reorder the text around them, and code points that are no characters.
_UNFIT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2060-\u206f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufff9-\uffff]"
)


def legible(text: str) -> str:
    """Drop what is not meant to be read: control characters, overrides of direction, lone surrogates.

    Hebrew, Arabic and emoji stay as they are; only the invisible orders are taken out.
    """
    return _UNFIT.sub("", text)
