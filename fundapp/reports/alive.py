"""Whether a project lives on one and three years after its grant: the grantee tells, or staff fill it in."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import exists, select

from fundapp.accounts.models import User
from fundapp.core import audit, clock
from fundapp.core.db import db, locked
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.grants import awards
from fundapp.grants.models import Award, AwardState
from fundapp.reports.models import AFTER, AliveCheck
from fundapp.reports.rules import ANSWER_ALIVE

DETAILS = ("released_on", "contributors", "users", "funding", "link", "note")


def plan(award: Award, *, at: datetime) -> list[AliveCheck]:
    """Note on which days a finished grant will be asked about; does nothing where that is noted already."""
    ended = clock.day(award.state_at, award.application.fund.zone)
    known = set(db.session.scalars(select(AliveCheck.year).where(AliveCheck.award_id == award.id)))
    made = [
        AliveCheck(award_id=award.id, fund_id=award.fund_id, year=year, due_on=later(ended, year))
        for year in AFTER
        if year not in known
    ]
    db.session.add_all(made)
    for one in made:
        db.session.flush()
        db.session.refresh(one)
        audit.record("plan_alive_check", one, actor=None, at=at, detail={"years": one.year})
    return made


def later(day: date, years: int) -> date:
    """Give the same day so many years later; 29 February becomes 28 February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def plan_missing(*, at: datetime) -> int:
    """Note the days of all finished grants that have none yet, imported ones too; give how many."""
    ended = db.session.scalars(
        select(Award)
        .where(
            Award.state == AwardState.COMPLETED,
            ~exists().where(AliveCheck.award_id == Award.id, AliveCheck.year == AFTER[-1]),
        )
        .order_by(Award.id)
        .limit(500)
    ).all()
    return sum(len(plan(award, at=at)) for award in ended)


def answer(
    check: AliveCheck, is_alive: bool, details: Mapping[str, Any], *, actor: User, at: datetime
) -> None:
    """Say whether a project lives on; said again, the newer word counts.

    details: released_on, contributors, users, funding, link, note. Raises MoveRefused for others than
    the grantee and staff, and Refusal long before it is due.
    """
    held = locked(AliveCheck, check.id)
    if not ANSWER_ALIVE(actor, held):
        raise MoveRefused(_("This step is not yours to take."))
    if (held.due_on - clock.day(at, held.application.fund.zone)).days > 60:
        raise Refusal(_("This is asked later. Come back two months before the day."))
    held.is_alive, held.answered_by, held.answered_at = is_alive, actor.id, at
    for key in DETAILS:
        value = details.get(key)
        if key in ("released_on", "contributors"):
            setattr(held, key, value)
        else:
            setattr(held, key, str(value or "").strip())
    detail = {"years": held.year, "alive": is_alive}
    audit.record("answer_alive_check", held, actor=actor, at=at, detail=detail)


def _after(award: Award, at: datetime) -> None:
    plan(award, at=at)


awards.ON_COMPLETE.append(_after)
