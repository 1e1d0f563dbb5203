"""Another plan than the one that was offered: proposed by the grantee, taken over or declined by the fund."""

from collections.abc import Iterable
from datetime import datetime

from flask_babel import gettext as _

from fundapp.accounts.models import User
from fundapp.applications.conversations import handlers
from fundapp.core import audit
from fundapp.core.db import db
from fundapp.core.refusals import ChangedMeanwhile, MoveRefused, Refusal
from fundapp.grants import offering, plan, plan_versions, service
from fundapp.grants.letters import queue
from fundapp.grants.models import Agreement, AgreementState, PlanState, PlanVersion
from fundapp.grants.rules import COUNTER
from fundapp.grants.workflow import proposals as moves

LONGEST = 2000


def propose(
    version: Agreement, rows: Iterable[plan.Written], *, note: str, base: int, actor: User, at: datetime
) -> PlanVersion:
    """Propose another plan than the one that was offered; the offer stands until the fund answers.

    base: the row_version the writer saw. A proposal that waits is replaced. Raises MoveRefused (not
    the grantee, nothing offered), ChangedMeanwhile (the offer is another by now) and Refusal.
    """
    if not COUNTER(actor, version) or version.state is not AgreementState.OFFERED:
        raise MoveRefused(_("You can propose another plan while an agreement is offered to you."))
    if version.row_version != base:
        raise ChangedMeanwhile(_("The fund changed this plan while you had it open."))
    if not note.strip():
        raise Refusal(_("Say what you propose and why."))
    lines = plan_versions.renumbered(version.award, service.checked(rows))
    if lines == version.plan:
        raise Refusal(_("This is the plan that was offered. Change what should be different."))
    if (waiting := plan_versions.open_proposal(version.award)) is not None:
        moves.make("retract", waiting, actor=actor, at=at)
        db.session.flush()  # only one waits at any moment
    made = plan_versions.add(
        version, lines, actor=actor, at=at, state=PlanState.OPEN, note=note.strip()[:LONGEST]
    )
    audit.record("propose_plan", made, actor=actor, at=at, detail={"number": made.number})
    values = {"proposal": made, "who": actor.name}
    queue(
        "plan-proposed", version.application, f"{made.id}", at=at, to=handlers(version.application), **values
    )
    return made


def take_over(proposal: PlanVersion, version: Agreement, *, actor: User, at: datetime) -> None:
    """Make a proposal the plan: the offer is taken back, and what was proposed stands in the draft.

    Raises MoveRefused when it was answered already, or the agreement was signed meanwhile.
    """
    if version.id != proposal.agreement_id:
        raise MoveRefused(_("This step is not open any more: the page was out of date."))
    moves.make("take", proposal, actor=actor, at=at)
    if version.state is not AgreementState.DRAFT:
        offering.take_back(version, actor=actor, at=at)
    version.ends_on = proposal.ends_on
    rows = plan.written(proposal.plan)
    service.save_plan(version, rows, base=version.row_version, actor=actor, at=at)
    _tell(proposal, at=at)


def decline(proposal: PlanVersion, *, actor: User, at: datetime, note: str) -> None:
    """Leave the offer as it is, and say why."""
    moves.make("decline", proposal, actor=actor, at=at, note=note)
    proposal.answer = note.strip()[:LONGEST]
    _tell(proposal, at=at)


def retract(proposal: PlanVersion, *, actor: User, at: datetime) -> None:
    """Take one's own proposal back."""
    moves.make("retract", proposal, actor=actor, at=at)


def _tell(proposal: PlanVersion, *, at: datetime) -> None:
    author = db.session.get(User, proposal.made_by) if proposal.made_by else None
    to = [author] if author else None
    queue("plan-answered", proposal.application, f"{proposal.id}", at=at, to=to, proposal=proposal)
