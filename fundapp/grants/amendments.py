"""Changing a grant that runs: what changes and why, what follows by the fund's rules, and its money."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _

from fundapp.accounts.models import User
from fundapp.applications.conversations import handlers
from fundapp.core import money
from fundapp.core.refusals import ChangedMeanwhile, Refusal
from fundapp.funds import ledger
from fundapp.funds.models import Account, Fund
from fundapp.grants import consequences, milestones, offered_money, plan_versions, rulings, service
from fundapp.grants.letters import queue
from fundapp.grants.models import Agreement, Award, ChangeClass, MilestoneState
from fundapp.grants.policy import By
from fundapp.grants.workflow import agreements

LONGEST_REASON = 4000


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to change, and why. amount_cents: what the grant becomes; None: it stays.

    ends_on: the last day of the plan; None: that of its latest milestone. aim: the new aim in words, ""
    where it stays. is_licence: another licence than was agreed.
    """

    reason: str
    amount_cents: int | None = None
    ends_on: date | None = None
    aim: str = ""
    is_licence: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What a page has found of a change already: what follows from it, and what the committee said."""

    found: list[consequences.Consequence]
    said: rulings.Standing | None


def begin(award: Award, wish: Wish, *, actor: User, at: datetime) -> Agreement:
    """Begin an amendment with its reason; the agreement in force stands until both have signed it.

    Raises MoveRefused (another version is under way, the grant has ended) and Refusal.
    """
    begun = service.redraft(award, actor=actor, at=at)
    begun.opened_by = actor.id
    _describe(begun, wish)
    plan_versions.keep(begun, actor=actor, at=at)
    if actor.id in {access.user_id for access in award.application.access if access.ended_at is None}:
        readers = handlers(award.application)
        queue("amendment-asked", award.application, f"{begun.id}", at=at, to=readers, agreement=begun)
    return begun


def describe(version: Agreement, wish: Wish, *, base: int, actor: User, at: datetime) -> None:
    """Change what an amendment is for. base: the row_version that was read.

    Raises ChangedMeanwhile, MoveRefused and Refusal.
    """
    if version.row_version != base:
        raise ChangedMeanwhile(_("Somebody else changed this amendment while you had it open."))
    agreements.make("write", version, actor=actor, at=at, detail={"reason": wish.reason[:200]})
    _describe(version, wish)
    plan_versions.keep(version, actor=actor, at=at)


def _describe(version: Agreement, wish: Wish) -> None:
    award = version.award
    if not wish.reason.strip():
        raise Refusal(_("Say why the agreement changes."))
    if wish.amount_cents is not None and wish.amount_cents <= 0:
        raise Refusal(_("A grant has an amount above zero; to stop it, end it early instead."))
    version.reason = wish.reason.strip()[:LONGEST_REASON]
    version.change_cents = 0 if wish.amount_cents is None else wish.amount_cents - award.amount_cents
    version.ends_on = wish.ends_on
    kept: dict[str, Any] = {"aim": " ".join(wish.aim.split()), "licence": wish.is_licence}
    version.wish = {name: value for name, value in kept.items() if value}


# --- what keeps it from being offered ------------------------------------------------


def open_points(version: Agreement, known: Known | None = None) -> list[str]:
    """Say what keeps an amendment from being offered: the committee, the money, what was delivered.

    known: what a page has found already; requests that wait are then left to the offer itself.
    """
    found = known.found if known else consequences.of(version)
    points = [
        _("The rules of the fund do not allow this within this grant: %(words)s", words=one.words)
        for one in found
        if one.by is By.NOBODY
    ]
    is_first = version.award.agreement_in_force is None
    if consequences.class_of(found, is_first=is_first) is ChangeClass.COMMITTEE:
        points += _committee(known.said if known and known.said else rulings.standing(version))
    return points + _money(version) + _delivered(version, asks=known is None)


def _committee(said: rulings.Standing) -> list[str]:
    if said.is_yes:
        return []
    if said.ruling is not None:
        return [_("The committee said no to this change.")]
    return [_("The committee decides on this change first.")]


def _money(version: Agreement) -> list[str]:
    """Compare with what the grant has, and what the call has left."""
    award, show = version.award, _shower(version)
    points = []
    if version.change_cents < 0:
        free = ledger.balances(award.fund_id, ledger.Where(award_id=award.id))[Account.COMMITTED]
        if -version.change_cents > free:
            least = show(award.amount_cents - free)
            points.append(
                _("The grant cannot go below %(least)s: that much is approved or paid.", least=least)
            )
    if version.change_cents > 0:
        free = ledger.balances(award.fund_id, ledger.Where(round_id=award.round_id))[Account.RESERVED]
        free += version.held_cents  # its own offer keeps it already
        if free < version.change_cents:
            points.append(
                _(
                    "%(added)s is to be added; the call has %(free)s left.",
                    added=show(version.change_cents),
                    free=show(free),
                )
            )
    return points


def _shower(version: Agreement) -> Callable[[int], str]:
    currency, lang = version.application.fund.currency, str(get_locale() or "en")[:2]
    return lambda cents: money.show(cents, currency, lang)


def _delivered(version: Agreement, *, asks: bool) -> list[str]:
    """Keep what was delivered, and what a request waits for, as it was agreed."""
    award = version.award
    planned = {line["ref"]: int(line["amount_cents"]) for line in version.plan}
    points = []
    for one in award.milestones:
        amount = planned.get(one.ref, 0)
        if one.state is MilestoneState.DELIVERED and amount != one.amount_cents:
            points.append(_("%(ref)s is delivered; its amount stays.", ref=one.ref))
        elif asks and amount < one.amount_cents and any(uses(one) for uses in milestones.IN_USE):
            points.append(_("A request waits for %(ref)s; answer it before this changes.", ref=one.ref))
    return points


# --- its money -------------------------------------------------------------------------


def book(version: Agreement, fund: Fund, *, actor: User, at: datetime) -> None:
    """Make the grant as large as the version that both signed says, the ledger and the row alike.

    What the offer kept goes back to the round first, and from there to the grant.

    The fund is held by who calls. Raises NotEnough when the call has less left, or the grant less free.
    """
    award, cents = version.award, version.change_cents
    key = f"amend:{version.id}"
    offered_money.let_go(version, fund, actor=actor, at=at)
    if cents < 0:
        milestones.release(fund, award, -cents, key, actor=actor, at=at)
    elif cents > 0:
        theme = award.application.theme
        ledger.move(
            fund,
            ledger.COMMIT,
            key,
            cents,
            at_source=ledger.Where(round_id=award.round_id),
            onto=ledger.Where(round_id=award.round_id, award_id=award.id),
            themes=frozenset({theme} if theme else ()),
            actor=actor,
            at=at,
        )
        award.amount_cents += cents
