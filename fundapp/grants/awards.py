"""The life of a grant once it runs: paused, resumed, closed, ended early."""

from collections.abc import Callable
from datetime import datetime

from flask_babel import gettext as _

from fundapp.accounts.models import User
from fundapp.core.db import locked
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.funds import ledger
from fundapp.funds.models import Account, PaymentScheme
from fundapp.grants.closing import open_points
from fundapp.grants.hold import hold
from fundapp.grants.letters import queue
from fundapp.grants.milestones import release
from fundapp.grants.models import Award
from fundapp.grants.offering import withdraw
from fundapp.grants.rules import RUN
from fundapp.grants.workflow import agreements, workflow

ON_COMPLETE: list[Callable[[Award, datetime], None]] = []
"""What later features do when a grant is finished: plan to ask whether the project lives on."""


def choose_scheme(award: Award, scheme: PaymentScheme, percent: int, *, actor: User, at: datetime) -> None:
    """Choose how a grant is paid, until its first agreement is offered; percent: of an advance.

    Raises MoveRefused (not staff, or offered already) and Refusal for a percentage that is none.
    """
    hold(award)
    if not RUN(actor, award) or not is_scheme_open(award):
        raise MoveRefused(_("How a grant is paid can be changed until its agreement is offered."))
    if not 1 <= percent <= 100:
        raise Refusal(_("An advance is from 1 to 100 percent of the grant."))
    detail = {"from": award.scheme.value, "to": scheme.value, "percent": percent}
    award.scheme, award.advance_percent = scheme, percent
    workflow.make("choose_scheme", award, actor=actor, at=at, detail=detail)


def is_scheme_open(award: Award) -> bool:
    """Tell whether the scheme may still change: there is no version but drafts and dropped ones."""
    return not any(one.state not in ("draft", "withdrawn") for one in award.agreements)


def pause(award: Award, *, actor: User, at: datetime, note: str) -> None:
    """Stop new requests for payment for a while, and say why to the grantee."""
    workflow.make("pause", award, actor=actor, at=at, note=note)
    _tell("grant-paused", award, note, at=at)


def resume(award: Award, *, actor: User, at: datetime, note: str = "") -> None:
    """Take requests for payment again."""
    workflow.make("resume", award, actor=actor, at=at, note=note)
    _tell("grant-resumed", award, note, at=at)


def complete(award: Award, *, actor: User, at: datetime, note: str = "") -> None:
    """Close a grant of which nothing is open any more; what is left goes back to the round.

    Raises Refusal with all that is still open: milestones, reports, conditions, payments, what is owed.
    """
    fund = hold(award)
    if points := open_points(award):
        raise Refusal(" ".join(point.text for point in points))
    held = ledger.balances(fund.id, ledger.Where(award_id=award.id))
    if held[Account.APPROVED] or held[Account.ORDERED]:
        raise Refusal(_("A payment is still under way. Wait until the bank has carried it out."))
    workflow.make("complete", award, actor=actor, at=at, note=note)
    _drop_change(award, actor=actor, at=at, note=note or _("The grant was closed as finished."))
    if rest := held[Account.COMMITTED]:
        release(fund, award, rest, f"complete:{award.id}", actor=actor, at=at)
    _tell("grant-completed", award, note, at=at)
    for react in ON_COMPLETE:
        react(award, at)


def terminate(award: Award, *, actor: User, at: datetime, note: str) -> None:
    """End a grant early: what was approved or paid stays so, the rest goes back to the round.

    What an advance covers stays until it is settled: by a final account, or claimed back whole.
    """
    fund = hold(award)
    locked(Award, award.id)
    workflow.make("terminate", award, actor=actor, at=at, note=note)
    _drop_change(award, actor=actor, at=at, note=note)
    held = ledger.balances(fund.id, ledger.Where(award_id=award.id))
    if rest := held[Account.COMMITTED] - held[Account.ADVANCES]:
        release(fund, award, rest, f"terminate:{award.id}", actor=actor, at=at)
    _tell("grant-ended", award, note, at=at)


def _drop_change(award: Award, *, actor: User, at: datetime, note: str) -> None:
    """Drop a version that is under way, with what its offer kept: the grant has ended."""
    version = award.agreement_under_way
    if version is not None and agreements.allows("withdraw", actor, version):
        withdraw(version, actor=actor, at=at, note=note)


def _tell(name: str, award: Award, note: str, *, at: datetime) -> None:
    queue(name, award.application, f"{award.id}:{award.row_version}", at=at, award=award, note=note)
