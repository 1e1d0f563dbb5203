"""The ranking of a round as a table in groups and as a drawing."""

from typing import Any

from fundapp.core import charts
from fundapp.reports.figures import Drawn, digits
from fundapp.reports.round_shape import Ranked, RoundReport
from fundapp.reports.round_words import line_words
from fundapp.reports.wording import GROUPS, Say, _


def ranking(data: RoundReport, say: Say) -> list[dict[str, Any]]:
    """Group the ranking: funded, then the funding line, then what lies below it."""
    parts: list[dict[str, Any]] = []
    for key, name in GROUPS.items():
        rows = [one for one in data["ranking"] if one["group"] == key]
        if rows:
            is_line = bool(parts) and parts[-1]["key"] == "funded"
            words = f"{line_words(data, say)} · {name}" if is_line else str(name)
            parts.append({"key": key, "rows": rows, "is_line": is_line, "words": words})
    return parts


def _kind(one: Ranked) -> str:
    return one["group"] if one["group"] in {"funded", "reserve"} else "other"


def ladder(data: RoundReport, say: Say) -> Drawn | None:
    """Draw all applications in order; None with fewer than two totals."""
    rows = [
        charts.Standing(
            one["code"].rpartition("-")[2], one["mean"], one["lowest"], one["highest"], _kind(one)
        )
        for one in data["ranking"]
        if one["mean"] is not None and one["lowest"] is not None and one["highest"] is not None
    ]
    if len(rows) < 2:
        return None
    rows.sort(key=lambda row: -row.total)
    places = digits(data["scale"]["high"])
    caption = _(
        "Totals run from %(high)s down to %(low)s",
        high=say.number(rows[0].total, places), low=say.number(rows[-1].total, places),
    )  # fmt: skip
    words = charts.LadderWords(
        caption + ".",
        _("Applications from left to right in order of their total, with the last part of their code below."),
        _("funded"),
        _("reserve list"),
        _("other"),
        _("lowest to highest review"),
    )
    return Drawn(
        charts.score_ladder(rows, words, low=data["scale"]["low"], high=data["scale"]["high"]), caption
    )
