"""Scores against delivery: which criteria foretold on time, amended, stopped, alive."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import Row, func, select

from fundapp.accounts.models import User
from fundapp.applications.models import Application
from fundapp.applications.queries import seen
from fundapp.core.db import db
from fundapp.core.shares import share_of
from fundapp.funds.queries import OFFICE_ROLES
from fundapp.grants.models import Agreement, Award, AwardState
from fundapp.reports import fund_rows, task_figures
from fundapp.reports.foretelling import Foretold, foretold
from fundapp.reports.governance import moved_of
from fundapp.rounds.models import Round, Rubric, Stage

OUTCOMES: dict[str, LazyString] = {
    "in_time": _l("Tasks in time"),
    "amended": _l("Plan amended"),
    "stopped": _l("Stopped early"),
    "alive": _l("Alive afterwards"),
}
MOST = 2000
"""So many grants are looked at, the newest first."""


@dataclass(frozen=True)
class CriterionLine:
    """One criterion and how its score went with each outcome, by outcome."""

    key: str
    name: Any
    found: Mapping[str, Foretold]


@dataclass(frozen=True)
class RubricLine:
    """One rubric (all its versions) with its criteria. grants: so many were scored with it and began."""

    slug: str
    name: Any
    grants: int
    criteria: Sequence[CriterionLine]


def learned(user: User, slug: str = "") -> list[RubricLine]:
    """Set scores against outcomes, rubric by rubric, over the grants the person may see.

    slug: only this rubric.
    """
    rows = _grants(user, slug)
    if not rows:
        return []
    outcomes = _outcomes(rows)
    moved = moved_of([row.application_id for row in rows])
    found = []
    for _slug, part in groupby(sorted(rows, key=lambda row: row.slug), key=lambda row: row.slug):
        grants = list(part)
        found.append(
            RubricLine(grants[0].slug, grants[0].name, len(grants), _criteria(grants, moved, outcomes))
        )
    return found


def _grants(user: User, slug: str) -> list[Row[Any]]:
    """List the grants that are past planning, with the rubric they were chosen by."""
    in_force = (
        select(func.count(Agreement.id))
        .where(Agreement.award_id == Award.id, Agreement.in_force_at.is_not(None))
        .scalar_subquery()
    )
    chosen = (
        select(
            Award.id, Award.application_id, Award.state, Rubric.slug, Rubric.name, in_force.label("versions")
        )
        .join(Application, Application.id == Award.application_id)
        .join(Round, Round.id == Award.round_id)
        .join(Stage, Stage.id == Application.stage_id)
        .join(Rubric, Rubric.id == Stage.rubric_id)
        .where(
            Award.fund_id.in_(user.funds(*OFFICE_ROLES)),
            Award.state != AwardState.PLANNING,
            Round.is_trial.is_(False),
            seen(user),
        )
        .order_by(Award.id.desc())
        .limit(MOST)
    )  # fmt: skip
    return list(db.session.execute(chosen.where(Rubric.slug == slug) if slug else chosen))


def _outcomes(rows: Sequence[Any]) -> dict[int, dict[str, float]]:
    """Give what came of each grant: a share or 1 and 0 by outcome; what is not known yet is left out."""
    ids = [row.id for row in rows]
    late: dict[int, list[int]] = {}
    for task in fund_rows.tasks_of(ids):
        days = task_figures.days_late(task, "UTC")
        if days is not None:
            late.setdefault(task.award_id, []).append(days)
    alive = {row.award_id: row.is_alive for row in fund_rows.alive_of(ids) if row.answered_at}
    found: dict[int, dict[str, float]] = {}
    for row in rows:
        one: dict[str, float] = {"amended": float(row.versions > 1)}
        if late.get(row.id):
            one["in_time"] = sum(days <= 0 for days in late[row.id]) / len(late[row.id])
        if row.state in (AwardState.COMPLETED, AwardState.TERMINATED):
            one["stopped"] = float(row.state is AwardState.TERMINATED)
        if row.id in alive:
            one["alive"] = float(bool(alive[row.id]))
        found[row.application_id] = one
    return found


def _criteria(
    grants: Sequence[Any], moved: Mapping[int, Sequence[Any]], outcomes: Mapping[int, Mapping[str, float]]
) -> list[CriterionLine]:
    """Pair the median score of each grant, as a share of its scale, with each outcome."""
    names: dict[str, Any] = {}
    pairs: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for grant in grants:
        for one in moved.get(grant.application_id, ()):
            names.setdefault(one.key, one.name)
            if one.baseline is None:
                continue
            score = float(share_of(one.baseline, one.low, one.high))
            for outcome, came in outcomes[grant.application_id].items():
                pairs.setdefault((one.key, outcome), []).append((score, came))
    return [
        CriterionLine(key, name, {outcome: foretold(pairs.get((key, outcome), [])) for outcome in OUTCOMES})
        for key, name in names.items()
    ]
