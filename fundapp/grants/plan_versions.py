"""Every state of a plan is kept: what was saved, and what the grantee proposed instead."""

from datetime import datetime

from sqlalchemy import func, select

from fundapp.accounts.models import User
from fundapp.core.db import db
from fundapp.grants import plan, shares
from fundapp.grants.models import Agreement, Award, MilestoneState, PlanState, PlanVersion
from fundapp.grants.queries import taken

MOST_SHOWN = 200


def of(award: Award) -> list[PlanVersion]:
    """List the kept plans of a grant, the newest first."""
    statement = select(PlanVersion).where(PlanVersion.award_id == award.id)
    return list(db.session.scalars(statement.order_by(PlanVersion.number.desc()).limit(MOST_SHOWN)))


def numbered(award: Award, number: int) -> PlanVersion | None:
    """Find one kept plan."""
    return db.session.scalar(
        select(PlanVersion).where(PlanVersion.award_id == award.id, PlanVersion.number == number)
    )


def open_proposal(award: Award) -> PlanVersion | None:
    """Find the proposal of the grantee that waits for an answer."""
    return db.session.scalar(
        select(PlanVersion).where(PlanVersion.award_id == award.id, PlanVersion.state == PlanState.OPEN)
    )


def fixed_refs(award: Award) -> set[str]:
    """Give the references that somebody may have seen or counts on: they are never given out again."""
    known = {milestone.ref for milestone in award.milestones}
    was_offered = any(version.offered_by for version in award.agreements)
    if not (known or was_offered or award.conditions):
        return set()
    return known | {line["ref"] for version in award.agreements for line in version.plan}


def gone_refs(award: Award) -> set[str]:
    """Give the references of milestones that were dropped or expired and stand in no plan any more."""
    version = award.agreement_under_way
    there = {line["ref"] for line in version.plan} if version else set()
    over = (MilestoneState.DROPPED, MilestoneState.EXPIRED)
    return {one.ref for one in award.milestones if one.state in over and one.ref not in there}


def renumbered(award: Award, rows: list[plan.Written]) -> list[plan.Line]:
    """Give rows their references within a grant: what was seen stays, what ended is not used again."""
    return plan.numbered(rows, fixed_refs(award), gone_refs(award))


def keep(version: Agreement, *, actor: User | None, at: datetime) -> PlanVersion | None:
    """Keep the plan of a draft as it is now; nothing where it is as it was kept last."""
    last = db.session.scalar(
        select(PlanVersion)
        .where(PlanVersion.agreement_id == version.id, PlanVersion.state == PlanState.SAVED)
        .order_by(PlanVersion.number.desc())
        .limit(1)
    )
    names = ("plan", "payees", "change_cents", "ends_on")
    if last is not None and all(getattr(last, name) == getattr(version, name) for name in names):
        return None
    return add(version, version.plan, actor=actor, at=at)


def add(
    version: Agreement,
    lines: list[plan.Line],
    *,
    actor: User | None,
    at: datetime,
    state: PlanState = PlanState.SAVED,
    note: str = "",
) -> PlanVersion:
    """Keep a plan with the next number, with the payees and the end of the version it is for."""
    statement = select(func.max(PlanVersion.number)).where(PlanVersion.award_id == version.award_id)
    total = plan.total(lines)
    made = PlanVersion(
        award_id=version.award_id,
        fund_id=version.fund_id,
        agreement_id=version.id,
        number=(db.session.scalar(statement) or 0) + 1,
        state=state,
        state_at=at,
        plan=[*lines],
        payees=[*shares.settled(version.payees, total)],
        total_cents=total,
        change_cents=version.change_cents,
        ends_on=version.ends_on,
        note=note.strip(),
        made_by=actor.id if actor else None,
        made_at=at,
    )
    db.session.add(made)
    db.session.flush()  # its number must be taken before the next one asks
    return made


def carried_over(award: Award) -> list[plan.Line]:
    """Give the lines of the version in force that a new one begins with.

    What expired or was dropped is left out; what was paid of it stays, as a line of that amount.
    """
    in_force = award.agreement_in_force
    lines = in_force.plan if in_force else award.agreements[-1].plan
    state = {one.ref: one for one in award.milestones}
    gone = taken(award) if award.milestones else {}
    over = (MilestoneState.EXPIRED, MilestoneState.DROPPED)
    kept: list[plan.Line] = []
    for line in lines:
        one = state.get(line["ref"])
        if one is None or one.state not in over:
            kept.append(line)
        elif paid := gone.get(one.id, 0):
            rest = line.copy()
            rest["amount_cents"] = paid
            kept.append(rest)
    parents = {line["parent"] for line in kept}
    had_parts = {line["parent"] for line in lines}
    return [line for line in kept if line["ref"] not in had_parts or line["ref"] in parents]
