"""The letters that banks pass on: a to z, A to Z, digits, space and / - ? : ( ) . , ' +

Source: EPC, SEPA requirements for an extended character set; every bank takes the basic one.
"""

import re

from text_unidecode import unidecode  # type: ignore[import-untyped]  # ships no types

from fundapp.core.legible import legible

OWN_WAY = str.maketrans(
    {"&": "+", "@": "(at)", "_": "-", '"': "'", "`": "'", ";": ",", "*": ".", "=": "-", "€": "EUR"}
)
NOT_PASSED_ON = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]+")


def for_bank(text: str, longest: int) -> str:
    """Write a text in the letters that banks pass on, cut to a length; empty when nothing is left.

    Other scripts are transliterated, emoji and control characters dropped. No double slash, and
    none at either end, where banks read it as the sign of a code word.
    """
    latin = unidecode(legible(text).translate(OWN_WAY)).translate(OWN_WAY)
    plain = " ".join(NOT_PASSED_ON.sub("", " ".join(latin.split())).split())
    single = re.sub(r"/(?:\s*/)+", "/", plain)
    return single[:longest].strip(" /")
