"""The colours of the stylesheet: readable in light and dark, whatever colour a fund brings."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

STYLES = Path(__file__).resolve().parents[2] / "fundapp" / "static" / "fundapp.css"
# The house's own blue, and colours a fund may really have, the awkward ones first.
BRANDS = ["#1d4f91", "#ffee00", "#000000", "#ffffff", "#ff6a00", "#00a651", "#e6007e", "#98cb3b"]
GROUNDS = ["paper", "sunk", "field"]
TEXTS = ["ink", "ink2", "ink3", "accent", "accent-deep", "ok", "warn", "bad"]
ON_THEIR_OWN = [
    ("ink", "mark"),
    ("ink", "tint"),
    ("ink2", "tint"),
    ("accent", "tint"),
    ("on-accent", "accent"),
    ("on-accent", "accent-deep"),
    ("ok", "ok-t"),
    ("warn", "warn-t"),
    ("bad", "bad-t"),
    ("ink", "ok-t"),
    ("ink", "warn-t"),
    ("ink", "bad-t"),
    ("paper", "bad"),
    ("paper", "ink"),
]
# A canvas turns oklch() and color-mix() into the sRGB bytes that reach the screen.
READ = """names => {
    const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
    const probe = document.body.appendChild(document.createElement('i'));
    return Object.fromEntries(names.map(name => {
        probe.style.color = `var(--${name})`;
        canvas.fillStyle = getComputedStyle(probe).color;
        canvas.fillRect(0, 0, 1, 1);
        return [name, [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3)];
    }));
}"""


def luminance(colour: list[int]) -> float:
    """Give the relative luminance of an sRGB colour, 0 to 1. Source: WCAG 2.2."""
    parts = [byte / 255 for byte in colour]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(part * weight for part, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))


def contrast(one: list[int], other: list[int]) -> float:
    """Give the contrast of two colours, 1 to 21. Source: WCAG 2.2."""
    lighter, darker = sorted([luminance(one), luminance(other)], reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.fixture(scope="module", params=["light", "dark"])
def colours(chromium: Browser, request: pytest.FixtureRequest):
    """Give a function from a brand colour to the tokens as they appear on the screen."""
    page = chromium.new_page(color_scheme=request.param)
    page.set_content(f"<!doctype html><title>Tokens</title><style>{STYLES.read_text('utf-8')}</style><body>")
    names = sorted({*GROUNDS, *TEXTS, "edge", *(name for pair in ON_THEIR_OWN for name in pair)})

    def read(brand: str) -> dict[str, list[int]]:
        page.evaluate("brand => document.documentElement.style.setProperty('--brand', brand)", brand)
        return page.evaluate(READ, names)

    yield read
    page.close()


@pytest.mark.parametrize("brand", BRANDS)
def test_text_is_readable_on_every_ground(colours, brand):
    seen = colours(brand)

    pairs = [(text, ground) for text in TEXTS for ground in GROUNDS] + ON_THEIR_OWN

    faint = {pair: round(contrast(seen[pair[0]], seen[pair[1]]), 2) for pair in pairs}
    assert {pair: found for pair, found in faint.items() if found < 4.5} == {}


@pytest.mark.parametrize("ground", GROUNDS)
def test_edges_of_controls_stand_out(colours, ground):
    seen = colours(BRANDS[0])

    assert contrast(seen["edge"], seen[ground]) >= 3
