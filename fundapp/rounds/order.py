"""Whether the amounts and dates of a round agree with each other, stage after stage."""

from itertools import pairwise

from flask_babel import gettext as _

from fundapp.core.refusals import Refusal
from fundapp.rounds.models import Round, Stage


def check_order(round: Round) -> None:
    """Refuse amounts and dates that contradict each other."""
    _check_amounts(round)
    for stage in round.stages:
        _check_stage(stage)
    for before, after in pairwise(round.stages):
        _check_next(before, after)
    last = round.stages[-1]
    end = last.reviews_due_at or last.closes_at or last.opens_at
    if round.decide_by_on is not None and round.decide_by_on < end.date():
        raise Refusal(_("The decision can only come after the reviews."))
    if round.is_sealed and round.stage.closes_at is None:
        raise Refusal(_("A call that is always open can't be sealed: it would never be read."))


def _check_amounts(round: Round) -> None:
    if not 0 < round.lowest_cents <= round.highest_cents:
        raise Refusal(_("The lowest amount has to be above zero and not above the highest."))
    if round.budget_cents < round.lowest_cents:
        raise Refusal(_("The budget has to be enough for one grant of the lowest amount."))


def _check_stage(stage: Stage) -> None:
    if stage.closes_at is not None and stage.closes_at <= stage.opens_at:
        raise Refusal(_("The call has to close after it opens."))
    end = stage.closes_at or stage.opens_at
    if stage.reviews_due_at is not None and stage.reviews_due_at <= end:
        raise Refusal(_("Reviews can only be due after the call closes."))
    if stage.decide_by_on is not None and stage.decide_by_on < (stage.reviews_due_at or end).date():
        raise Refusal(_("The decision can only come after the reviews."))


def _check_next(before: Stage, after: Stage) -> None:
    if before.closes_at is None or after.closes_at is None:
        raise Refusal(_("A call of two stages needs a closing for each of them."))
    if after.opens_at < before.closes_at:
        raise Refusal(_("The second stage can only open after the first has closed."))
