"""Releasing decisions: outcome, letters and money at once; the letters of a round together."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import ngettext

from fundapp.accounts.models import User
from fundapp.applications import service as applications
from fundapp.applications.models import ApplicationState
from fundapp.core import approvals, audit
from fundapp.core.db import locked
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.decisions import caps, letters, queries
from fundapp.decisions.amounts import check_reserved
from fundapp.decisions.digests import digest
from fundapp.decisions.models import Decision, Outcome
from fundapp.decisions.rules import proposer, staff
from fundapp.decisions.workflow import workflow
from fundapp.funds import ledger
from fundapp.rounds import stages
from fundapp.rounds.models import Round, RoundState
from fundapp.rounds.workflow import workflow as rounds

ON_RELEASE: list[Callable[[Decision, User, datetime], None]] = []
"""What later features do when a decision is released: an award is opened."""


class Released(NamedTuple):
    """What a release of a round did: letters queued for so many; so many wait for somebody else."""

    sent: int
    waiting: int


def refuse(name: str, decision: Decision, actor: User) -> None:
    """Say why a step is not open, in words for this person. Raises MoveRefused."""
    if decision.state in workflow[name].sources and proposer(actor, decision):
        raise MoveRefused(_("You proposed this; somebody else has to do the next step."))
    workflow.make(name, decision, actor=actor, at=decision.state_at)


def release(decision: Decision, *, actor: User, at: datetime) -> None:
    """Let a decision take effect: outcome, letters to every applicant, and the award with its money.

    Letters are queued in this transaction and sent after it commits. Raises MoveRefused (twice, or
    the proposer), OverBudget, and Refusal while the others of a round with a closing date wait.
    """
    decision = locked(Decision, decision.id)
    _check_turn(decision)
    _release(decision, actor=actor, at=at)
    _finish(decision.application.round, actor=actor, at=at)


def _check_turn(decision: Decision) -> None:
    """Keep the letters of one round together; who is not eligible hears it at once.

    What is decided before the last stage goes out while the round goes on.
    """
    round = decision.application.round
    if stages.after(decision.application.stage) is not None:
        return
    is_early = round.state in (RoundState.PUBLISHED, RoundState.REVIEWING)
    if is_early and round.stage.closes_at is not None and decision.outcome is not Outcome.INELIGIBLE:
        raise Refusal(_("The letters of this round go out when it is being decided, not before."))


def _release(decision: Decision, *, actor: User, at: datetime) -> None:
    if not workflow.allows("release", actor, decision):
        refuse("release", decision, actor)
    if decision.embargo_until_at is not None and at < decision.embargo_until_at:
        raise Refusal(_("These decisions are under embargo: they can go out later, all together."))
    application = decision.application
    ledger.lock(decision.fund_id)
    if digest(decision) != decision.digest or approvals.given(decision, decision.digest) < _needed(decision):
        raise MoveRefused(_("What was approved is not what stands here. Take it back and propose it again."))
    if decision.amount_cents is not None:
        check_reserved(application, decision.amount_cents)
        caps.check(application, decision.amount_cents, at_release=True)
    letters.check_read(decision)
    workflow.make("release", decision, actor=actor, at=at, detail=facts(decision))
    decision.released_by, decision.released_at = actor.id, at
    applications.conclude(application, ApplicationState(decision.outcome.value), actor=actor, at=at)
    letters.send(decision, at=at)
    if application.round.is_trial:  # an outcome and a letter to look at, and nothing in the books
        return
    for react in ON_RELEASE:
        react(decision, actor, at)


def facts(decision: Decision) -> dict[str, str | int | None]:
    """Give what the log keeps of a decision: no typed text."""
    return {"outcome": decision.outcome.value, "amount_cents": decision.amount_cents}


def _needed(decision: Decision) -> int:
    return decision.application.fund.approvals_needed


def release_round(round: Round, *, actor: User, at: datetime) -> Released:
    """Release all decisions of a round that this person may release; gives how many went and how many wait.

    Nothing goes out before every live application has an approved decision. What this person proposed,
    or has a tie with, waits for another manager; the round is decided when none waits.
    """
    round = locked(Round, round.id)
    if round.state is not RoundState.DECIDING and not is_between_stages(round, at):
        raise MoveRefused(_("This round is not being decided now."))
    if missing := queries.undecided_count(round):
        raise Refusal(
            ngettext(
                "One application has no approved decision yet.",
                "%(num)d applications have no approved decision yet.",
                missing,
            )
        )
    count = 0
    for decision in queries.approved_in(round):
        _check_turn(decision)
        if workflow.allows("release", actor, decision):
            _release(locked(Decision, decision.id), actor=actor, at=at)
            count += 1
    if not count:
        raise MoveRefused(_("None of these decisions is yours to release: another manager does."))
    return Released(count, _finish(round, actor=actor, at=at))


def is_between_stages(round: Round, at: datetime) -> bool:
    """Tell whether the letters of an earlier stage can go out: it has closed, and the round goes on."""
    return round.state is RoundState.PUBLISHED and any(
        stage.closes_at is not None and not stage.is_open(at) and at >= stage.closes_at
        for stage in round.stages[:-1]
    )


def _finish(round: Round, *, actor: User, at: datetime) -> int:
    """Close the deciding of a round once nothing waits; give how many decisions still do."""
    waiting = len(queries.approved_in(round))
    if round.state is RoundState.DECIDING and not waiting and not queries.undecided_count(round):
        rounds.make("release", round, actor=actor, at=at)
    return waiting


# --- embargo ---------------------------------------------------------------------


def embargo(round: Round, until_at: datetime | None, *, actor: User, at: datetime) -> int:
    """Keep the decisions of a round inside until an instant, or (None) lift it; give how many.

    Only what this person may decide about; approvals stay, since nothing of what was approved changes.
    """
    count = 0
    for decision in queries.under_way(round):
        if staff(actor, decision):
            decision.embargo_until_at = until_at
            audit.record("embargo", decision, actor=actor, at=at)
            count += 1
    return count
