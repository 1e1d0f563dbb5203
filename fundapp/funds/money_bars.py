"""The bar of money in parts, with its legend and table: one way of drawing it for all pages."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from fundapp.core import money
from fundapp.core.charts.screen import MONEY, budget_bar, swatch


@dataclass(frozen=True)
class MoneyBar:
    """A drawn bar. parts: (swatch, cents, words) in their order; they add up to whole."""

    title: str
    currency: str
    whole: int
    bar: Markup
    parts: list[tuple[Markup, int, str]]


def draw(
    parts: Sequence[tuple[str, int, str]], title: str, *, currency: str, language: str, uid: str
) -> MoneyBar:
    """Draw parts (kind, cents, words), kinds of core.charts.screen.MONEY; what is below zero is not drawn.

    uid: an id of its own on the page.
    """
    told = "; ".join(f"{money.show(cents, currency, language)} {words}" for _kind, cents, words in parts)
    looks = [MONEY[kind] for kind, _cents, _words in parts]
    bar = budget_bar([max(cents, 0) for _kind, cents, _words in parts], title, told, uid=uid, places=looks)
    legend = [
        (swatch(look, uid=uid), cents, words)
        for look, (_kind, cents, words) in zip(looks, parts, strict=True)
    ]
    return MoneyBar(title, currency, sum(cents for _kind, cents, _words in parts), bar, legend)
