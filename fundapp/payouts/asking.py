"""What may be asked for: open milestones, no more than is left of them, with links that work as evidence."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from fundapp.core.refusals import Refusal
from fundapp.grants import accounts
from fundapp.grants.models import Award, BankAccount, MilestoneState
from fundapp.grants.queries import payees
from fundapp.payouts import queries
from fundapp.payouts.models import Claim
from fundapp.rounds.answers import is_web_address
from fundapp.rounds.reading import digest_of

MOST_LINKS = 20
LONGEST_LINK = 500


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for one milestone: cents, and where anyone can see the result."""

    milestone_id: int
    amount_cents: int
    evidence: Sequence[str]
    note: str = ""


def digest(asked: Claim) -> str:
    """Give the SHA-256 of what an approval binds to: payee, account, milestones, amounts, evidence."""
    lines = [
        {"milestone": line.milestone_id, "cents": line.amount_cents, "evidence": line.evidence}
        for line in sorted(asked.lines, key=lambda line: line.milestone_id)
    ]
    kept = {"code": asked.code, "party": asked.party_id, "account": asked.bank_account_id}
    return digest_of({**kept, "cents": asked.amount_cents, "lines": lines})


def usable_account(award: Award) -> BankAccount:
    """Give the confirmed account a grant is paid to. Raises Refusal saying what is missing."""
    found = payees(award)
    account = accounts.live_account(found[0].party_id) if found else None
    if account is None:
        raise Refusal(_("Enter the bank account you are paid to first."))
    if account.confirmed_at is None:
        raise Refusal(
            _("The bank account is not confirmed yet. Somebody at the fund does that, usually within days.")
        )
    return account


def check_lines(award: Award, lines: Sequence[Asked], apart_from: Claim | None = None) -> None:
    """Refuse what cannot be asked for: nothing, closed milestones, too much, links that are none.

    apart_from: a request that is being changed; what it asked before counts as free.
    """
    rest = queries.open_rest(award, apart_from)
    known = {milestone.id: milestone for milestone in award.milestones}
    if not lines:
        raise Refusal(_("Choose at least one result to be paid for."))
    wanted = {line.milestone_id for line in lines}
    if len(wanted) < len(lines) or not wanted <= set(known):
        raise Refusal(_("Each milestone of this grant can stand in a request once."))
    for line in lines:
        ref = known[line.milestone_id].ref
        if known[line.milestone_id].state is not MilestoneState.OPEN:
            raise Refusal(_("%(ref)s is not open for payment now.", ref=ref))
        if line.amount_cents <= 0:
            raise Refusal(_("Ask an amount above zero for %(ref)s.", ref=ref))
        if line.amount_cents > rest.get(line.milestone_id, 0):
            raise Refusal(_("You ask more for %(ref)s than is left of it.", ref=ref))
        _check_links(ref, line.evidence)


def _check_links(ref: str, links: Sequence[str]) -> None:
    if not links:
        raise Refusal(_("Give at least one address where anyone can see %(ref)s.", ref=ref))
    if len(links) > MOST_LINKS or any(len(link) > LONGEST_LINK or not is_web_address(link) for link in links):
        raise Refusal(_("One of the addresses for %(ref)s is not an http or https address.", ref=ref))
