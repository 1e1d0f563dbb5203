"""Texts in data: {en, nl} pairs, read in the reader's language."""

from collections.abc import Mapping
from typing import Any

LANGUAGES = ("en", "nl")


def pick(texts: Mapping[str, Any] | str | None, language: str) -> str:
    """Give the text in `language`, else in whatever language there is."""
    if isinstance(texts, str):
        return texts
    if not texts:
        return ""
    return str(texts.get(language) or next((text for text in texts.values() if text), ""))
