"""The drawings and sentences of a round report: a snapshot in, finished SVG and words out."""

from typing import Any

from fundapp.core import charts
from fundapp.reports.figures import Drawn, digits
from fundapp.reports.ranking_figures import ladder, ranking
from fundapp.reports.round_shape import GroupFigures, ProfileFigures, RoundReport, StepFigures
from fundapp.reports.round_words import (
    agreement_words,
    appeal_words,
    conflict_words,
    keys,
    lead,
    money_words,
    movement_words,
    profile_finding,
    ranking_words,
    stability_words,
    times_words,
)
from fundapp.reports.wording import LEFT, POTS, STEPS, TIMES, UNDECIDED, Say, _

OPEN = {"open"}
BARS = 12
"""So many bars fit a chart; the table below it has every row."""


def round_report(data: RoundReport, say: Say) -> dict[str, Any]:
    """Give everything templates/pdf/round.html prints beside the snapshot itself.

    Call it with the language of `say` in force.
    """
    is_public = data["kind"] == "round_public"
    groups = _groups(data, say)
    figure = _first_figure(data) + sum(1 for group in groups if group["drawn"])
    table = 3 + len(groups)
    drawn, times, profile = ladder(data, say), _times(data, say), _profile(data, say)
    return {
        "lead": lead(data, say),
        "key_figures": keys(data, say),
        "steps": [{**step, "words": STEPS[step["key"]]} for step in data["steps"]],
        "funnel": funnel(data),
        "money": money(data, say),
        "money_words": money_words(data, say),
        "pots": pots(data),
        "groups": groups,
        "ranking": ranking(data, say),
        "ranking_words": ranking_words(data, say),
        "ladder": drawn,
        "digits": digits(data["scale"]["high"]),
        "times": times,
        "time_rows": [{**step, "words": TIMES[step["key"]]} for step in data["times"]],
        "times_words": times_words(data, say),
        "has_promise": any(step["promised"] is not None for step in data["times"]),
        "agreement_words": agreement_words(data, say),
        "leans": [say.signed(one["lean"], digits(data["scale"]["high"])) for one in data["reviewers"]],
        "profile": profile,
        "profile_words": _profile_words(data),
        "conflict_words": conflict_words(data),
        "appeal_words": appeal_words(data),
        "movement_words": movement_words(data),
        "stability_words": stability_words(data, say),
        "last": 4 if is_public else 7 if profile else 6,
        "is_public": is_public,
        "times_no": 3 if is_public else 4,
        "numbers": _figure_numbers(figure, drawn is not None, times is not None),
        "tables": _table_numbers(table, times is not None, bool(data["reviewers"])),
    }


def _first_figure(data: RoundReport) -> int:
    """Number the first drawing after the money; a round without money has no bar of it."""
    return 3 if data["money"]["budget"] else 2


def _figure_numbers(first: int, has_ladder: bool, has_times: bool) -> dict[str, int]:
    times = first + has_ladder
    return {"ladder": first, "times": times, "profile": times + has_times}


def _table_numbers(first: int, has_times: bool, has_reviewers: bool) -> dict[str, int]:
    reviewers = first + 1 + has_times
    return {
        "ranking": first,
        "times": first + 1,
        "reviewers": reviewers,
        "agreement": reviewers + 1,
        "profile": reviewers + (2 if has_reviewers else 0),
    }


def funnel(data: RoundReport) -> Drawn:
    """Draw what stayed at each step."""
    counted = ", ".join(f"{str(STEPS[step['key']]).lower()} {step['count']}" for step in data["steps"])
    caption = _("%(reviewed)s of %(received)s applications reviewed", **_counts(data))
    if data["headline"]["decided"]:
        caption = _("%(reviewed)s of %(received)s applications reviewed, %(funded)s funded", **_counts(data))
    drawn = charts.funnel(
        [charts.Step(str(STEPS[one["key"]]), one["count"], _left(data, one)) for one in data["steps"]],
        _("%(finding)s: %(counts)s.", finding=caption, counts=counted),
        _("One bar per step of the procedure. The dotted end is what fell out in that step."),
    )
    return Drawn(drawn, caption)


def _left(data: RoundReport, step: StepFigures) -> str:
    """Say what became of those that are not in this step."""
    if not step["left"]:
        return ""
    is_open = step["key"] == "funded" and any(one["group"] in OPEN for one in data["ranking"])
    return f"{step['left']} {UNDECIDED if is_open else LEFT[step['key']]}"


def _counts(data: RoundReport) -> dict[str, int]:
    h = data["headline"]
    return {"received": h["received"], "reviewed": h["reviewed"], "funded": h["funded"]}


def pots(data: RoundReport) -> list[dict[str, Any]]:
    """List where the round's money stands: key, words, cents, and share in per cent."""
    whole = data["money"]["budget"]
    amounts = {key: int(data["money"][key]) for key in POTS}  # type: ignore[literal-required]
    return [
        {"key": key, "words": POTS[key], "cents": cents, "share": 100 * cents / whole if whole else None}
        for key, cents in amounts.items()
    ]


def money(data: RoundReport, say: Say) -> Drawn:
    """Draw where the round's money stands."""
    parts = pots(data)
    listed = ", ".join(f"{pot['words']} {say.money(pot['cents'])}" for pot in parts)
    caption = _("Where the round’s money stands")
    drawn = charts.split_bar(
        [charts.Part(str(pot["words"]), pot["cents"]) for pot in parts],
        _("Where the round’s money stands: %(parts)s.", parts=listed),
        _("One bar, divided in the parts named below it."),
        say.money,
    )
    return Drawn(drawn, caption)


def _groups(data: RoundReport, say: Say) -> list[dict[str, Any]]:
    """List the tables by theme, country, legal form and so on, each with its drawing where one helps."""
    parts = [
        (data["themes"], _("Theme"), _("Asked and awarded per theme"), _themes, True),
        (data["countries"], _("Country"), _("Applications and awards by country"), _countries, False),
        (data["forms"], _("Legal form"), _("Applications and awards by legal form"), None, False),
        (data["licences"], _("Licence"), _("Applications and awards by licence of the result"), None, False),
        (
            data["layers"],
            _("Layer of the stack"),
            _("Applications and awards by layer of the stack"),
            None,
            False,
        ),
        (data["first"], _("Asked before?"), _("First applications and repeated ones"), None, False),
    ]
    found: list[dict[str, Any]] = []
    figure = _first_figure(data)
    for rows, head, title, draw, wide in parts:
        if not rows:
            continue
        is_whole = not any(row.get("hidden") for row in rows)
        is_drawn = is_whole and len(rows) > 1 and any(row["key"] for row in rows)
        drawn = draw(rows, say) if draw and is_drawn else None
        found.append(
            {"rows": rows, "head": head, "title": title, "drawn": drawn, "wide": wide,
             "no": figure, "table": 3 + len(found)}
        )  # fmt: skip
        figure += drawn is not None
    return found


def _themes(rows: list[GroupFigures], say: Say) -> Drawn:
    top = max((row for row in rows if row["key"]), key=lambda row: row["asked_cents"])
    caption = _(
        "Most was asked for “%(name)s”: %(amount)s",
        name=say.words(top["name"]),
        amount=say.money(top["asked_cents"]),
    )
    drawn = charts.paired_bars(
        [
            charts.Pair(say.words(row["name"]), row["asked_cents"], row["awarded_cents"])
            for row in rows[:BARS]
        ],
        (_("asked"), _("awarded")),
        caption + ".",
        _("Two bars per theme: dotted for the amount asked, solid for the amount awarded."),
        say.money,
    )
    return Drawn(drawn, caption)


def _countries(rows: list[GroupFigures], say: Say) -> Drawn:
    top = rows[0]
    caption = _(
        "Most applications came from one country: %(name)s (%(count)s of %(whole)s)",
        count=top["received"], whole=sum(row["received"] for row in rows), name=say.words(top["name"]),
    )  # fmt: skip
    drawn = charts.part_bars(
        [charts.Pair(say.words(row["name"]), row["received"], row["funded"]) for row in rows[:BARS]],
        (_("funded"), _("not funded")),
        caption + ".",
        _("One bar per country: solid part funded, dotted part not funded."),
    )
    return Drawn(drawn, caption)


def _times(data: RoundReport, say: Say) -> Drawn | None:
    if not data["times"]:
        return None
    slowest = max(data["times"], key=lambda step: step["median"])
    caption = _("In the middle case every step was done within the day")
    if slowest["median"]:
        caption = _(
        "“%(step)s” took longest: %(median)s days in the middle case",
        step=TIMES[slowest["key"]], median=say.number(slowest["median"]),
    )  # fmt: skip
    drawn = charts.ranges(
        [
            charts.Duration(
                str(TIMES[one["key"]]), one["least"], one["median"], one["p90"], one["most"], one["promised"]
            )
            for one in data["times"]
        ],
        caption + ".",
        _(
            "Per step: thin line from the shortest to the longest case, dot at the median, thick line to "
            "nine in ten."
        ),
        _("days"),
    )
    return Drawn(drawn, caption)


def _profile(data: RoundReport, say: Say) -> Drawn | None:
    rows = data["profile"]
    if not any(one["funded"]["median"] is not None or one["others"]["median"] is not None for one in rows):
        return None
    caption = profile_finding(data, say)
    has_funded = _has_funded(data)
    desc = _(
        "Band: lowest to highest funded application. Dot: median of the funded. "
        "Lozenge: median of the others."
    )
    words = charts.Words(
        caption + ".",
        desc if has_funded else _("Band: lowest to highest application. Dot: median of all."),
        _("funded") if has_funded else _("all applications"),
        _("not funded"),
        _("n/a"),
    )
    principles = [_principle(one, say, has_funded) for one in rows]
    drawn = charts.profile(principles, words, low=rows[0]["low"], high=rows[0]["high"], width=475, names=190)
    return Drawn(drawn, caption)


def _has_funded(data: RoundReport) -> bool:
    return any(one["funded"]["median"] is not None for one in data["profile"])


def _principle(one: ProfileFigures, say: Say, has_funded: bool) -> charts.Principle:
    """Set funded beside the others; while nothing is funded, show all alike."""
    main = one["funded"] if has_funded else one["others"]
    beside = one["others"]["median"] if has_funded else None
    name = say.words(one["name"])
    return charts.Principle(name, main["lowest"], main["highest"], main["median"], beside, one["key"])


def _profile_words(data: RoundReport) -> str:
    if not data["profile"]:
        return ""
    one = data["profile"][0]
    if not _has_funded(data):
        return _(
            "Each application has a median per principle, on a scale of %(low)s to %(high)s. Here they are "
            "put together.",
            low=one["low"],
            high=one["high"],
        )
    return _(
        "Each application has a median per principle, on a scale of %(low)s to %(high)s. Here they are put "
        "together: the applications that were funded against those that were not.",
        low=one["low"], high=one["high"],
    )  # fmt: skip
