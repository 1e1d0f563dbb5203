"""Text for spreadsheets: what they would run as a formula is made harmless."""

import re

RUNS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a spreadsheet takes for the beginning of a formula."""
_NEXT = re.compile(r"(;\s*)([=+@-])")


def harmless(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would run.

    Where the comma divides decimals, as in Dutch, spreadsheets divide cells at a semicolon, quoted or not:
    what would run as the beginning of the next cell gets an apostrophe, too.
    """
    if ";" in text:
        text = _NEXT.sub(r"\1'\2", text)
    return f"'{text}" if text.startswith(RUNS) else text
