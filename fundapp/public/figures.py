"""The money, as the public sees it: one bar and its legend, straight from the ledger."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from fundapp.core import money
from fundapp.funds.ledger import Figures
from fundapp.funds.models import Fund
from fundapp.funds.money_bars import MoneyBar, draw


@dataclass(frozen=True)
class Purse:
    """The money of one fund: what it received and where that is now; parts add up to the whole."""

    fund: Fund
    figures: Figures
    bar: MoneyBar


def purse(fund: Fund, figures: Figures, language: str) -> Purse:
    """Draw one fund's money. Parts: paid, promised, set apart for rounds, free."""
    parts = [
        ("paid", figures.paid, _("paid, after the work was published")),
        ("promised", figures.promised, _("promised, paid when work is published")),
        ("reserved", figures.reserved, _("set apart for rounds")),
        ("free", figures.free, _("not yet set apart")),
    ]
    title = _("What happened to %(sum)s", sum=money.show(figures.kept, fund.currency, language))
    bar = draw(parts, title, currency=fund.currency, language=language, uid=f"purse-{fund.id}")
    return Purse(fund, figures, bar)


def purses(funds: list[Fund], figures: dict[int, Figures], language: str) -> list[Purse]:
    """Draw the money of every fund that received any."""
    return [purse(fund, figures[fund.id], language) for fund in funds if figures[fund.id].received]


def days_left(seconds: Any) -> tuple[int, str]:
    """Give the number and the word of a countdown: days, then hours, then minutes."""
    left = max(int(seconds), 0)
    if left >= 2 * 86_400:
        return left // 86_400, _("days")
    if left >= 2 * 3600:
        return left // 3600, _("hours")
    return left // 60, _("minutes")
