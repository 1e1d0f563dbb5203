"""What happens to a round: made, changed, published, closed, taken through to its archive."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from fundapp.core import audit
from fundapp.core.db import db
from fundapp.core.refusals import Refusal
from fundapp.funds import ledger
from fundapp.funds.models import Fund
from fundapp.rounds import definitions, queries
from fundapp.rounds.models import Criterion, Form, Round, RoundState, Rubric, Stage
from fundapp.rounds.workflow import workflow

Check = Callable[[Round, datetime, str], None]
CHECKS: dict[str, list[Check]] = defaultdict(list)
"""What later features ask before a move: its name → functions of (round, at, note) that raise Refusal."""

ON_STAGE = frozenset(
    {"form", "rubric", "opens_at", "closes_at", "grace_minutes", "reviews_due_at", "reviews_wanted"}
)
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
) -> Round:
    """Prepare a round with one stage, in draft; closes_at None is a rolling call.

    Raises Refusal when the slug is taken, or amounts or dates are out of order.
    """
    if queries.slug_taken(fund.id, slug):
        raise Refusal(_("This fund has a round with the address “%(slug)s” already.", slug=slug))
    made = Round(
        fund=fund, slug=slug, name=name, summary=summary, conditions=conditions, state_at=at, created_at=at,
        budget_cents=budget_cents, lowest_cents=lowest_cents, highest_cents=highest_cents,
        decide_by_on=decide_by_on,
    )  # fmt: skip
    stage = Stage(
        fund_id=fund.id, form=form, rubric=rubric, opens_at=opens_at, closes_at=closes_at,
        grace_minutes=grace_minutes, reviews_due_at=reviews_due_at, reviews_wanted=reviews_wanted,
    )  # fmt: skip
    made.stages.append(stage)
    _check_order(made)
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
    _check_order(round)
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


def _check_order(round: Round) -> None:
    """Refuse amounts and dates that contradict each other."""
    stage = round.stage
    if not 0 < round.lowest_cents <= round.highest_cents:
        raise Refusal(_("The lowest amount has to be above zero and not above the highest."))
    if round.budget_cents < round.lowest_cents:
        raise Refusal(_("The budget has to be enough for one grant of the lowest amount."))
    if stage.closes_at is not None and stage.closes_at <= stage.opens_at:
        raise Refusal(_("The call has to close after it opens."))
    end = stage.closes_at or stage.opens_at
    if stage.reviews_due_at is not None and stage.reviews_due_at <= end:
        raise Refusal(_("Reviews can only be due after the call closes."))
    if round.decide_by_on is not None and round.decide_by_on < (stage.reviews_due_at or end).date():
        raise Refusal(_("The decision can only come after the reviews."))


def publish(round: Round, *, actor: Any, at: datetime) -> None:
    """Publish a round: freeze its form and rubric and set its money apart.

    Raises Refusal (rubric or form not whole, closing in the past) and NotEnough (free money).
    """
    workflow.make("publish", round, actor=actor, at=at)
    stage = round.stage
    if stage.closes_at is not None and stage.closes_at <= at:
        raise Refusal(_("The closing date has passed. Choose a later one."))
    definitions.read_form(stage.form.definition)
    if sum(criterion.weight for criterion in stage.rubric.criteria) != 100:
        raise Refusal(_("The weights of the rubric have to add up to 100."))
    stage.form.frozen_at = stage.form.frozen_at or at
    stage.rubric.frozen_at = stage.rubric.frozen_at or at
    themes = frozenset(theme["key"] for theme in round.fund.themes)
    ledger.reserve(round.fund, round.id, round.budget_cents, themes=themes, actor=actor, at=at)


def close(round: Round, *, actor: Any, at: datetime, note: str = "") -> None:
    """Close a call that is over, and open what was sealed; a rolling call closes by hand.

    actor: None for the clock. Raises MoveRefused, and Refusal while the deadline has not passed.
    """
    if any(
        stage.closes_at is not None and (stage.is_open(at) or at < stage.opens_at) for stage in round.stages
    ):
        raise Refusal(_("The deadline has not passed yet."))
    _ask("close", round, at, note)
    workflow.make("close", round, actor=actor, at=at, note=note)
    round.is_sealed = False


def reopen(round: Round, closes_at: datetime, *, actor: Any, at: datetime, note: str) -> None:
    """Open a closed call again until a new closing in the future; the reason goes into the log."""
    if closes_at <= at:
        raise Refusal(_("The closing date has passed. Choose a later one."))
    _ask("reopen", round, at, note)
    workflow.make("reopen", round, actor=actor, at=at, note=note)
    round.stage.closes_at = closes_at
    _check_order(round)


def open_early(round: Round, *, actor: Any, at: datetime, note: str) -> None:
    """Break the seal of a round before it closes; the reason stays in the log."""
    if not round.is_sealed:
        raise Refusal(_("This round is not sealed."))
    workflow.make("open_early", round, actor=actor, at=at, note=note)
    round.is_sealed = False


def deliberate(round: Round, *, actor: Any, at: datetime, note: str = "") -> None:
    """Go on to deciding; the reviews feature wants a reason while reviews are missing."""
    _ask("deliberate", round, at, note)
    workflow.make("deliberate", round, actor=actor, at=at, note=note)


def archive(round: Round, *, actor: Any, at: datetime) -> int:
    """Archive a decided round; money it did not give goes back, and its cents are given."""
    _ask("archive", round, at, "")
    workflow.make("archive", round, actor=actor, at=at)
    return ledger.unreserve(round.fund, round.id, key=f"archive:{round.id}", actor=actor, at=at)


def cancel(round: Round, *, actor: Any, at: datetime, note: str) -> None:
    """Cancel a round that nobody applied to; what was set apart goes back.

    Raises Refusal while there are applications, and MoveRefused without a reason.
    """
    _ask("cancel", round, at, note)
    workflow.make("cancel", round, actor=actor, at=at, note=note)
    ledger.unreserve(round.fund, round.id, key=f"cancel:{round.id}", actor=actor, at=at)


def is_possible(move: str, round: Round, *, at: datetime) -> bool:
    """Tell whether no later feature stands in the way of a move."""
    try:
        _ask(move, round, at, "")
    except Refusal:
        return False
    return True


def _ask(move: str, round: Round, at: datetime, note: str) -> None:
    for check in CHECKS[move]:
        check(round, at, note)
