"""Standing reasons of a fund: named by a code, in both languages, counted, and put into letters."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from fundapp.accounts.models import RoleName, User
from fundapp.core import audit
from fundapp.core.db import db
from fundapp.core.refusals import Refusal
from fundapp.core.words import pick
from fundapp.decisions.models import DecisionState, Outcome, Reason
from fundapp.funds.models import Fund

TAKEN_BACK = (DecisionState.DRAFT, DecisionState.SUPERSEDED)


def reasons_of(fund_id: int, *, ended: bool = False) -> list[Reason]:
    """List the standing reasons of a fund in their order; ended: also those that are not given any more."""
    chosen = select(Reason).where(Reason.fund_id == fund_id).order_by(Reason.position, Reason.code)
    return list(db.session.scalars(chosen if ended else chosen.where(Reason.ended_at.is_(None))))


def open_to(reasons: Iterable[Reason], outcome: Outcome) -> list[Reason]:
    """Keep the reasons that may be given for an outcome; one without outcomes fits all."""
    return [reason for reason in reasons if not reason.outcomes or outcome.value in reason.outcomes]


def reason(fund_id: int, code: str) -> Reason | None:
    """Find one standing reason by its code."""
    return db.session.scalar(select(Reason).where(Reason.fund_id == fund_id, Reason.code == code))


def add_reason(
    fund_id: int,
    code: str,
    *,
    name: Mapping[str, str],
    text: Mapping[str, str],
    outcomes: Sequence[Outcome] = (),
    actor: User | None,
    at: datetime,
) -> Reason:
    """Add a standing reason. Raises Refusal where the code is taken."""
    if reason(fund_id, code) is not None:
        raise Refusal(_("There is a reason with this code already."))
    highest = db.session.scalar(select(func.max(Reason.position)).where(Reason.fund_id == fund_id))
    made = Reason(
        fund_id=fund_id,
        code=code,
        name=dict(name),
        text=dict(text),
        outcomes=[outcome.value for outcome in outcomes],
        position=(highest or 0) + 1,
    )
    db.session.add(made)
    audit.record("add_reason", made, actor=actor, at=at, detail={"code": code})
    return made


def change_reason(
    reason: Reason,
    *,
    name: Mapping[str, str],
    text: Mapping[str, str],
    outcomes: Sequence[Outcome],
    actor: User,
    at: datetime,
) -> None:
    """Change the words of a standing reason; letters drawn up before keep the old ones."""
    reason.name, reason.text = dict(name), dict(text)
    reason.outcomes = [outcome.value for outcome in outcomes]
    audit.record("change_reason", reason, actor=actor, at=at, detail={"code": reason.code})


def end_reason(reason: Reason, *, actor: User, at: datetime) -> None:
    """Give a standing reason no more; decisions that gave it keep it."""
    if reason.ended_at is None:
        reason.ended_at = at
        audit.record("end_reason", reason, actor=actor, at=at, detail={"code": reason.code})


def told(codes: Sequence[str], known: Mapping[str, Reason], language: str) -> list[str]:
    """Give the texts of reasons for a letter, in the order of the codes; unknown ones are left out."""
    return [text for code in codes if code in known and (text := pick(known[code].text, language).strip())]


def check_codes(fund_id: int, codes: Sequence[str], outcome: Outcome) -> list[str]:
    """Give the codes once each. Raises Refusal for one the fund does not give for this outcome."""
    if not codes:
        return []
    known = {one.code for one in open_to(reasons_of(fund_id), outcome)}
    if unknown := [code for code in codes if code not in known]:
        raise Refusal(_("The reason %(code)s is not one for this decision.", code=unknown[0]))
    return list(dict.fromkeys(codes))


def counted(decisions: Iterable[Any], known: Iterable[Reason], language: str) -> list[tuple[str, int]]:
    """Count how often each standing reason is given in live decisions: (name, times), most first."""
    times: dict[str, int] = {}
    for decision in decisions:
        for code in decision.reasons if decision is not None and decision.state not in TAKEN_BACK else ():
            times[code] = times.get(code, 0) + 1
    named = [(pick(one.name, language), times[one.code]) for one in known if one.code in times]
    return sorted(named, key=lambda pair: (-pair[1], pair[0]))


def managed_reason(user: User, id: int) -> Reason | None:
    """Load a standing reason of a fund the person manages."""
    return db.session.scalar(
        select(Reason).where(Reason.id == id, Reason.fund_id.in_(user.funds(RoleName.MANAGER)))
    )


def fund_of(reason: Reason) -> Fund:
    """Load the fund of a standing reason."""
    return db.session.get_one(Fund, reason.fund_id)
