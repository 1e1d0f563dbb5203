"""Writing the final account of a grant with an advance: its lines, and what stands around them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask_babel import gettext as _

from fundapp.accounts.models import User
from fundapp.core import audit
from fundapp.core.db import db
from fundapp.core.refusals import ChangedMeanwhile, MoveRefused, Refusal
from fundapp.funds.models import PaymentScheme
from fundapp.grants.hold import hold
from fundapp.grants.models import Award, AwardState, MilestoneState
from fundapp.payouts import account_files, cost_sums, queries
from fundapp.payouts.asking import LONGEST_LINK, MOST_LINKS
from fundapp.payouts.models import CostLine, FinalAccount
from fundapp.payouts.rules import ASK
from fundapp.payouts.settling import accounts
from fundapp.rounds.answers import is_web_address

MOST_LINES = 200
SETTLES_IN = (AwardState.ACTIVE, AwardState.PAUSED, AwardState.TERMINATED)


@dataclass(frozen=True, slots=True)
class Written:
    """One line as it was typed. id: of the line it was before; None for a new one."""

    id: int | None
    title: str
    budget_cents: int
    net_cents: int
    vat_cents: int
    evidence: Sequence[str] = field(default_factory=list)
    note: str = ""


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around the lines: VAT that is got back, what others carried, a note."""

    reclaims_vat: bool = False
    own_cents: int = 0
    other_cents: int = 0
    note: str = ""


def sums(account: FinalAccount) -> cost_sums.Sums:
    """Add a final account up."""
    given = {"own_cents": account.own_cents, "other_cents": account.other_cents}
    return cost_sums.sums(account.lines, reclaims_vat=account.reclaims_vat, **given)


def begin(award: Award, *, actor: User, at: datetime) -> FinalAccount:
    """Begin the final account with the lines of the plan as its budget, or give the one there is."""
    hold(award)
    if (found := queries.final_account(award)) is not None:
        return found
    if not ASK(actor, award):
        raise MoveRefused(_("Only the grantee writes the final account."))
    if award.scheme is not PaymentScheme.ADVANCE or award.state not in SETTLES_IN:
        raise Refusal(_("There is a final account for a grant with an advance, once it runs."))
    return begun(award, actor=actor, at=at)


def begun(award: Award, *, actor: User, at: datetime) -> FinalAccount:
    """Make the account with the lines of the plan. The fund is locked by who calls."""
    made = FinalAccount(award_id=award.id, fund_id=award.fund_id, state_at=at)
    budget = [one for one in award.milestones if one.amount_cents and one.state is not MilestoneState.DROPPED]
    for place, one in enumerate(budget):
        made.lines.append(
            CostLine(position=place, title=f"{one.ref} {one.title}", budget_cents=one.amount_cents)
        )
    db.session.add(made)
    db.session.flush()  # its page carries its id
    db.session.refresh(made)  # and asks for its grant
    audit.record("begin", made, actor=actor, at=at)
    return made


def save(
    account: FinalAccount, lines: Iterable[Written], around: Around, *, base: int, actor: User, at: datetime
) -> None:
    """Keep the account as it was typed; it may still be incomplete.

    base: the row_version the writer saw. Raises ChangedMeanwhile, MoveRefused, and Refusal for amounts
    below zero, a link that is none, or too many lines.
    """
    hold(account)
    rows = list(lines)
    if account.row_version != base:
        raise ChangedMeanwhile(_("Somebody else saved this account while you had it open."))
    _check_typed(rows, around)
    accounts.make("write", account, actor=actor, at=at)
    known = {line.id: line for line in account.lines}
    kept = [_line(known, row, place) for place, row in enumerate(rows)]
    for line in set(known.values()) - set(kept):
        account_files.forget(line)
    account.lines = kept
    account.reclaims_vat, account.note = around.reclaims_vat, around.note.strip()
    account.own_cents, account.other_cents = around.own_cents, around.other_cents
    account.costs_cents = sums(account).asked
    db.session.flush()  # the form that follows carries the new version


def _line(known: dict[int, CostLine], row: Written, place: int) -> CostLine:
    line = known.get(row.id or 0) or CostLine()
    line.position, line.title, line.note = place, " ".join(row.title.split()), row.note.strip()
    line.budget_cents, line.net_cents, line.vat_cents = row.budget_cents, row.net_cents, row.vat_cents
    line.evidence = list(row.evidence)
    return line


def _check_typed(rows: Sequence[Written], around: Around) -> None:
    if len(rows) > MOST_LINES:
        raise Refusal(_("A final account has at most %(most)s lines.", most=MOST_LINES))
    amounts = [around.own_cents, around.other_cents]
    for row in rows:
        amounts += [row.budget_cents, row.net_cents, row.vat_cents]
        links = row.evidence
        if len(links) > MOST_LINKS or any(
            len(one) > LONGEST_LINK or not is_web_address(one) for one in links
        ):
            raise Refusal(
                _("One of the addresses for “%(line)s” is not an http or https address.", line=row.title)
            )
    if any(cents < 0 for cents in amounts):
        raise Refusal(_("An amount cannot be below zero."))
