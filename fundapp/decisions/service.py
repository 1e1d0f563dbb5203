"""What is done with decisions: proposed by one, approved by others; releasing stands in its own file."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _

from fundapp.accounts.models import User
from fundapp.applications import eligibility
from fundapp.applications.models import Application, ApplicationState
from fundapp.core import approvals, audit
from fundapp.core.db import db, locked
from fundapp.core.refusals import ChangedMeanwhile, MoveRefused, Refusal
from fundapp.decisions import caps, letters, queries, reasons, reserve, scenarios
from fundapp.decisions.amounts import OverBudget, check_amount, reserved
from fundapp.decisions.digests import digest
from fundapp.decisions.models import Decision, DecisionState, Outcome
from fundapp.decisions.releasing import ON_RELEASE, Released, embargo, facts, refuse, release, release_round
from fundapp.decisions.rules import staff
from fundapp.decisions.wording import is_partial
from fundapp.decisions.workflow import workflow
from fundapp.funds.models import Regime

__all__ = [
    "ON_RELEASE", "POSSIBLE", "OverBudget", "Released", "approve", "digest", "embargo", "open_outcomes",
    "propose", "release", "release_round", "reserved", "take_back",
]  # fmt: skip

A = ApplicationState
POSSIBLE: dict[ApplicationState, tuple[Outcome, ...]] = {
    A.SUBMITTED: (Outcome.INELIGIBLE,),
    A.IN_REVIEW: (Outcome.AWARDED, Outcome.RESERVE, Outcome.DECLINED),
    A.RESERVE: (Outcome.AWARDED, Outcome.DECLINED),
}
"""Which outcomes an application can come to from each state, at the last stage of its round."""


def open_outcomes(application: Application) -> tuple[Outcome, ...]:
    """Give the outcomes an application can come to now: before the last stage it is invited, not awarded."""
    if application.state is A.IN_REVIEW and queries.has_next_stage(application):
        return (Outcome.INVITED, Outcome.DECLINED)
    return POSSIBLE.get(application.state, ())


# --- proposing -------------------------------------------------------------------


def propose(
    application: Application,
    *,
    outcome: Outcome,
    amount_cents: int | None,
    to_applicant: str,
    internal: str = "",
    codes: Sequence[str] = (),
    actor: User,
    at: datetime,
) -> Decision:
    """Propose what to decide about an application, and give the decision's row.

    amount_cents: for an award only. to_applicant: the reasons, as the letter says them; internal stays
    in the office. codes: standing reasons. Raises Refusal (outcome not open, no reason, a proposal is
    under way), OverBudget, MoveRefused.
    """
    application = locked(Application, application.id)
    codes = reasons.check_codes(application.fund_id, codes, outcome)
    _check_proposal(application, outcome, to_applicant, codes, actor)
    amount_cents = amount_cents if outcome is Outcome.AWARDED else None
    if outcome is Outcome.AWARDED:
        check_amount(application, amount_cents)
        caps.check(application, amount_cents or 0)
    decision = _fresh(application, outcome, at=at)
    decision.outcome, decision.amount_cents = outcome, amount_cents
    decision.scenario_id = scenarios.chosen_id(application)
    decision.to_applicant, decision.internal = to_applicant.strip(), internal.strip()
    decision.reasons, decision.reserve_place = list(codes), reserve.place_for(decision, application)
    decision.proposed_by, decision.proposed_at = actor.id, at
    decision.approved_by = decision.approved_at = None
    decision.digest = digest(decision)
    db.session.add(decision)
    db.session.flush()  # the rule reads the application through the row
    _check_reason(decision)
    workflow.make("propose", decision, actor=actor, at=at, detail=facts(decision))
    return decision


def _check_proposal(
    application: Application, outcome: Outcome, to_applicant: str, codes: Sequence[str], actor: User
) -> None:
    if not staff(actor, application):
        raise MoveRefused(_("This step is not yours to take."))
    if outcome not in open_outcomes(application):
        raise Refusal(_("This outcome is not open for an application in this state."))
    if outcome is Outcome.INELIGIBLE:
        eligibility.check_refusal(application)
    refuses = outcome in (Outcome.DECLINED, Outcome.INELIGIBLE)
    if refuses and not to_applicant.strip() and not codes:
        raise Refusal(_("Give the applicant a reason."))


def _check_reason(decision: Decision) -> None:
    """Under public law every decision is reasoned; elsewhere also an award lower than was asked."""
    if decision.to_applicant or decision.reasons:
        return
    if is_partial(decision):
        raise Refusal(_("The amount is lower than what was asked: give the applicant the reason."))
    if decision.application.fund.legal_regime is Regime.AWB:
        raise Refusal(_("A decision under public law states its reasons."))


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


def take_back(decision: Decision, *, actor: User, at: datetime, note: str = "") -> None:
    """Take a proposal back to write it anew; approvals of the old text count no more once it differs."""
    decision = locked(Decision, decision.id)
    workflow.make("revise", decision, actor=actor, at=at, note=note)
    decision.approved_by = decision.approved_at = None
    decision.reserve_place = None


# --- approving -------------------------------------------------------------------


def approve(
    decision: Decision, *, actor: User, at: datetime, shown: str | None = None, has_read: bool = True
) -> bool:
    """Say yes to exactly what a decision says; gives whether it is approved now.

    With enough distinct people (fund.approvals_needed), none of them the proposer, it is, and its
    letters are drawn up. shown: the digest of what the person read. has_read: whether they read the
    letters too; else somebody reads them over later. Raises MoveRefused, and ChangedMeanwhile when it
    says something else.
    """
    decision = locked(Decision, decision.id)
    if not workflow.allows("approve", actor, decision):
        refuse("approve", decision, actor)
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
    letters.draw_up(decision, reader=actor if has_read else None, at=at)
    return True
