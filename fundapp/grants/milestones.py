"""Milestones in force: taken from the signed plan, put on hold, closed when their term is over."""

from collections.abc import Callable
from datetime import date, datetime

from flask_babel import gettext as _

from fundapp.accounts.models import User
from fundapp.core import takentaal
from fundapp.core.db import db, locked
from fundapp.core.refusals import Refusal
from fundapp.funds import ledger
from fundapp.funds.models import Fund
from fundapp.grants import plan
from fundapp.grants.hold import hold
from fundapp.grants.models import Agreement, Award, Milestone, MilestoneState
from fundapp.grants.queries import taken
from fundapp.grants.workflow import milestones as moves

S = MilestoneState


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
    for position, line in enumerate(agreement.plan):
        milestone = known.pop(line["ref"], None) or _added(award, line["ref"], at=at)
        _write(milestone, line, position)
        db.session.flush()  # a part refers to the id of its line
        milestone.parent_id = _id_of(award, line["parent"])
    for gone in known.values():
        if gone.state in moves["drop"].sources:
            moves.make("drop", gone, actor=actor, at=at)


def _added(award: Award, ref: str, *, at: datetime) -> Milestone:
    milestone = Milestone(fund_id=award.fund_id, ref=ref, position=0, title="", amount_cents=0, state_at=at)
    award.milestones.append(milestone)
    return milestone


def _write(milestone: Milestone, line: plan.Line, position: int) -> None:
    milestone.position = position
    milestone.title, milestone.deliverable = line["title"], line["deliverable"]
    milestone.amount_cents = line["amount_cents"]
    milestone.due_on = date.fromisoformat(line["due_on"]) if line["due_on"] else None


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


def put_on_hold(milestone: Milestone, *, actor: User, at: datetime, note: str) -> None:
    """Keep a milestone from being claimed for a while."""
    moves.make("hold", milestone, actor=actor, at=at, note=note)


def resume(milestone: Milestone, *, actor: User, at: datetime, note: str = "") -> None:
    """Let a milestone that was on hold be claimed again."""
    moves.make("resume", milestone, actor=actor, at=at, note=note)


def expire(milestone: Milestone, *, actor: User | None, at: datetime, note: str) -> int:
    """Close a milestone whose term is over; the rest goes back to the round. Gives those cents."""
    fund, award = hold(milestone), milestone.award
    locked(Award, award.id)
    rest = milestone.amount_cents - taken(award).get(milestone.id, 0)
    moves.make("expire", milestone, actor=actor, at=at, note=note, detail={"rest_cents": rest})
    if rest:
        release(fund, award, rest, f"expire:{milestone.id}:{milestone.row_version}", actor=actor, at=at)
    return rest


def revive(milestone: Milestone, *, actor: User, at: datetime, note: str) -> int:
    """Open a closed milestone of the plan again, with its money. Gives those cents; raises NotEnough."""
    fund, award = hold(milestone), milestone.award
    locked(Award, award.id)
    in_force = award.agreement_in_force
    if in_force is None or milestone.ref not in {line["ref"] for line in in_force.plan}:
        raise Refusal(_("This milestone is no longer part of the plan; change the plan instead."))
    rest = milestone.amount_cents - taken(award).get(milestone.id, 0)
    moves.make("revive", milestone, actor=actor, at=at, note=note, detail={"rest_cents": rest})
    if rest:
        onto = ledger.Where(round_id=award.round_id, award_id=award.id)
        source = ledger.Where(round_id=award.round_id)
        key = f"revive:{milestone.id}:{milestone.row_version}"
        ledger.move(fund, ledger.COMMIT, key, rest, at_source=source, onto=onto, actor=actor, at=at)
        award.amount_cents += rest
    return rest


def release(fund: Fund, award: Award, cents: int, key: str, *, actor: User | None, at: datetime) -> None:
    """Give money that is promised but not approved back to the round; the grant becomes that much smaller."""
    onto = ledger.Where(round_id=award.round_id, award_id=award.id)
    source = ledger.Where(award_id=award.id)
    ledger.move(fund, ledger.RELEASE, key, cents, at_source=source, onto=onto, actor=actor, at=at)
    award.amount_cents -= cents
