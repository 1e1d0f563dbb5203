"""The flower on a cover: one petal an application, filled where it was funded."""

from markupsafe import Markup

from fundapp.core.charts.pen import PAPER, Sheet, n

MOST = 72
"""With more applications each petal stands for several."""


def rosette(total: int, funded: int, title: str, desc: str, *, size: float = 620) -> Markup:
    """Draw a petal for each application, at most MOST; the funded ones are filled and spread evenly."""
    sheet = Sheet(size, size, title, desc)
    petals = min(total, MOST)
    kept = _kept(total, funded, petals)
    solid = {round(i * petals / kept) for i in range(kept)}
    for i in range(petals):
        strong = i in solid
        look = (
            f'fill="{PAPER if strong else "none"}" fill-opacity="0.16" stroke="{PAPER}" '
            f'stroke-opacity="{0.75 if strong else 0.34}" stroke-width="{0.9 if strong else 0.6}"'
        )
        centre, turn = size / 2, n(360 * i / petals)
        sheet.add(
            f'<ellipse cx="{n(centre)}" cy="{n(centre - size * 0.27)}" rx="{n(size * 0.075)}" '
            f'ry="{n(size * 0.215)}" transform="rotate({turn} {n(centre)} {n(centre)})" {look}/>'
        )
    return sheet.svg()


def _kept(total: int, funded: int, petals: int) -> int:
    """Give how many petals are filled."""
    return min(petals, round(funded * petals / total)) if total else 0
