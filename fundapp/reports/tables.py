"""The figures of a snapshot as tables: what workbook and data file hold, with a codebook."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from fundapp.core.words import pick
from fundapp.reports.columns import (
    AGREEMENT,
    FIGURES,
    GROUP,
    MONEY,
    PROFILE,
    RANKING,
    REVIEWER,
    SCORES,
    STEP,
    TASK,
    TIME,
    Column,
)
from fundapp.reports.round_shape import RoundReport
from fundapp.reports.shape import Dossier
from fundapp.reports.wording import POTS, STEPS, TIMES, _


class Table(NamedTuple):
    """One sheet of a workbook; rows hold values by column key."""

    key: str
    name: str
    columns: Sequence[Column]
    rows: list[Mapping[str, Any]]


def of_round(data: RoundReport, lang: str) -> list[Table]:
    """Give the tables of a round's report, the ranking first; call it with `lang` in force."""
    ranking = [{**one, "state": pick(one["state"], lang)} for one in data["ranking"]]
    profile = [
        {**one, "funded": one["funded"]["median"], "others": one["others"]["median"]}
        for one in data["profile"]
    ]
    money: Mapping[str, Any] = data["money"]
    pots = [{"key": key, "name": str(name), "cents": money[key]} for key, name in POTS.items()]
    return [
        Table("applications", _("Applications"), RANKING, list(ranking)),
        Table("steps", _("Steps"), STEP, _named(data["steps"], STEPS)),
        Table("themes", _("Themes"), GROUP, _said(data["themes"], lang)),
        Table("countries", _("Countries"), GROUP, _said(data["countries"], lang)),
        Table("legal_forms", _("Legal forms"), GROUP, _said(data["forms"], lang)),
        Table("licences", _("Licences"), GROUP, _said(data["licences"], lang)),
        Table("layers", _("Layers"), GROUP, _said(data["layers"], lang)),
        Table("first", _("Asked before"), GROUP, _said(data["first"], lang)),
        Table("times", _("Days per step"), TIME, _named(data["times"], TIMES)),
        Table("reviewers", _("Reviewers"), REVIEWER, list(data["reviewers"])),
        Table("agreement", _("Reviewer agreement"), AGREEMENT, _said(data["agreement"], lang)),
        Table("profile", _("Profile"), PROFILE, _said(profile, lang)),
        Table("money", _("Money"), MONEY, list(pots)),
        Table("figures", _("Key figures"), FIGURES, figures_of(data)),
    ]


SINGLE = ("headline", "money", "conflicts", "appeals", "movement")
"""Parts of a round's report that hold single figures, not rows."""
IN_PER_CENT = {"rate", "awarded_of_asked", "awarded_of_budget"}


def figures_of(data: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """List every single figure of a round's report: "headline.received", its unit and its value."""
    return [
        _figure(part, key, value)
        for part in SINGLE
        for key, value in data.get(part, {}).items()
        if isinstance(value, int | float)
    ]


def _figure(part: str, key: str, value: float) -> Mapping[str, Any]:
    if part == "money" or key.endswith("_cents"):
        return {"key": f"{part}.{key}", "unit": _("amount"), "value": value / 100}
    unit = _("per cent") if key in IN_PER_CENT else _("number")
    return {"key": f"{part}.{key}", "unit": unit, "value": value}


def of_dossier(data: Dossier, lang: str) -> list[Table]:
    """Give the tables of a dossier, the scores first; call it with `lang` in force."""
    scores = [
        {
            **mark,
            "key": one["key"],
            "name": pick(one["name"], lang),
            "weight": one["weight"],
            "is_na": int(mark["is_na"]),
        }
        for one in data["criteria"]
        for mark in one["marks"]
    ]
    return [
        Table("scores", _("Scores"), SCORES, list(scores)),
        Table("tasks", _("Tasks"), TASK, list(data["tasks"])),
    ]


def _named(rows: Iterable[Mapping[str, Any]], names: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [{**row, "name": str(names[row["key"]])} for row in rows]


def _said(rows: Iterable[Mapping[str, Any]], lang: str) -> list[Mapping[str, Any]]:
    return [{**row, "name": pick(row["name"], lang)} for row in rows]
