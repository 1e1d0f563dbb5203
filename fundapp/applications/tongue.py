"""In which language a proposal seems to be written: counted from small words, never asked."""

import re

_SMALL_WORDS = {
    "nl": "de het een en van is dat wij niet voor met zijn worden deze wordt ook door onze bij aan",
    "en": "the and of is that we not for with are this which will our by to a in it be",
    "de": "der die das und ist nicht mit für wir werden eine einer auch durch unsere bei dem den zu",
    "fr": "le la les et est que nous pas pour avec sont cette qui une des par dans au sur",
    "es": "el los las y es que no para con son esta una por del nuestro en se al como más",
    "it": "il gli e è che non per con sono questa una del nostro di da si nel alla più come",
}

SMALL_WORDS: dict[str, frozenset[str]] = {key: frozenset(text.split()) for key, text in _SMALL_WORDS.items()}
ENOUGH = 12
"""Fewer small words than this say nothing."""
CLEAR = 1.3
"""How much more often than the next language the first must show."""
READ = 20_000
"""How much of a text is looked at."""


def tongue_of(text: str) -> str | None:
    """Give the code of the language a text seems to be in (nl, en, de, fr, es, it); None when in doubt."""
    words = re.findall(r"[^\W\d_]+", text[:READ].casefold())
    counts = sorted(
        ((sum(word in small for word in words), key) for key, small in SMALL_WORDS.items()), reverse=True
    )
    (most, first), (next_most, _second) = counts[0], counts[1]
    return first if most >= ENOUGH and most >= CLEAR * next_most else None
