"""Profiles and rings of reviews as small charts, with the same figures in words."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _
from markupsafe import Markup

from fundapp.core import charts
from fundapp.core.shares import MILLION
from fundapp.core.words import pick
from fundapp.reviews import scoring
from fundapp.reviews.ranking import Scale
from fundapp.reviews.sheet import Entry, scales
from fundapp.rounds.models import Criterion


def _language() -> str:
    return str(get_locale() or "en").split("_")[0]


class Drawer:
    """Draws what belongs to one rubric; criteria with scales of their own are drawn as shares of these."""

    def __init__(self, criteria: Sequence[Criterion]) -> None:
        self.criteria = criteria
        self.scale = Scale.of(scales(criteria))

    @staticmethod
    def share(ppm: int | None) -> float | None:
        """Turn millionths into a share of 1, to be written as a percentage."""
        return None if ppm is None else ppm / MILLION

    def entries(self, entries: Mapping[int, Entry], title: str) -> Markup:
        """Draw one reviewer's scores. entries: by criterion id."""
        return self._bars([entries.get(one.id, Entry()).value for one in self.criteria], title)

    def medians(self, detail: Mapping[str, Any] | None, title: str) -> Markup:
        """Draw an application's medians. detail: of its standing."""
        found = (detail or {}).get("criteria", {})
        return self._bars([found.get(one.key, {}).get("median") for one in self.criteria], title)

    def _bars(self, values: Sequence[float | None], title: str) -> Markup:
        pairs = list(zip(scales(self.criteria), values, strict=True))
        shares = [None if value is None else float(one.share(Fraction(value))) for one, value in pairs]
        words = [f"{one.key} {_('N/A') if value is None else f'{value:g}'}" for one, value in pairs]
        return charts.profile_bars(shares, title, ", ".join(words), low=0, high=1)

    def rings(self, detail: Mapping[str, Any] | None, median_ppm: int | None, title: str) -> Markup:
        """Draw one ring per review total, and a dark bar at the median."""
        totals = (detail or {}).get("totals", [])
        words = _(
            "Reviews %(totals)s; median %(median)s on a scale from %(low)d to %(high)d",
            totals=", ".join(self.scale.total(total) for total in totals) or "–",
            median=self.scale.total(median_ppm),
            low=self.scale.lowest,
            high=self.scale.highest,
        )
        shares = [total / MILLION for total in totals]
        median = None if median_ppm is None else median_ppm / MILLION
        return charts.review_dots(shares, median, title, words, low=0, high=1)

    def web(self, rows: Sequence["CriterionFigures"], title: str) -> Markup | None:
        """Draw medians and expected levels as a web: of the criteria of governance, else of all.

        None where they do not share a scale, or are fewer than five.
        """
        asked = [row for row in rows if row.criterion.asks_expected]
        chosen = asked if len(asked) >= 5 else list(rows)
        shared = scoring.common_scale(scales([row.criterion for row in chosen]))
        if shared is None or len(chosen) < 5:
            return None
        has_expected = any(row.expected is not None for row in chosen)
        words = charts.Words(
            title,
            _("Medians of the reviews handed in. Dashed: the level expected after the project.")
            if has_expected
            else _("Medians of the reviews handed in."),
            _("median"),
            _("expected"),
            _("N/A"),
        )
        axes = [
            charts.Principle(
                pick(row.criterion.name, _language()), row.lowest, row.highest, row.median, row.expected
            )
            for row in chosen
        ]
        return charts.radar(axes, words, low=shared[0], high=shared[1], width=360)


class CriterionFigures:
    """What several reviewers gave on one criterion, on its own scale."""

    def __init__(self, criterion: Criterion, entries: Sequence[Entry]) -> None:
        self.criterion = criterion
        self.entries = entries
        values = [entry.value for entry in entries if entry.is_scored]
        told = scoring.profile(scales([criterion])[0], values)
        known = [value for value in values if value is not None]
        self.median = None if told.median is None else float(told.median)
        later = [Fraction(entry.expected) for entry in entries if entry.expected is not None]
        self.expected = float(scoring.median(later)) if later else None
        self.lowest = min(known, default=None)
        self.highest = max(known, default=None)
        self.spread, self.na = told.spread, told.na

    @property
    def is_apart(self) -> bool:
        """Whether reviewers lie so far apart (half the scale or more) that they should talk."""
        return self.spread is not None and 2 * self.spread >= self.criterion.highest - self.criterion.lowest
