"""The life of a grant once it runs: paused, resumed, closed, ended early."""

from datetime import datetime

from flask_babel import gettext as _

from fundapp.accounts.models import User
from fundapp.core.refusals import Refusal
from fundapp.funds import ledger
from fundapp.funds.models import Account
from fundapp.grants.hold import hold
from fundapp.grants.milestones import release
from fundapp.grants.models import Award, MilestoneState
from fundapp.grants.offering import withdraw
from fundapp.grants.workflow import agreements, workflow


def pause(award: Award, *, actor: User, at: datetime, note: str) -> None:
    """Stop new requests for payment for a while."""
    workflow.make("pause", award, actor=actor, at=at, note=note)


def resume(award: Award, *, actor: User, at: datetime, note: str = "") -> None:
    """Take requests for payment again."""
    workflow.make("resume", award, actor=actor, at=at, note=note)


def complete(award: Award, *, actor: User, at: datetime, note: str = "") -> None:
    """Close a grant of which every milestone is settled; what is left goes back to the round.

    Raises Refusal while a milestone is open or a payment is under way.
    """
    fund = hold(award)
    if any(
        one.state in (MilestoneState.OPEN, MilestoneState.HELD) and one.amount_cents
        for one in award.milestones
    ):
        raise Refusal(_("There are milestones that are not delivered yet. Close or drop them first."))
    held = ledger.balances(fund.id, ledger.Where(award_id=award.id))
    if held[Account.APPROVED] or held[Account.ORDERED]:
        raise Refusal(_("A payment is still under way. Wait until the bank has carried it out."))
    workflow.make("complete", award, actor=actor, at=at, note=note)
    if rest := held[Account.COMMITTED]:
        release(fund, award, rest, f"complete:{award.id}", actor=actor, at=at)


def terminate(award: Award, *, actor: User, at: datetime, note: str) -> None:
    """End a grant early: what was approved or paid stays so, the rest goes back to the round."""
    fund = hold(award)
    workflow.make("terminate", award, actor=actor, at=at, note=note)
    version = award.agreement_under_way
    if version is not None and agreements.allows("withdraw", actor, version):
        withdraw(version, actor=actor, at=at, note=note)
    if rest := ledger.balances(fund.id, ledger.Where(award_id=award.id))[Account.COMMITTED]:
        release(fund, award, rest, f"terminate:{award.id}", actor=actor, at=at)
