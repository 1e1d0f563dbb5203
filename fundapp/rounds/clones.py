"""A round made after an earlier one: everything but its dates, its money's place and what came in."""

from collections.abc import Callable
from copy import deepcopy
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from fundapp.accounts.models import Role
from fundapp.core import audit
from fundapp.core.db import Base, db
from fundapp.core.refusals import Refusal
from fundapp.rounds import dates, queries
from fundapp.rounds.models import Round, RoundState, Stage
from fundapp.rounds.order import check_order

OWN_OF_ROUND = frozenset(
    {
        "id", "row_version", "slug", "name", "state", "state_at", "created_at", "is_trial", "is_sealed",
        "unsealed_at", "cloned_from_id", "decide_by_on",
    }
)  # fmt: skip
OWN_OF_STAGE = frozenset({"id", "round_id", "opens_at", "closes_at", "reviews_due_at", "decide_by_on"})
"""What a clone does not take over as it is; every other column, whenever added, comes along."""

ON_CLONE: list[Callable[[Round, Round, datetime], None]] = []
"""What later features copy from the first round to the second: its panel, its mail."""


def clone(
    round: Round,
    *,
    slug: str,
    name: dict[str, str],
    opens_at: datetime,
    closes_at: datetime | None = None,
    is_trial: bool = False,
    actor: Any,
    at: datetime,
) -> Round:
    """Prepare a round after an earlier one: texts, money, form, rubric and settings of each stage.

    closes_at: of the first stage; without one the call stays open for as many days. All later dates
    move along with the closing, at the same hour of the day. Raises Refusal when the slug is taken.
    """
    if queries.slug_taken(round.fund_id, slug):
        raise Refusal(_("This fund has a round with the address “%(slug)s” already.", slug=slug))
    zone, first = round.fund.zone, round.stage
    days = dates.days_between(first.opens_at, opens_at, zone)
    closes_at = closes_at or dates.shifted(first.closes_at, days, zone, closing=True)
    if closes_at is not None and first.closes_at is not None:
        days = dates.days_between(first.closes_at, closes_at, zone)
    made = Round(
        **_columns(round, OWN_OF_ROUND), fund=round.fund, slug=slug, name=name, state=RoundState.DRAFT,
        state_at=at, created_at=at, cloned_from_id=round.id, is_trial=is_trial,
        is_sealed=round.is_sealed or round.unsealed_at is not None,
        decide_by_on=dates.shifted_day(round.decide_by_on, days),
    )  # fmt: skip
    made.stages.extend(_moved(stage, days, zone) for stage in round.stages)
    made.stage.opens_at, made.stage.closes_at = opens_at, closes_at
    check_order(made)
    db.session.add(made)
    audit.record("clone", made, actor=actor, at=at, detail={"from": round.id, "slug": slug})
    db.session.flush()  # who sits in a panel sits there by the number of the round
    _seat(round, made, actor, at)
    for copy in ON_CLONE:
        copy(round, made, at)
    return made


def _seat(round: Round, made: Round, actor: Any, at: datetime) -> None:
    """Give those who have a role in the first round, its panel, the same one in the new round."""
    held = db.session.scalars(select(Role).where(Role.round_id == round.id, Role.ended_at.is_(None)))
    granter = actor.id if actor is not None else None
    db.session.add_all(
        Role(
            user_id=role.user_id,
            fund_id=made.fund_id,
            round_id=made.id,
            name=role.name,
            granted_by=granter,
            granted_at=at,
        )
        for role in held.all()
    )


def _moved(stage: Stage, days: int, zone: str) -> Stage:
    opens_at = dates.shifted(stage.opens_at, days, zone, closing=False)
    return Stage(
        **_columns(stage, OWN_OF_STAGE),
        form=stage.form,
        rubric=stage.rubric,
        opens_at=opens_at,
        closes_at=dates.shifted(stage.closes_at, days, zone, closing=True),
        reviews_due_at=dates.shifted(stage.reviews_due_at, days, zone, closing=True),
        decide_by_on=dates.shifted_day(stage.decide_by_on, days),
    )


def _columns(row: Base, own: frozenset[str]) -> dict[str, Any]:
    """Give the values of all other columns; keys that a relationship fills are left to it."""
    filled = own | {"fund_id" if isinstance(row, Round) else "form_id", "rubric_id"}
    names = [column.key for column in type(row).__mapper__.column_attrs]
    return {name: deepcopy(getattr(row, name)) for name in names if name not in filled}
