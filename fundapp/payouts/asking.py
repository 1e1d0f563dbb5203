"""What may be asked for: open milestones, no more than is left of them, in time, with evidence that works."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import format_date
from flask_babel import gettext as _
from sqlalchemy import select

from fundapp.core.db import db
from fundapp.core.refusals import Refusal
from fundapp.funds.models import PaymentScheme
from fundapp.grants import accounts, milestones, windows
from fundapp.grants.models import Award, BankAccount, Milestone, MilestoneState
from fundapp.grants.queries import payees
from fundapp.payouts import links, queries
from fundapp.payouts.links import LONGEST_LINK, MOST_LINKS
from fundapp.payouts.models import Claim, ClaimLine, ClaimState
from fundapp.rounds.free_licences import Standing, judge
from fundapp.rounds.reading import digest_of

__all__ = ["LONGEST_LINK", "MOST_LINKS", "Asked", "LineRefused", "check_lines", "digest", "usable_account"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for one milestone: cents, and where anyone can see the result.

    licence: an SPDX expression, place: where the result is public; or unpublished: why there is nothing
    to publish. files: what is kept here as evidence, [{id, name, size, sha256}].
    """

    milestone_id: int
    amount_cents: int
    evidence: Sequence[str]
    note: str = ""
    licence: str = ""
    place: str = ""
    unpublished: str = ""
    files: Sequence[Mapping[str, Any]] = field(default=())


class LineRefused(Refusal):
    """Something about one milestone cannot be asked for. where: the field, or milestone."""

    def __init__(self, message: str, milestone_id: int, where: str) -> None:
        super().__init__(message)
        self.milestone_id, self.where = milestone_id, where


def digest(asked: Claim) -> str:
    """Give the SHA-256 of what an approval binds to: payee, account, milestones, amounts, evidence."""
    lines = [
        {
            "milestone": line.milestone_id, "cents": line.amount_cents, "evidence": line.evidence,
            "files": [one["sha256"] for one in line.files],
            "licence": line.licence, "place": line.place, "unpublished": line.unpublished,
        }
        for line in sorted(asked.lines, key=lambda line: line.milestone_id)
    ]  # fmt: skip
    kept = {"code": asked.code, "party": asked.party_id, "account": asked.bank_account_id}
    return digest_of({**kept, "cents": asked.amount_cents, "lines": lines})


def usable_account(award: Award, party_id: int | None = None) -> BankAccount:
    """Give the confirmed account of a payee, the first one unless said. Raises Refusal: what is missing."""
    found = [one for one in payees(award) if party_id in (None, one.party_id)]
    if not found and party_id is not None:
        raise Refusal(_("This party is no payee of this grant."))
    account = accounts.live_account(found[0].party_id) if found else None
    if account is None or (fault := account_fault(account)):
        raise Refusal(account_fault(None) if account is None else fault)
    return account


def account_fault(account: BankAccount | None) -> str:
    """Say what keeps an account from being paid to; an empty text for one that is confirmed."""
    if account is None:
        return str(_("Enter the bank account you are paid to first."))
    if account.confirmed_at is None:
        return str(
            _("The bank account is not confirmed yet. Somebody at the fund does that, usually within days.")
        )
    return ""


def check_lines(
    award: Award, lines: Sequence[Asked], apart_from: Claim | None = None, *, at: datetime
) -> None:
    """Refuse what cannot be asked for: nothing, closed milestones, too late, too much, links that are none.

    apart_from: a request that is being changed; what it asked before counts as free, and in time.
    Raises LineRefused where it is about one milestone.
    """
    if award.scheme is PaymentScheme.ADVANCE:
        raise Refusal(_("This grant has an advance and a settlement; milestones are not paid one by one."))
    rest = queries.open_rest(award, apart_from)
    known = {milestone.id: milestone for milestone in award.milestones}
    before = {line.milestone_id for line in apart_from.lines} if apart_from is not None else set()
    if not lines:
        raise Refusal(_("Choose at least one result to be paid for."))
    wanted = {line.milestone_id for line in lines}
    if len(wanted) < len(lines) or not wanted <= set(known):
        raise Refusal(_("Each milestone of this grant can stand in a request once."))
    for line in lines:
        milestone = known[line.milestone_id]
        _check_open(milestone, at, was_asked=milestone.id in before)
        _check_amount(line, milestone.ref, rest.get(milestone.id, 0))
        _check_evidence(line, milestone.ref)


def _check_open(milestone: Milestone, at: datetime, *, was_asked: bool) -> None:
    if milestone.state is not MilestoneState.OPEN:
        said = _("%(ref)s is not open for payment now.", ref=milestone.ref)
        raise LineRefused(said, milestone.id, "milestone")
    if not was_asked and windows.is_over(milestone, at):
        day = format_date(windows.last_day(milestone), "long")
        said = _("%(ref)s could be claimed until %(day)s; that day is over.", ref=milestone.ref, day=day)
        raise LineRefused(said, milestone.id, "milestone")


def _check_amount(line: Asked, ref: str, rest: int) -> None:
    if line.amount_cents <= 0:
        said = _("Ask an amount above zero for %(ref)s.", ref=ref)
    elif line.amount_cents > rest:
        said = _("You ask more for %(ref)s than is left of it.", ref=ref)
    else:
        return
    raise LineRefused(said, line.milestone_id, "amount")


def _check_evidence(line: Asked, ref: str) -> None:
    if not line.evidence and not line.files:
        said = _("Give at least one address or file that shows %(ref)s.", ref=ref)
        raise LineRefused(said, line.milestone_id, "evidence")
    if wrong := links.first_fault(list(line.evidence)):
        raise LineRefused(wrong, line.milestone_id, "evidence")
    if line.place and (wrong := links.fault(line.place)):
        raise LineRefused(wrong, line.milestone_id, "place")
    if line.licence and judge(line.licence) is Standing.UNREADABLE:
        said = _("Write the name of a licence as SPDX does, such as EUPL-1.2 or MIT OR Apache-2.0.")
        raise LineRefused(said, line.milestone_id, "licence")


def waits(milestone: Milestone) -> bool:
    """Tell whether a request for a milestone waits to be judged or to be mended; it is then not closed."""
    judged = (ClaimState.SUBMITTED, ClaimState.RETURNED)
    asked = select(ClaimLine.id).join(Claim, Claim.id == ClaimLine.claim_id)
    found = asked.where(ClaimLine.milestone_id == milestone.id, Claim.state.in_(judged)).limit(1)
    return db.session.scalar(found) is not None


milestones.IN_USE.append(waits)
