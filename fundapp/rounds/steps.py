"""The steps of a round: published, closed, opened again, unsealed, taken to its decision and its archive."""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from fundapp.accounts import queries as accounts
from fundapp.accounts.models import RoleName
from fundapp.core import audit, mail
from fundapp.core.refusals import Refusal
from fundapp.funds import ledger
from fundapp.rounds import dates, definitions, rubrics
from fundapp.rounds.models import Round, Stage
from fundapp.rounds.order import check_order
from fundapp.rounds.workflow import workflow

Check = Callable[[Round, datetime, str], None]
CHECKS: dict[str, list[Check]] = defaultdict(list)
"""What later features ask before a move: its name → functions of (round, at, note) that raise Refusal."""

AFTER: dict[str, list[Check]] = defaultdict(list)
"""What later features do after a move, in the same transaction: who waits for the round is written to."""


def publish(round: Round, *, actor: Any, at: datetime) -> None:
    """Publish a round: freeze its forms and rubrics and set its money apart; a trial sets none apart.

    Raises Refusal (rubric or form not whole, closing in the past) and NotEnough (free money).
    """
    workflow.make("publish", round, actor=actor, at=at)
    check_order(round)
    if round.stage.closes_at is not None and round.stage.closes_at <= at:
        raise Refusal(_("The closing date has passed. Choose a later one."))
    for stage in round.stages:
        _freeze(stage, at)
    if not round.is_trial:
        themes = frozenset(theme["key"] for theme in round.fund.themes)
        ledger.reserve(round.fund, round.id, round.budget_cents, themes=themes, actor=actor, at=at)


def _freeze(stage: Stage, at: datetime) -> None:
    definitions.read_form(stage.form.definition)
    if sum(criterion.weight for criterion in stage.rubric.criteria) != 100:
        raise Refusal(_("The weights of the rubric have to add up to 100."))
    if not rubrics.is_whole(stage.rubric):
        raise Refusal(_("The rubric is not whole yet: its own page says what is missing."))
    if unfed := rubrics.unfed(stage.rubric.criteria, stage.form.definition):
        keys = ", ".join(criterion.key for criterion in unfed)
        raise Refusal(_("No question of the form helps to judge these criteria: %(keys)s.", keys=keys))
    stage.form.frozen_at = stage.form.frozen_at or at
    stage.rubric.frozen_at = stage.rubric.frozen_at or at


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
    if round.is_sealed:
        _take_seal_off(round, at)
    _tell("close", round, at, note)


def unseal(round: Round, *, actor: Any, at: datetime) -> None:
    """Open a sealed round of several stages for reading once its first stage has closed."""
    stage = round.stage
    if not round.is_sealed or stage.closes_at is None or stage.is_open(at) or at < stage.opens_at:
        raise Refusal(_("The deadline has not passed yet."))
    _ask("close", round, at, "")
    _take_seal_off(round, at)
    audit.record("unseal", round, actor=actor, at=at)


def _take_seal_off(round: Round, at: datetime) -> None:
    round.is_sealed, round.unsealed_at = False, at


def reopen(round: Round, closes_at: datetime, *, actor: Any, at: datetime, note: str) -> None:
    """Open a closed call again until a new closing in the future; the reason goes into the log.

    The day reviews are due and the promised letters move along when they would come too early.
    Those with a draft are told.
    """
    if closes_at <= at:
        raise Refusal(_("The closing date has passed. Choose a later one."))
    _ask("reopen", round, at, note)
    workflow.make("reopen", round, actor=actor, at=at, note=note)
    _move_along(round, closes_at)
    check_order(round)
    _tell("reopen", round, at, note)


def _move_along(round: Round, closes_at: datetime) -> None:
    """Set a later closing of the last stage; what was to come after it keeps its distance in days."""
    stage, zone = round.stages[-1], round.fund.zone
    days = dates.days_between(stage.closes_at or closes_at, closes_at, zone)
    stage.closes_at = closes_at
    if stage.reviews_due_at is not None and stage.reviews_due_at <= closes_at:
        stage.reviews_due_at = dates.shifted(stage.reviews_due_at, days, zone, closing=True)
    end = stage.reviews_due_at or closes_at
    if round.decide_by_on is not None and round.decide_by_on < end.date():
        round.decide_by_on = dates.shifted_day(round.decide_by_on, days)


def open_early(round: Round, *, actor: Any, at: datetime, note: str) -> None:
    """Break the seal of a round before it closes; the reason stays in the log and goes to the auditors."""
    if not round.is_sealed:
        raise Refusal(_("This round is not sealed."))
    workflow.make("open_early", round, actor=actor, at=at, note=note)
    _take_seal_off(round, at)
    for reader in accounts.holders(round.fund_id, RoleName.AUDITOR):
        mail.queue(
            "seal-broken",
            key=f"seal-broken:{round.id}:{reader.id}",
            to=reader,
            at=at,
            fund_id=round.fund_id,
            fund=round.fund,
            round=round,
            who=actor,
            reason=note,
        )


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
    """Cancel a round that nobody applied to; what was set apart goes back, who has a draft is told.

    Raises Refusal while there are applications, and MoveRefused without a reason.
    """
    _ask("cancel", round, at, note)
    workflow.make("cancel", round, actor=actor, at=at, note=note)
    ledger.unreserve(round.fund, round.id, key=f"cancel:{round.id}", actor=actor, at=at)
    _tell("cancel", round, at, note)


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


def _tell(move: str, round: Round, at: datetime, note: str) -> None:
    for react in AFTER[move]:
        react(round, at, note)
