"""The drawings and sentences of an application's dossier: a snapshot in, finished SVG and words out."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any, NamedTuple

from markupsafe import Markup

from fundapp.core import charts
from fundapp.reports.shape import CriterionFigures, Dossier
from fundapp.reports.wording import EVENTS, Say, _, ngettext


class Drawn(NamedTuple):
    """A drawing with the finding that stands above it."""

    svg: Markup
    caption: str


def dossier(data: Dossier, say: Say) -> dict[str, Any]:
    """Give everything templates/pdf/dossier.html prints beside the snapshot itself.

    Call it with the language of `say` in force.
    """
    profile = [one for one in data["criteria"] if one["group"] == "profile"]
    criteria = [one for one in data["criteria"] if one["group"] == "criteria"]
    has_reviews = bool(data["reviews"])
    scores = _score_rows(criteria, say) if has_reviews else []
    drawn = web(profile, say) if has_reviews and len(profile) > 2 else None
    tables = _numbered(
        scores=bool(scores), profile=drawn is not None, tasks=bool(data["tasks"]), events=bool(data["events"])
    )
    return {
        "profile": profile,
        "criteria": criteria,
        "scores": scores,
        "web": drawn,
        "rows": rows(profile, say) if drawn else None,
        "has_expected": any(one["expected"] is not None for one in profile),
        "numbers": {"scores": 1, "profile": len(scores) + 1},
        "tables": tables,
        "scale": _scale(data, say),
        "remarks": [review for review in data["reviews"] if review["to_applicant"]],
        "events": [{**event, "words": EVENTS[event["key"]]} for event in data["events"]],
        "reviewed_by": reviewed_by(data),
        "standing": standing(data, say),
        "agreed": agreed(data, say),
        "award_words": award_words(data),
        "finding": finding(data, say),
    }


def _numbered(**present: bool) -> dict[str, int]:
    """Number the tables that are there, in order."""
    names = [name for name, is_there in present.items() if is_there]
    return {name: number for number, name in enumerate(names, 1)}


# --- sentences ---------------------------------------------------------------


def reviewed_by(data: Dossier) -> str:
    """Say how many of the reviewers asked have handed in."""
    return ngettext(
        "%(done)s of %(num)s reviewer",
        "%(done)s of %(num)s reviewers",
        data["asked_reviews"],
        done=len(data["reviews"]),
    )


def standing(data: Dossier, say: Say) -> str:
    """Say where the application stands among the others."""
    totals = data["totals"]
    if totals["mean"] is None:
        return _("There is no total yet, so this application has no place in the ranking.")
    scale = say.scale(totals["scale"]["low"], totals["scale"]["high"])
    figure = say.number(totals["mean"], digits(totals["scale"]["high"]))
    if totals["rank"] is None:
        return _("The mean total is %(total)s on a scale of %(scale)s.", total=figure, scale=scale)
    return _(
        "Place %(rank)s of %(ranked)s reviewed applications, with a total of %(total)s on a scale of "
        "%(scale)s.",
        rank=totals["rank"], ranked=totals["ranked"], total=figure, scale=scale,
    )  # fmt: skip


def agreed(data: Dossier, say: Say) -> str:
    """Say how far the reviews lie apart; empty when there are fewer than two."""
    totals = data["totals"]
    if totals["reviews"] < 2:
        return _("It rests on one review.") if totals["reviews"] else ""
    places = digits(totals["scale"]["high"])
    lowest, highest = say.number(totals["lowest"], places), say.number(totals["highest"], places)
    middle = say.number(totals["median"], places)
    if lowest == highest:
        return _("All %(num)s reviews come to the same total.", num=totals["reviews"])
    return _(
        "The %(num)s reviews lie between %(low)s and %(high)s; the median is %(median)s.",
        num=totals["reviews"], low=lowest, high=highest, median=middle,
    )  # fmt: skip


def award_words(data: Dossier) -> str:
    """Say whether the award is all that was asked."""
    whole = data["asked_cents"] is None or data["awarded_cents"] == data["asked_cents"]
    return _("Awarded in full") if whole else _("Awarded in part")


def finding(data: Dossier, say: Say) -> str:
    """Say in one sentence what was decided."""
    decision = data["decision"]
    if decision is None:
        return ""
    if decision["outcome"] == "awarded":
        return _(
            "The fund awards %(amount)s to this application.", amount=say.money(decision["amount_cents"])
        )
    return {
        "reserve": _("The fund puts this application on the reserve list."),
        "declined": _("The fund does not award a grant to this application."),
        "ineligible": _("This application does not meet the conditions of the call."),
    }.get(decision["outcome"], say.words(decision["state"]))


def digits(high: float) -> int:
    """Choose the decimals of a total: one on a scale to 100, two on a short scale."""
    return 1 if high > 10 else 2


def _scale(data: Dossier, say: Say) -> str:
    scales = sorted({(one["low"], one["high"]) for one in data["criteria"] if one["group"] == "criteria"})
    listed = ", ".join(say.scale(*scale) for scale in scales)
    return _("Scale %(scale)s. A dot is one reviewer, the upright line the median.", scale=listed)


# --- drawings ----------------------------------------------------------------


def _score_rows(criteria: Sequence[CriterionFigures], say: Say) -> list[Drawn]:
    """Draw one figure for each scale that occurs: dots of different scales cannot share an axis."""

    def scale(one: CriterionFigures) -> tuple[int, int]:
        return one["low"], one["high"]

    return [
        _score_figure(low, high, list(rows), say)
        for (low, high), rows in groupby(sorted(criteria, key=scale), key=scale)
    ]


def _score_figure(low: int, high: int, criteria: list[CriterionFigures], say: Say) -> Drawn:
    caption = score_finding(criteria, say)
    medians = ", ".join(f"{say.words(one['name'])} {say.plain(one['median'])}" for one in criteria)
    drawn = charts.dot_rows(
        [charts.Marks(say.words(one["name"]), _values(one), one["median"]) for one in criteria],
        _("%(finding)s. Medians: %(medians)s.", finding=caption, medians=medians),
        _("Each dot is one reviewer, the upright line the median."),
        charts.Axis(low, high, _("n/a")),
    )
    return Drawn(drawn, caption)


def _values(one: CriterionFigures) -> list[float]:
    return [mark["value"] for mark in one["marks"] if mark["value"] is not None]


def score_finding(criteria: Sequence[CriterionFigures], say: Say) -> str:
    """Say in one sentence how far the reviewers agree on these criteria."""
    known = [(one["spread"], one) for one in criteria if one["spread"] is not None]
    if not known:
        return _("Nobody has scored these criteria yet")
    if max(one["scored"] for one in criteria) == 1:
        return _("One reviewer scored; nothing can be said about agreement")
    apart, widest = max(known, key=lambda pair: pair[0])
    if apart == 0:
        return _("All reviewers gave the same scores")
    if apart == 1:
        return _("The reviewers agree closely: no two are more than one point apart")
    return _(
        "The reviewers differ most on “%(name)s”, by %(num)s points",
        name=say.words(widest["name"]),
        num=apart,
    )


def profile_finding(rows: Sequence[CriterionFigures], say: Say) -> str:
    """Say in one sentence where the profile is strong and where it is weak."""
    known = [(one["median"], one) for one in rows if one["median"] is not None]
    if not known:
        return _("No principle could be scored")
    best, worst = max(known, key=lambda pair: pair[0]), min(known, key=lambda pair: pair[0])
    if best[0] == worst[0]:
        return _("All principles have the same median")
    return _(
        "Strongest on “%(best)s” (%(high)s), weakest on “%(worst)s” (%(low)s)",
        best=say.words(best[1]["name"]), high=say.plain(best[0]),
        worst=say.words(worst[1]["name"]), low=say.plain(worst[0]),
    )  # fmt: skip


def _principles(rows: Sequence[CriterionFigures], say: Say) -> list[charts.Principle]:
    return [
        charts.Principle(
            say.words(one["name"]),
            one["lowest"],
            one["highest"],
            one["median"],
            one["expected"],
            one["key"],
        )
        for one in rows
    ]


def _words(title: str, desc: str) -> charts.Words:
    return charts.Words(title, desc, _("median of the reviewers"), _("expected after"), _("n/a"))


def web(principles: Sequence[CriterionFigures], say: Say) -> Drawn:
    """Draw the principles as a web."""
    caption = profile_finding(principles, say)
    title = _("Radar of %(num)s principles. %(finding)s.", num=len(principles), finding=caption)
    desc = _("Filled shape: median of the reviewers. Dashed outline: expected after the project.")
    low, high = principles[0]["low"], principles[0]["high"]
    return Drawn(charts.radar(_principles(principles, say), _words(title, desc), low=low, high=high), caption)


def rows(principles: Sequence[CriterionFigures], say: Say) -> Drawn:
    """Draw the principles as rows."""
    medians = ", ".join(
        f"{one['key']} {say.plain(one['median']) if one['median'] is not None else _('n/a')}"
        for one in principles
    )
    title = _("The same medians in rows: %(medians)s.", medians=medians)
    desc = _("Band: lowest to highest reviewer. Dot: median. Lozenge: expected after the project.")
    low, high = principles[0]["low"], principles[0]["high"]
    return Drawn(charts.profile(_principles(principles, say), _words(title, desc), low=low, high=high), title)
