"""What the reviews of a round add up to, for whoever computes further."""

import json
from typing import Any

import click

from fundapp.cli.finding import round_named, stage_named
from fundapp.cli.start import within_app
from fundapp.core.words import pick
from fundapp.reviews import statistics
from fundapp.reviews.severity import Leaning
from fundapp.reviews.stability import REPLICATES
from fundapp.reviews.statistics import Agreed, Judged, Statistics
from fundapp.rounds.models import Round


@click.command("stats")
@click.argument("round")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--stage", "number", type=click.IntRange(min=1), default=1, show_default=True)
@within_app
def stats(round: str, form: str, number: int) -> None:
    """Print means, agreement, severity and stability of a round (slug, or fund/slug)."""
    wanted = round_named(round)
    found = statistics.of_round(wanted, stage=stage_named(wanted, number))
    if form == "json":
        click.echo(json.dumps(_data(wanted, number, found), ensure_ascii=False, indent=2))
    else:
        for line in _lines(found):
            click.echo(line)


def _data(round: Round, stage: int, found: Statistics) -> dict[str, Any]:
    low, high = found.scale
    return {
        "round": round.slug,
        "fund": round.fund.slug,
        "stage": stage,
        "scale": {"lowest": low, "highest": high},
        "seed": found.seed,
        "replicates": REPLICATES,
        "is_connected": found.is_connected,
        "alpha": _tidy(found.alpha),
        "n": found.n,
        "applications": [_application(one) for one in found.applications],
        "criteria": [_criterion(one) for one in found.criteria],
        "reviewers": [
            {"reviewer": user.email, "name": user.name, **_reviewer(one)} for user, one in found.reviewers
        ],
    }


def _application(one: Judged) -> dict[str, Any]:
    around = one.leave_one_out
    return {
        "code": one.code,
        "title": one.title,
        "reviews": len(one.totals),
        "set_aside": one.set_aside,
        "na": one.na,
        "mean": _tidy(one.mean),
        "weighted_mean": _tidy(one.weighted_mean),
        "median": _tidy(one.median),
        "spread": _tidy(one.spread),
        "leave_one_out": None if around is None else [_tidy(figure) for figure in around],
        "corrected": _tidy(one.corrected),
        "is_calibrated": one.corrected is not None,
        "stability": one.stability,
        "is_tied": one.is_tied,
    }


def _criterion(one: Agreed) -> dict[str, Any]:
    return {
        "key": one.criterion.key,
        "name": pick(one.criterion.name, "en"),
        "alpha": _tidy(one.alpha),
        "n": one.n,
        "units": one.units,
        "scored": one.scored,
        "na": one.na,
    }


def _reviewer(one: Leaning) -> dict[str, Any]:
    return {
        "reviews": one.reviews,
        "mean": _tidy(one.mean),
        "severity": _tidy(one.beta),
        "is_calibrated": one.is_calibrated,
    }


def _tidy(figure: float | None) -> float | None:
    return None if figure is None else round(figure, 4)


def _lines(found: Statistics) -> list[str]:
    """Write the same as three tables, tab-separated."""
    tables: list[tuple[str, list[dict[str, Any]]]] = [
        ("applications", [_application(one) for one in found.applications]),
        ("criteria", [_criterion(one) for one in found.criteria]),
        ("reviewers", [{"reviewer": user.email, **_reviewer(one)} for user, one in found.reviewers]),
    ]
    lines: list[str] = []
    for name, rows in tables:
        lines.append(f"# {name}")
        lines += ["\t".join(rows[0])] if rows else []
        lines += ["\t".join(_cell(value) for value in row.values()) for row in rows]
    return lines


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return "–".join(map(_cell, value))
    return "" if value is None else " ".join(str(value).split())


COMMANDS = (stats,)
