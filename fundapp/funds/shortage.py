"""Saying how much money is missing, and what keeps the rest from being used."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import get_locale
from flask_babel import gettext as _

from fundapp.core import money
from fundapp.core.refusals import Refusal
from fundapp.core.words import pick
from fundapp.funds.models import Fund


class NotEnough(Refusal):
    """The account has less on it than is asked for."""


@dataclass(frozen=True)
class Standing:
    """What stands on an account of one gift, in cents; theme: what the gift is earmarked for."""

    gift_id: int
    theme: str | None
    cents: int


def language() -> str:
    """Give the language of whoever reads."""
    return str(get_locale() or "en").split("_")[0]


def shown(cents: int, fund: Fund) -> str:
    """Write an amount as the reader writes it."""
    return money.show(cents, fund.currency, language())


def shortage(
    fund: Fund, asked_cents: int, standing: Sequence[Standing], fitting: Sequence[Standing] | None
) -> NotEnough:
    """Make the refusal: how much is asked, how much may be used, and what else is there for other themes."""
    usable = standing if fitting is None else fitting
    there = sum(one.cents for one in usable)
    told = _(
        "%(asked)s is needed for this and there is %(there)s.",
        asked=shown(asked_cents, fund),
        there=shown(there, fund),
    )
    barred = _barred(standing, usable)
    if not barred:
        return NotEnough(told)
    names = {theme["key"]: pick(theme, language()) for theme in fund.themes}
    parts = [
        _(
            "%(sum)s is earmarked for %(theme)s",
            sum=shown(cents, fund),
            theme=names.get(theme) or theme,
        )
        for theme, cents in sorted(barred.items())
    ]
    return NotEnough(
        told + " " + _("More is there but cannot be used here: %(parts)s.", parts="; ".join(parts))
    )


def _barred(standing: Sequence[Standing], usable: Sequence[Standing]) -> dict[str, int]:
    fits = {one.gift_id for one in usable}
    sums: dict[str, int] = {}
    for one in standing:
        if one.theme is not None and one.gift_id not in fits:
            sums[one.theme] = sums.get(one.theme, 0) + one.cents
    return sums
