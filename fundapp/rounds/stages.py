"""The stages of a round: an idea first, the full proposal of those who are invited after."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from fundapp.core import audit
from fundapp.core.db import db
from fundapp.core.refusals import Refusal
from fundapp.rounds.models import Form, Round, RoundState, Rubric, Stage
from fundapp.rounds.order import check_order

MOST = 3
LATER = frozenset({"name", "closes_at", "reviews_due_at", "reviews_wanted", "decide_by_on"})
"""What may still change of a stage once its round is published."""


def add(
    round: Round,
    *,
    form: Form,
    rubric: Rubric,
    opens_at: datetime,
    closes_at: datetime | None,
    actor: Any,
    at: datetime,
    **settings: Any,
) -> Stage:
    """Add a stage after the last one; those invited there get it. Raises Refusal once published.

    settings: further columns of Stage (name, reviews_due_at, reviews_wanted, decide_by_on …).
    """
    _check_draft(round)
    if len(round.stages) >= MOST:
        raise Refusal(_("A round has at most %(most)d stages.", most=MOST))
    made = Stage(
        fund_id=round.fund_id,
        number=len(round.stages) + 1,
        form=form,
        rubric=rubric,
        opens_at=opens_at,
        closes_at=closes_at,
        **settings,
    )
    _take_in(round, made)
    audit.record("add_stage", round, actor=actor, at=at, detail={"number": made.number})
    return made


def _take_in(round: Round, made: Stage) -> None:
    """Check the dates of all stages together before the new one reaches the database."""
    with db.session.no_autoflush:
        round.stages.append(made)
        try:
            check_order(round)
        except Refusal:
            round.stages.remove(made)
            db.session.expunge(made)
            raise


def change(stage: Stage, *, actor: Any, at: datetime, reason: str = "", **values: Any) -> list[str]:
    """Change columns of a stage and give the names of those that differ; later only dates, with a reason.

    Raises Refusal: a promise would be broken, or the dates of the stages contradict each other.
    """
    changed = sorted(name for name, value in values.items() if getattr(stage, name) != value)
    if not changed:
        return []
    round = stage.round
    if round.state is not RoundState.DRAFT:
        _check_later(stage, changed, values, at, reason)
    for name in changed:
        setattr(stage, name, values[name])
    check_order(round)
    detail = {"changed": changed, "stage": stage.number}
    audit.record("change_stage", round, actor=actor, at=at, note=reason, detail=detail)
    return changed


def _check_later(stage: Stage, changed: list[str], values: dict[str, Any], at: datetime, reason: str) -> None:
    if set(changed) - LATER:
        raise Refusal(_("The call is published: its money, form and rubric stay as they are."))
    if not reason.strip():
        raise Refusal(_("The call is published: give a reason for the change."))
    if "closes_at" in changed:
        before, after = stage.closes_at, values["closes_at"]
        if stage.round.state is not RoundState.PUBLISHED or not stage.is_open(max(at, stage.opens_at)):
            raise Refusal(_("The call is closed. Open it again first."))
        if before is None or after is None or after < before:
            raise Refusal(_("A published call closes when it said, or later; not earlier."))


def remove(stage: Stage, *, actor: Any, at: datetime) -> None:
    """Take the last stage of a draft away again; the first one stays."""
    round = stage.round
    _check_draft(round)
    if stage is round.stage or stage is not round.stages[-1]:
        raise Refusal(_("Only the last stage can be taken away."))
    audit.record("remove_stage", round, actor=actor, at=at, detail={"number": stage.number})
    round.stages.remove(stage)
    db.session.delete(stage)


def _check_draft(round: Round) -> None:
    if round.state is not RoundState.DRAFT:
        raise Refusal(_("The call is published: its stages stay as they are."))


def after(stage: Stage) -> Stage | None:
    """Give the stage that follows, if there is one: whom this one invites writes for it."""
    return next((one for one in stage.round.stages if one.number == stage.number + 1), None)
