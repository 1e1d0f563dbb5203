"""What happens to a round: made and changed here, with its steps from rounds.steps."""

from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from fundapp.core import audit
from fundapp.core.db import db
from fundapp.core.refusals import Refusal
from fundapp.funds.models import Fund
from fundapp.rounds import definitions, queries
from fundapp.rounds.models import Criterion, Form, Round, RoundState, Rubric, Stage
from fundapp.rounds.order import check_order
from fundapp.rounds.steps import (
    AFTER,
    CHECKS,
    archive,
    cancel,
    close,
    deliberate,
    is_possible,
    open_early,
    publish,
    reopen,
    unseal,
)

__all__ = [
    "AFTER",
    "CHECKS",
    "archive",
    "cancel",
    "change",
    "close",
    "create",
    "deliberate",
    "install_form",
    "install_rubric",
    "is_possible",
    "open_early",
    "publish",
    "reopen",
    "unseal",
]

ON_STAGE = frozenset(
    {
        "form", "rubric", "opens_at", "closes_at", "grace_minutes", "reviews_due_at", "reviews_wanted",
        "is_blind",
    }
)  # fmt: skip
LATER = frozenset(
    {"name", "summary", "conditions", "closes_at", "reviews_due_at", "decide_by_on", "reviews_wanted"}
)
"""What may still change once a round is published; the rest is a promise."""


def install_form(name: str, *, at: datetime) -> Form:
    """Give the row of a form that we ship (rounds/library), made the first time it is asked for."""
    shipped = definitions.load_library(name)
    if not isinstance(shipped, definitions.Form):
        raise FileNotFoundError(name)
    digest = shipped.digest()
    found = queries.library_form(digest)
    if found is None:
        number = max(shipped.number, queries.highest_number(Form, shipped.slug) + 1)
        found = Form(slug=shipped.slug, number=number, definition=dict(shipped.definition), digest=digest)
        db.session.add(found)
        audit.record("install", found, actor=None, at=at)
    return found


def install_rubric(name: str, *, at: datetime) -> Rubric:
    """Give the row of a rubric that we ship, with its criteria, made the first time it is asked for."""
    shipped = definitions.load_library(name)
    if not isinstance(shipped, definitions.Rubric):
        raise FileNotFoundError(name)
    digest = shipped.digest()
    found = queries.library_rubric(digest)
    if found is None:
        number = max(shipped.number, queries.highest_number(Rubric, shipped.slug) + 1)
        found = Rubric(
            slug=shipped.slug,
            number=number,
            name=shipped.name,
            rules=list(shipped.rules),
            threshold_ppm=shipped.threshold_ppm,
            digest=digest,
            criteria=[_criterion(place, one) for place, one in enumerate(shipped.criteria)],
        )
        db.session.add(found)
        audit.record("install", found, actor=None, at=at)
    return found


def _criterion(position: int, shipped: Any) -> Criterion:
    return Criterion(
        key=shipped.key,
        position=position,
        group=shipped.group,
        name=shipped.name,
        question=shipped.question,
        evidence=list(shipped.evidence),
        levels=[{"value": one.value, "label": one.label, "anchor": one.anchor} for one in shipped.levels],
        lowest=shipped.lowest,
        highest=shipped.highest,
        weight=shipped.weight,
        allows_na=shipped.allows_na,
        asks_expected=shipped.asks_expected,
        is_public=shipped.is_public,
    )


def create(
    fund: Fund,
    *,
    slug: str,
    name: dict[str, str],
    summary: dict[str, str],
    conditions: dict[str, str],
    budget_cents: int,
    lowest_cents: int,
    highest_cents: int,
    opens_at: datetime,
    closes_at: datetime | None,
    reviews_due_at: datetime | None,
    reviews_wanted: int,
    decide_by_on: date | None,
    form: Form,
    rubric: Rubric,
    actor: Any,
    at: datetime,
    grace_minutes: int = 0,
    is_trial: bool = False,
    is_sealed: bool = False,
    is_blind: bool = False,
    shows_disclosure: bool = True,
) -> Round:
    """Prepare a round with one stage, in draft; closes_at None is a rolling call.

    Raises Refusal when the slug is taken, or amounts or dates are out of order.
    """
    if queries.slug_taken(fund.id, slug):
        raise Refusal(_("This fund has a round with the address “%(slug)s” already.", slug=slug))
    made = Round(
        fund=fund, slug=slug, name=name, summary=summary, conditions=conditions, state_at=at, created_at=at,
        budget_cents=budget_cents, lowest_cents=lowest_cents, highest_cents=highest_cents,
        decide_by_on=decide_by_on, is_trial=is_trial, is_sealed=is_sealed, shows_disclosure=shows_disclosure,
    )  # fmt: skip
    stage = Stage(
        fund_id=fund.id, form=form, rubric=rubric, opens_at=opens_at, closes_at=closes_at,
        grace_minutes=grace_minutes, reviews_due_at=reviews_due_at, reviews_wanted=reviews_wanted,
        is_blind=is_blind,
    )  # fmt: skip
    made.stages.append(stage)
    check_order(made)
    db.session.add(made)
    audit.record("create", made, actor=actor, at=at, detail={"slug": slug, "budget_cents": budget_cents})
    return made


def change(round: Round, *, actor: Any, at: datetime, reason: str = "", **values: Any) -> list[str]:
    """Change columns of a round or its stage, and give the names of those that differ.

    In draft anything; once published only texts and dates, with a reason, and a closing only to
    later. Raises Refusal.
    """
    changed = [name for name, value in values.items() if getattr(_holder(round, name), name) != value]
    if not changed:
        return []
    if round.state is not RoundState.DRAFT:
        _check_later(round, changed, values, at, reason)
    if "slug" in changed and queries.slug_taken(round.fund_id, values["slug"], but=round.id):
        raise Refusal(_("This fund has a round with the address “%(slug)s” already.", slug=values["slug"]))
    for name in changed:
        setattr(_holder(round, name), name, values[name])
    check_order(round)
    audit.record("change", round, actor=actor, at=at, note=reason, detail={"changed": sorted(changed)})
    return changed


def _holder(round: Round, name: str) -> Round | Stage:
    return round.stage if name in ON_STAGE else round


def _check_later(round: Round, changed: list[str], values: dict[str, Any], at: datetime, reason: str) -> None:
    """Keep the promises of a published round."""
    if set(changed) - LATER:
        raise Refusal(_("The call is published: its money, form and rubric stay as they are."))
    if not reason.strip():
        raise Refusal(_("The call is published: give a reason for the change."))
    if "closes_at" in changed:
        before, after = round.stage.closes_at, values["closes_at"]
        if round.state is not RoundState.PUBLISHED or not round.stage.is_open(max(at, round.stage.opens_at)):
            raise Refusal(_("The call is closed. Open it again first."))
        if before is None or (after is not None and after < before):
            raise Refusal(_("A published call closes when it said, or later; not earlier."))
