"""Milestones in force: taken from the signed plan, closed when their term is over, opened again."""

from collections.abc import Callable
from datetime import date, datetime

from flask_babel import format_date
from flask_babel import gettext as _

from fundapp.accounts.models import User
from fundapp.core import takentaal
from fundapp.core.db import db, locked
from fundapp.core.refusals import Refusal
from fundapp.funds import ledger
from fundapp.funds.models import Fund, PaymentScheme
from fundapp.grants import plan, windows
from fundapp.grants.hold import hold
from fundapp.grants.models import Agreement, Award, Milestone, MilestoneState
from fundapp.grants.queries import taken
from fundapp.grants.telling import tell
from fundapp.grants.workflow import milestones as moves

S = MilestoneState

IN_USE: list[Callable[[Milestone], bool]] = []
"""Filled by payouts: what tells that a request for a milestone waits to be judged, which keeps it open."""


def shortfalls(agreement: Agreement, show: Callable[[int], str]) -> list[str]:
    """Say which milestones the plan gives less than was approved for them already."""
    if not (gone := taken(agreement.award)):
        return []
    planned = {line["ref"]: int(line["amount_cents"]) for line in agreement.plan}
    return [
        _("%(ref)s cannot go below %(least)s: that much is approved or paid.", ref=one.ref, least=show(least))
        for one in agreement.award.milestones
        if (least := gone.get(one.id, 0)) > planned.get(one.ref, 0)
    ]


def rewrite(agreement: Agreement, *, actor: User, at: datetime) -> None:
    """Make the milestones of a grant those of the plan that came into force.

    New lines are added, known ones changed, lines that are gone are dropped; delivered milestones
    and what was paid for them stay.
    """
    award = agreement.award
    if points := shortfalls(agreement, str):
        raise Refusal(" ".join(points))
    known = {milestone.ref: milestone for milestone in award.milestones}
    before = _signed_days(agreement)
    for position, line in enumerate(agreement.plan):
        milestone = known.pop(line["ref"], None) or _added(award, line["ref"], at=at)
        was_moved = milestone.due_on and before.get(line["ref"]) == line["due_on"]
        _write(milestone, line, position, milestone.due_on if was_moved else _day(line["due_on"]))
        db.session.flush()  # a part refers to the id of its line
        milestone.parent_id = _id_of(award, line["parent"])
    for gone in known.values():
        if gone.state in moves["drop"].sources:
            moves.make("drop", gone, actor=actor, at=at)


def _added(award: Award, ref: str, *, at: datetime) -> Milestone:
    milestone = Milestone(fund_id=award.fund_id, ref=ref, position=0, title="", amount_cents=0, state_at=at)
    award.milestones.append(milestone)
    return milestone


def _signed_days(agreement: Agreement) -> dict[str, str | None]:
    """Give the days of the version that this one replaces: where they are the same, a moved day stays."""
    older = [one for one in agreement.award.agreements if one.in_force_at and one.id != agreement.id]
    return {line["ref"]: line["due_on"] for line in older[-1].plan} if older else {}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _write(milestone: Milestone, line: plan.Line, position: int, due_on: date | None) -> None:
    milestone.position = position
    milestone.title, milestone.deliverable = line["title"], line["deliverable"]
    milestone.amount_cents = line["amount_cents"]
    milestone.due_on = due_on


def _id_of(award: Award, ref: str | None) -> int | None:
    return next((milestone.id for milestone in award.milestones if ref and milestone.ref == ref), None)


def marks(award: Award) -> dict[str, takentaal.Mark]:
    """Tell how far each milestone is, as takentaal marks it."""
    gone = taken(award) if award.milestones else {}
    found: dict[str, takentaal.Mark] = {}
    for milestone in award.milestones:
        if milestone.state is S.DELIVERED:
            found[milestone.ref] = takentaal.Mark.DONE
        elif milestone.state in (S.DROPPED, S.EXPIRED):
            found[milestone.ref] = takentaal.Mark.DROPPED
        elif gone.get(milestone.id):
            found[milestone.ref] = takentaal.Mark.PARTIAL
    return found


# --- by hand ---------------------------------------------------------------------


def expire(milestone: Milestone, *, actor: User | None, at: datetime, note: str) -> int:
    """Close a milestone whose claim period is over; the rest goes back to the round. Gives those cents.

    Raises Refusal while the period runs, or while a request for the milestone waits to be judged.
    """
    fund, award = hold(milestone), milestone.award
    locked(Award, award.id)
    if (last := windows.last_day(milestone)) is not None and not windows.is_over(milestone, at):
        raise Refusal(_("It can be claimed until %(day)s.", day=format_date(last, "long")))
    if any(uses(milestone) for uses in IN_USE):
        raise Refusal(_("A request for this milestone waits to be judged. Answer it first."))
    rest = rest_of(milestone)
    moves.make("expire", milestone, actor=actor, at=at, note=note, detail={"rest_cents": rest})
    if rest:
        release(fund, award, rest, f"expire:{milestone.id}:{milestone.row_version}", actor=actor, at=at)
    tell("expire", milestone, note, actor=actor, at=at, cents=rest)
    return rest


def rest_of(milestone: Milestone) -> int:
    """Give the cents of a milestone that are neither approved nor paid.

    Nothing in a grant with an advance: that is settled as a whole.
    """
    if milestone.award.scheme is PaymentScheme.ADVANCE:
        return 0
    return milestone.amount_cents - taken(milestone.award).get(milestone.id, 0)


def revive(milestone: Milestone, *, actor: User, at: datetime, note: str, until: date | None = None) -> int:
    """Open a closed milestone of the plan again, with its money. Gives those cents; raises NotEnough.

    until: the new last day on which it can be claimed; needed once the usual one is over.
    """
    fund, award = hold(milestone), milestone.award
    locked(Award, award.id)
    in_force = award.agreement_in_force
    if in_force is None or milestone.ref not in {line["ref"] for line in in_force.plan}:
        raise Refusal(_("This milestone is no longer part of the plan; change the plan instead."))
    milestone.claim_until = until or milestone.claim_until
    if windows.is_over(milestone, at):
        raise Refusal(_("Give a new last day on which it can be claimed, from today on."))
    rest = rest_of(milestone)
    detail = {"rest_cents": rest, "until": until.isoformat() if until else None}
    moves.make("revive", milestone, actor=actor, at=at, note=note, detail=detail)
    if rest:
        onto = ledger.Where(round_id=award.round_id, award_id=award.id)
        source = ledger.Where(round_id=award.round_id)
        key = f"revive:{milestone.id}:{milestone.row_version}"
        ledger.move(fund, ledger.COMMIT, key, rest, at_source=source, onto=onto, actor=actor, at=at)
        award.amount_cents += rest
    tell("revive", milestone, note, actor=actor, at=at, cents=rest)
    return rest


def release(fund: Fund, award: Award, cents: int, key: str, *, actor: User | None, at: datetime) -> None:
    """Give money that is promised but not approved back to the round; the grant becomes that much smaller."""
    onto = ledger.Where(round_id=award.round_id, award_id=award.id)
    source = ledger.Where(award_id=award.id)
    ledger.move(fund, ledger.RELEASE, key, cents, at_source=source, onto=onto, actor=actor, at=at)
    award.amount_cents -= cents
