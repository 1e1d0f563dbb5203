"""What is done with decisions: proposed by one, approved by others, released together."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from fundapp.accounts.models import User
from fundapp.applications import service as applications
from fundapp.applications.models import Application, ApplicationState
from fundapp.core import approvals, audit, money
from fundapp.core.db import db, locked
from fundapp.core.refusals import ChangedMeanwhile, MoveRefused, Refusal
from fundapp.decisions import letters, queries
from fundapp.decisions.models import Decision, DecisionState, Outcome
from fundapp.decisions.rules import proposer, staff
from fundapp.decisions.workflow import workflow
from fundapp.funds import ledger
from fundapp.rounds.models import Round, RoundState
from fundapp.rounds.reading import digest_of
from fundapp.rounds.workflow import workflow as rounds

ON_RELEASE: list[Callable[[Decision, User, datetime], None]] = []
"""What later features do when a decision is released: an award is opened."""

A = ApplicationState
POSSIBLE: dict[ApplicationState, tuple[Outcome, ...]] = {
    A.SUBMITTED: (Outcome.INELIGIBLE,),
    A.IN_REVIEW: (Outcome.AWARDED, Outcome.RESERVE, Outcome.DECLINED),
    A.RESERVE: (Outcome.AWARDED, Outcome.DECLINED),
}
"""Which outcomes an application can come to from each state."""


class OverBudget(Refusal):
    """The award is more than there is for it."""


class Released(NamedTuple):
    """What a release of a round did: letters queued for so many; so many wait for somebody else."""

    sent: int
    waiting: int


# --- proposing -------------------------------------------------------------------


def propose(
    application: Application,
    *,
    outcome: Outcome,
    amount_cents: int | None,
    to_applicant: str,
    internal: str = "",
    actor: User,
    at: datetime,
) -> Decision:
    """Propose what to decide about an application, and give the decision's row.

    amount_cents: for an award only. to_applicant: the reasons, as the letter says them; internal stays
    in the office. Raises Refusal (outcome not open, a proposal is under way), OverBudget, MoveRefused.
    """
    application = locked(Application, application.id)
    _check_proposal(application, outcome, to_applicant, actor)
    amount_cents = amount_cents if outcome is Outcome.AWARDED else None
    if outcome is Outcome.AWARDED:
        _check_amount(application, amount_cents)
    decision = _fresh(application, outcome, at=at)
    decision.outcome, decision.amount_cents = outcome, amount_cents
    decision.to_applicant, decision.internal = to_applicant.strip(), internal.strip()
    decision.proposed_by, decision.proposed_at = actor.id, at
    decision.approved_by = decision.approved_at = None
    decision.digest = digest(decision)
    db.session.add(decision)
    db.session.flush()  # the rule reads the application through the row
    workflow.make("propose", decision, actor=actor, at=at, detail=_facts(decision))
    return decision


def _check_proposal(application: Application, outcome: Outcome, to_applicant: str, actor: User) -> None:
    if not staff(actor, application):
        raise MoveRefused(_("This step is not yours to take."))
    if outcome not in POSSIBLE.get(application.state, ()):
        raise Refusal(_("This outcome is not open for an application in this state."))
    if outcome in (Outcome.DECLINED, Outcome.INELIGIBLE) and not to_applicant.strip():
        raise Refusal(_("Give the applicant a reason."))


def _fresh(application: Application, outcome: Outcome, *, at: datetime) -> Decision:
    """Give the row to write on: the one that was taken back, else a new one."""
    live = queries.live_decision(application)
    if live is not None and live.state is DecisionState.DRAFT:
        return live
    if live is not None and live.state is not DecisionState.RELEASED:
        raise Refusal(_("There is a proposal already: take it back first."))
    if live is not None:  # from the reserve list
        workflow.make("supersede", live, actor=None, at=at)
        db.session.flush()  # only one may be live
    return Decision(
        application_id=application.id,
        round_id=application.round_id,
        fund_id=application.fund_id,
        stage_id=application.stage_id,
        number=queries.highest_number(application) + 1,
        outcome=outcome,
        state=DecisionState.DRAFT,
        state_at=at,
    )


def _facts(decision: Decision) -> dict[str, str | int | None]:
    return {"outcome": decision.outcome.value, "amount_cents": decision.amount_cents}


def digest(decision: Decision) -> str:
    """Name exactly what a decision says: outcome, amount and both texts."""
    return digest_of(
        {
            "application": decision.application_id,
            "stage": decision.stage_id,
            "outcome": decision.outcome.value,
            "amount_cents": decision.amount_cents,
            "to_applicant": decision.to_applicant,
            "internal": decision.internal,
        }
    )


def _check_amount(application: Application, amount_cents: int | None) -> None:
    if not amount_cents or amount_cents <= 0:
        raise OverBudget(_("Fill in how much is awarded."))
    round, fund = application.round, application.fund
    if amount_cents > round.highest_cents:
        raise OverBudget(
            _("The call gives at most %(most)s.", most=_written(round.highest_cents, fund.currency))
        )
    _check_reserved(application, amount_cents)


def _check_reserved(application: Application, amount_cents: int) -> None:
    left = reserved(application)
    if amount_cents > left:
        currency = application.fund.currency
        raise OverBudget(
            _(
                "This award is %(amount)s; the round has %(left)s left.",
                amount=_written(amount_cents, currency),
                left=_written(left, currency),
            )
        )


def reserved(application: Application) -> int:
    """Give what the round of an application still has to give, in cents."""
    return ledger.figures(application.fund_id, ledger.Where(round_id=application.round_id)).reserved


def _written(cents: int, currency: str) -> str:
    return money.show(cents, currency, str(get_locale() or "en").split("_")[0])


def take_back(decision: Decision, *, actor: User, at: datetime, note: str = "") -> None:
    """Take a proposal back to write it anew; approvals of the old text count no more once it differs."""
    decision = locked(Decision, decision.id)
    workflow.make("revise", decision, actor=actor, at=at, note=note)
    decision.approved_by = decision.approved_at = None


# --- approving -------------------------------------------------------------------


def approve(decision: Decision, *, actor: User, at: datetime, shown: str | None = None) -> bool:
    """Say yes to exactly what a decision says; gives whether it is approved now.

    With enough distinct people (fund.approvals_needed), none of them the proposer, it is. shown: the
    digest of what the person read. Raises MoveRefused, and ChangedMeanwhile when it says something else.
    """
    decision = locked(Decision, decision.id)
    if not workflow.allows("approve", actor, decision):
        _refuse("approve", decision, actor)
    if shown is not None and shown != decision.digest:
        raise ChangedMeanwhile(_("The proposal was changed while you were reading it. Read it again."))
    if any(row.user_id == actor.id for row in queries.approvers(decision)):
        raise MoveRefused(_("You have approved this already."))
    said = approvals.give(decision, decision.digest, user_id=actor.id, at=at)
    if said < decision.application.fund.approvals_needed:
        audit.record("agree", decision, actor=actor, at=at, detail={"approvals": said})
        return False
    workflow.make("approve", decision, actor=actor, at=at, detail={"approvals": said})
    decision.approved_by, decision.approved_at = actor.id, at
    return True


def _refuse(name: str, decision: Decision, actor: User) -> None:
    """Say why, in words for this person."""
    if decision.state in workflow[name].sources and proposer(actor, decision):
        raise MoveRefused(_("You proposed this; somebody else has to do the next step."))
    workflow.make(name, decision, actor=actor, at=decision.state_at)


# --- releasing -------------------------------------------------------------------


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
    """Keep the letters of one round together; who is not eligible hears it at once."""
    round = decision.application.round
    is_early = round.state in (RoundState.PUBLISHED, RoundState.REVIEWING)
    if is_early and round.stage.closes_at is not None and decision.outcome is not Outcome.INELIGIBLE:
        raise Refusal(_("The letters of this round go out when it is being decided, not before."))


def _release(decision: Decision, *, actor: User, at: datetime) -> None:
    if not workflow.allows("release", actor, decision):
        _refuse("release", decision, actor)
    application = decision.application
    ledger.lock(decision.fund_id)
    if digest(decision) != decision.digest or approvals.given(decision, decision.digest) < _needed(decision):
        raise MoveRefused(_("What was approved is not what stands here. Take it back and propose it again."))
    if decision.amount_cents is not None:
        _check_reserved(application, decision.amount_cents)
    workflow.make("release", decision, actor=actor, at=at, detail=_facts(decision))
    decision.released_by, decision.released_at = actor.id, at
    applications.conclude(application, ApplicationState(decision.outcome.value), actor=actor, at=at)
    letters.send(decision, at=at)
    for react in ON_RELEASE:
        react(decision, actor, at)


def _needed(decision: Decision) -> int:
    return decision.application.fund.approvals_needed


def release_round(round: Round, *, actor: User, at: datetime) -> Released:
    """Release all decisions of a round that this person may release; gives how many went and how many wait.

    Nothing goes out before every live application has an approved decision. What this person proposed,
    or has a tie with, waits for another manager; the round is decided when none waits.
    """
    round = locked(Round, round.id)
    if round.state is not RoundState.DECIDING:
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
        if workflow.allows("release", actor, decision):
            _release(locked(Decision, decision.id), actor=actor, at=at)
            count += 1
    if not count:
        raise MoveRefused(_("None of these decisions is yours to release: another manager does."))
    return Released(count, _finish(round, actor=actor, at=at))


def _finish(round: Round, *, actor: User, at: datetime) -> int:
    """Close the deciding of a round once nothing waits; give how many decisions still do."""
    waiting = len(queries.approved_in(round))
    if round.state is RoundState.DECIDING and not waiting and not queries.undecided_count(round):
        rounds.make("release", round, actor=actor, at=at)
    return waiting
