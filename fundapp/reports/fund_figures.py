"""The drawings and tables of a fund's figures: a document in, finished SVG and words out."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from babel.dates import format_date
from markupsafe import Markup

from fundapp.core import charts
from fundapp.reports import fund_chapter_words as words
from fundapp.reports import fund_words
from fundapp.reports.diversity import QUESTIONS
from fundapp.reports.evaluation_data import EvaluationReport
from fundapp.reports.evaluation_words import BREAKDOWNS, COURSE_WORDS
from fundapp.reports.figures import Drawn
from fundapp.reports.fund_shape import ChangeFigures, FundReport, MonthFigures
from fundapp.reports.measures import percent
from fundapp.reports.wording import PARTS, TIMES, Say, _


def evaluation(data: EvaluationReport, say: Say) -> dict[str, Any]:
    """Give everything templates/pdf/evaluation.html prints beside the document itself.

    Call it with the language of `say` in force.
    """
    found = fund_blocks(data["figures"], say)
    return {
        **found,
        "doc": data,
        "numbers": _numbered(data, found),
        "flower": _flower(data["figures"]),
        "is_evaluation": data["kind"] == "evaluation",
        "recommendation": COURSE_WORDS.get(data["recommendation"] or ""),
        "decided": COURSE_WORDS.get(data["decision"]["course"]) if data["decision"] else None,
    }


def fund_blocks(f: FundReport, say: Say) -> dict[str, Any]:
    """Give the words, drawings and tables of each block of figures."""
    every, groups = [(head, f[key]) for key, (head, _title) in BREAKDOWNS.items()], _groups(f)  # type: ignore[literal-required]
    return {
        "lead": fund_words.lead(f, say),
        "keys": fund_words.keys(f, say),
        "money_words": words.money_words(f, say),
        "money": _money(f, say),
        "pots": _pots(f, say),
        "gifts": f["gifts"],
        "months": _months(f, say),
        "month_rows": [{**one, "name": _month(one["month"], say.lang)} for one in _steps(f["months"])],
        "rounds_words": words.rounds_words(f, say),
        "groups": groups,
        "too_few": ", ".join(str(head).rstrip("?") for head, rows in every if _is_hidden(rows)),
        "times_words": words.times_words(f, say),
        "times": _times(f, say),
        "time_rows": [{**step, "words": TIMES[step["key"]]} for step in f["times"]],
        "reviewing_words": words.reviewing_words(f, say),
        "tasks_words": words.tasks_words(f, say),
        "parts": _parts(f),
        "governance_words": words.governance_words(f, say),
        "governance": shifts(f["governance"], say),
        "alive_words": words.alive_words(f, say),
        "efficiency_words": words.efficiency_words(f, say),
        "diversity": _diversity(f),
        "hides": any("hidden" in row and row["hidden"] for _head, rows in every for row in rows),
    }


def _numbered(data: EvaluationReport, found: dict[str, Any]) -> dict[str, dict[str, int]]:
    """Number the chapters, figures and tables in the order in which they are printed."""
    asked = [key for one in data["chapters"] for key in one["figures"]]
    f = data["figures"]
    drawn = {
        "money": found["money"], "months": found["months"], "times": found["times"],
        "governance": found["governance"],
    }  # fmt: skip
    listed = {
        "money": bool(f["money"]["received"]), "gifts": bool(f["gifts"]), "months": bool(f["months"]),
        "rounds": bool(f["rounds"]), "groups": bool(found["groups"]), "times": bool(f["times"]),
        "tasks": bool(f["tasks"]["planned"]), "projects": bool(f["projects"]), "results": bool(f["results"]),
        "governance": bool(f["governance"]), "alive": bool(f["alive"]),
    }  # fmt: skip
    figures = [key for key in asked if drawn.get(key) is not None]
    tables: dict[str, int] = {}
    number = 1
    for key in asked:
        if listed.get(key):
            tables[key] = number
            number += (len(found["groups"]) + bool(found["diversity"])) if key == "groups" else 1
    return {
        "chapters": {one["key"]: place for place, one in enumerate(data["chapters"])},
        "figures": {key: place for place, key in enumerate(figures, 1)},
        "tables": tables,
    }


def _flower(f: FundReport) -> Markup | None:
    """Draw the cover's flower; none where nobody asked yet."""
    h = f["headline"]
    if not h["received"]:
        return None
    title = _("A flower with a petal for each application; %(funded)s are filled.", funded=h["funded"])
    return charts.rosette(h["received"], h["funded"], title, _("Filled petals were funded."))


# --- money ---------------------------------------------------------------------------


def pot_names() -> dict[str, str]:
    """Name where a fund's money can stand, from paid to free."""
    return {
        "paid": _("Paid to projects"),
        "ordered": _("At the bank"),
        "approved": _("Claim approved"),
        "committed": _("Granted, not claimed"),
        "reserved": _("Set apart for rounds"),
        "free": _("Not set apart yet"),
    }


def _pots(f: FundReport, say: Say) -> list[dict[str, Any]]:
    cents = {key: int(f["money"][key]) for key in pot_names()}  # type: ignore[literal-required]
    whole = sum(cents.values())
    return [
        {"key": key, "words": words, "cents": cents[key], "share": percent(cents[key], whole)}
        for key, words in pot_names().items()
    ]


def _money(f: FundReport, say: Say) -> Drawn | None:
    if not f["money"]["received"]:
        return None
    parts = _pots(f, say)
    top = max(parts, key=lambda part: part["cents"])
    caption = _("The largest part: %(part)s, %(share)s", part=top["words"], share=say.percent(top["share"]))
    listed = ", ".join(f"{part['words']} {say.money(part['cents'])}" for part in parts)
    bars = [charts.Part(str(part["words"]), part["cents"]) for part in _shown(parts)]
    title = _("Where the fund’s money stands: %(parts)s.", parts=listed)
    return Drawn(
        charts.split_bar(bars, title, _("One bar, divided in the parts named below it."), say.money), caption
    )


def _shown(parts: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put what is approved and at the bank together: the bar has five fillings."""
    way = [part for part in parts if part["key"] in ("ordered", "approved")]
    whole = {"words": _("On its way"), "cents": sum(part["cents"] for part in way)}
    return [parts[0], whole, *parts[3:]]


def _months(f: FundReport, say: Say) -> Drawn | None:
    months = f["months"]
    if len(months) < 2:
        return None
    last = months[-1]
    caption = _(
        "%(paid)s of %(granted)s granted was paid by the end of %(month)s",
        paid=say.money(last["paid"]), granted=say.money(last["granted"]),
        month=_month(last["month"], say.lang),
    )  # fmt: skip
    courses = [
        charts.Course(_("granted"), [one["granted"] for one in months]),
        charts.Course(_("paid"), [one["paid"] for one in months]),
    ]
    labels = [_month(one["month"], say.lang, short=True) for one in months]
    desc = _("Two lines like stairs, one step a month: solid for what was granted, dashed for what was paid.")
    return Drawn(charts.amounts_over_time(labels, courses, caption + ".", desc, say.money), caption)


def _month(month: str, lang: str, *, short: bool = False) -> str:
    at = date.fromisoformat(f"{month}-01")
    return format_date(at, "MMM yy" if short else "LLLL y", locale=lang)


# --- process and results -------------------------------------------------------------


def _groups(f: FundReport) -> list[dict[str, Any]]:
    """List the breakdowns that have something to tell."""
    return [
        {"key": key, "head": head, "title": title, "rows": rows}
        for key, (head, title) in BREAKDOWNS.items()
        if (rows := f[key]) and not _is_hidden(rows)  # type: ignore[literal-required]
    ]


def _is_hidden(rows: Sequence[Any]) -> bool:
    """Tell whether a breakdown hides all it has to tell."""
    return bool(rows) and all(row["received"] is None for row in rows)


def _steps(months: Sequence[MonthFigures]) -> list[MonthFigures]:
    """Leave out the months in which nothing was booked."""
    return [
        one
        for place, one in enumerate(months)
        if not place
        or (one["granted"], one["paid"]) != (months[place - 1]["granted"], months[place - 1]["paid"])
    ]


def _times(f: FundReport, say: Say) -> Drawn | None:
    if not f["times"]:
        return None
    slowest = max(f["times"], key=lambda step: step["median"])
    caption = _(
        "“%(step)s” took longest: %(median)s days in the middle case",
        step=TIMES[slowest["key"]], median=say.number(slowest["median"]),
    )  # fmt: skip
    rows = [
        charts.Duration(
            str(TIMES[one["key"]]), one["least"], one["median"], one["p90"], one["most"], one["promised"]
        )
        for one in f["times"]
    ]
    desc = _(
        "Per step: thin line from the shortest to the longest case, dot at the median, thick line to nine in "
        "ten."
    )
    return Drawn(charts.ranges(rows, caption + ".", desc, _("days")), caption)


def _parts(f: FundReport) -> list[dict[str, Any]]:
    whole = f["tasks"]["planned"]
    return [
        {**one, "words": PARTS[one["key"]], "share": percent(one["number"], whole)}
        for one in f["tasks"]["parts"]
    ]


def _diversity(f: FundReport) -> list[dict[str, Any]]:
    return [
        {
            "question": question,
            "rows": [
                {**line, "words": choices[line["choice"]]}
                for line in f["diversity"]
                if line["question"] == key
            ],
        }
        for key, (question, choices) in QUESTIONS.items()
        if any(line["question"] == key for line in f["diversity"])
    ]


# --- governance ----------------------------------------------------------------------


def shifts(rows: Sequence[ChangeFigures], say: Say) -> Drawn | None:
    """Draw baseline, expected and reached of each principle; None where nothing was scored again."""
    if not rows:
        return None
    caption = shift_finding(rows, say)
    drawn = charts.shifts(
        [
            charts.Shift(say.words(one["name"]), one["baseline"], one["reached"], one["expected"], one["key"])
            for one in rows
        ],
        shift_words(caption),
        low=min(one["low"] for one in rows),
        high=max(one["high"] for one in rows),
    )
    return Drawn(drawn, caption)


def shift_words(caption: str) -> charts.ShiftWords:
    """Name the marks of a drawing of what moved."""
    return charts.ShiftWords(
        caption + ".",
        _("Open dot: at the start. Lozenge: expected then. Solid dot: at the end."),
        _("at the start"),
        _("expected"),
        _("at the end"),
        _("not scored"),
    )


def shift_finding(rows: Sequence[ChangeFigures], say: Say) -> str:
    """Say what rose most."""
    steps = [((one["reached"] or 0) - (one["baseline"] or 0), one) for one in rows]
    most, best = max(steps, key=lambda pair: pair[0])
    if most <= 0:
        return _("No principle stands higher at the end than at the start")
    return _(
        "“%(name)s” rose most: from %(low)s to %(high)s",
        name=say.words(best["name"]), low=say.plain(best["baseline"]), high=say.plain(best["reached"]),
    )  # fmt: skip
