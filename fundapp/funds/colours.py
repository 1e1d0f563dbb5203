"""Whether a fund's colour can carry white text. Source: WCAG 2.2, contrast ratio and relative luminance."""

import re

HEX = re.compile(r"#[0-9a-f]{6}")
LEAST = 4.5
"""The lowest contrast of text with its ground that WCAG level AA takes."""


def luminance(colour: str) -> float:
    """Give the relative luminance of #rrggbb, 0 (black) to 1 (white)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(part * weight for part, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))


def contrast(one: str, other: str) -> float:
    """Give the contrast of two colours, 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def carries_white(colour: str) -> bool:
    """Tell whether white text on this colour is readable."""
    return contrast(colour, "#ffffff") >= LEAST
