"""What the simulator says: kinds and reasons in words, figures on the scale, rules as they are kept."""

from typing import Any

from babel.numbers import format_decimal
from flask_babel import LazyString, get_locale
from flask_babel import lazy_gettext as _l

from fundapp.decisions.simulator import Kind, Rules, Why

KINDS: dict[str, tuple[str, LazyString]] = {
    Kind.FUNDED.value: ("ok", _l("funded")),
    Kind.PARTIAL.value: ("ok", _l("part of it")),
    Kind.RESERVE.value: ("wait", _l("reserve list")),
    Kind.UNDECIDED.value: ("warn", _l("people decide")),
    Kind.OUT.value: ("none", _l("not funded")),
}
WHY: dict[str, LazyString] = {
    Why.FITS.value: _l("fits"),
    Why.THEME_LEAST.value: _l("for the least of its theme"),
    Why.MONEY.value: _l("the money ends here"),
    Why.THEME_MOST.value: _l("its theme is full"),
    Why.PARTY.value: _l("its party has the most it can get"),
    Why.THRESHOLD.value: _l("not above the threshold"),
    Why.SHARED.value: _l("shares a place that does not fit whole"),
}


def figure(value: float | None, scale: tuple[int, int]) -> str:
    """Write a figure of the scale; a dash where there is none."""
    if value is None:
        return "–"
    pattern = "0.0" if scale[1] == 100 else "0.00"
    return str(format_decimal(round(value, 4), pattern, locale=str(get_locale() or "en")))


def told(rules: Rules) -> dict[str, Any]:
    """Give the rules as they are kept with a scenario."""
    return {
        "budget_cents": rules.budget_cents,
        "basis": rules.basis.value,
        "least": dict(rules.least),
        "most": dict(rules.most),
        "party_cap_cents": rules.party_cap_cents,
        "least_percent": rules.least_percent,
        "reserve": rules.reserve,
        "above": rules.above,
        "seed": rules.seed,
    }
