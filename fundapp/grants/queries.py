"""Grants as the asking person may see them, through one of the two doors."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, case, func, or_, select
from sqlalchemy.orm import aliased, joinedload, lazyload
from sqlalchemy.orm.attributes import set_committed_value

from fundapp.accounts.models import Party, User
from fundapp.applications.models import APPLICANTS, Access, Application, Capacity
from fundapp.applications.queries import mine, seen
from fundapp.core.approvals import Approval
from fundapp.core.db import db
from fundapp.funds import ledger
from fundapp.funds.models import Account, Fund, Posting
from fundapp.funds.queries import OFFICE_ROLES
from fundapp.grants.models import Agreement, AgreementState, Award, AwardState, Payee
from fundapp.rounds.models import Round

PAGE = 50


def is_office(user: User) -> bool:
    """Tell whether the person works at a fund; else grants are seen through the applicants' door."""
    return bool(user.funds(*OFFICE_ROLES))


def grant(user: User, id: int) -> Award | None:
    """Load one grant through the first door that opens, with all that its page and its rules look at."""
    doors = [seen, mine] if is_office(user) else [mine]
    for door in doors:
        if (found := through(door(user), id)) is not None:
            return found
    return None


def through(door: ColumnElement[bool], id: int) -> Award | None:
    """Load one grant, with all that its page and its rules look at, where a condition lets somebody in."""
    whole = joinedload(Award.application)
    statement = (
        select(Award)
        .join(Application, Application.id == Award.application_id)
        .where(Award.id == id, door)
        .options(
            whole.joinedload(Application.fund),
            whole.joinedload(Application.round),
            whole.joinedload(Application.party),
            whole.joinedload(Application.access).joinedload(Access.user).lazyload(User.roles),
            whole.joinedload(Application.conflicts),
            joinedload(Award.agreements),
        )
    )
    award = db.session.scalars(statement).unique().one_or_none()
    for agreement in award.agreements if award else ():
        set_committed_value(agreement, "award", award)  # who holds a version holds its grant
    return award


def grantees(application: Application) -> list[User]:
    """List the people who apply, the owner first: who mail about a grant goes to.

    No question where the grant was loaded for a page, with all who have a part in it.
    """
    if "access" in application.__dict__ and all("user" in one.__dict__ for one in application.access):
        live = [one for one in application.access if one.ended_at is None and one.capacity in APPLICANTS]
        live.sort(key=lambda one: (one.capacity is not Capacity.OWNER, one.id))
        return list(dict.fromkeys(one.user for one in live))
    is_owner = case((Access.capacity == Capacity.OWNER, 0), else_=1)
    people = (
        select(User)
        .join(Access, Access.user_id == User.id)
        .where(
            Access.application_id == application.id,
            Access.ended_at.is_(None),
            Access.capacity.in_(APPLICANTS),
        )
        .order_by(is_owner, Access.id)
        .options(lazyload(User.roles))
    )
    return list(dict.fromkeys(db.session.scalars(people)))


def owner_of(application: Application) -> User | None:
    """Give the person whose application this is; none where it was imported without one."""
    return next(iter(grantees(application)), None)


def payees(award: Award) -> list[Payee]:
    """List who may be paid under a grant."""
    statement = select(Payee).where(Payee.award_id == award.id, Payee.left_at.is_(None))
    return list(db.session.scalars(statement.options(joinedload(Payee.party)).order_by(Payee.id)))


# --- lists -----------------------------------------------------------------------


def office_grants(
    user: User, *, state: AwardState | None = None, round_id: int | None = None, before: int | None = None
) -> Sequence[Row[Any]]:
    """List grants newest first, one row more than a page holds.

    Columns: id, code, title, grantee, state, amount_cents, agreement_state, currency, round_name,
    state_at. before: only grants with a smaller id.
    """
    return _rows(seen(user), state=state, round_id=round_id, before=before)


def own_grants(user: User, *, before: int | None = None) -> Sequence[Row[Any]]:
    """List the grants somebody is a party to, with the columns of `office_grants`."""
    return _rows(mine(user), before=before)


def _rows(
    door: ColumnElement[bool],
    *,
    state: AwardState | None = None,
    round_id: int | None = None,
    before: int | None = None,
) -> Sequence[Row[Any]]:
    under_way = aliased(Agreement)
    statement = (
        select(
            Award.id,
            Application.code,
            Application.title,
            func.coalesce(Party.public_name, Application.applicant_name).label("grantee"),
            Award.state,
            Award.state_at,
            Award.amount_cents,
            under_way.state.label("agreement_state"),
            Fund.currency,
            Round.name.label("round_name"),
        )
        .join(Application, Application.id == Award.application_id)
        .join(Fund, Fund.id == Award.fund_id)
        .join(Round, Round.id == Award.round_id)
        .outerjoin(Party, Party.id == Application.party_id)
        .outerjoin(
            under_way,
            (under_way.award_id == Award.id)
            & under_way.state.in_([AgreementState.DRAFT, AgreementState.OFFERED, AgreementState.ACCEPTED]),
        )
        .where(door)
        .order_by(Award.id.desc())
        .limit(PAGE + 1)
    )
    if state is not None:
        statement = statement.where(Award.state == state)
    if round_id is not None:
        statement = statement.where(Award.round_id == round_id)
    if before is not None:
        statement = statement.where(Award.id < before)
    return db.session.execute(statement).all()


def rounds_with_grants(user: User) -> Sequence[Row[Any]]:
    """List (id, name) of the rounds at the person's funds that gave grants, newest first."""
    given = select(Award.round_id).where(Award.fund_id.in_(user.funds(*OFFICE_ROLES)))
    return db.session.execute(
        select(Round.id, Round.name).where(Round.id.in_(given)).order_by(Round.id.desc())
    ).all()


# --- money -----------------------------------------------------------------------


def paid(award_ids: Sequence[int]) -> dict[int, int]:
    """Sum what left the bank for each of these grants, in cents; what came back is taken off."""
    out = func.sum(Posting.amount_cents)
    found: dict[int, int] = {}
    for side, sign in ((Posting.credit, 1), (Posting.debit, -1)):
        sums = select(Posting.award_id, out).where(Posting.award_id.in_(award_ids), side == Account.BANK)
        for award_id, cents in db.session.execute(sums.group_by(Posting.award_id)):
            found[award_id or 0] = found.get(award_id or 0, 0) + sign * int(cents)
    return found


def taken(award: Award) -> dict[int, int]:
    """Sum, for each milestone of a grant, what was approved, ordered or paid."""
    sums = (
        select(
            Posting.milestone_id,
            func.sum(Posting.amount_cents * case((Posting.debit == Account.COMMITTED, 1), else_=-1)),
        )
        .where(
            Posting.award_id == award.id,
            Posting.milestone_id.is_not(None),
            or_(Posting.debit == Account.COMMITTED, Posting.credit == Account.COMMITTED),
        )
        .group_by(Posting.milestone_id)
    )
    return {int(milestone_id): int(cents) for milestone_id, cents in db.session.execute(sums) if milestone_id}


@dataclass(frozen=True)
class Standing:
    """The money of one grant in cents, read from the ledger. under_way: approved or at the bank.

    paid: what the grantee got and may keep so far; what is claimed back and has not come is left out.
    """

    amount: int
    paid: int
    under_way: int
    to_come: int


def standing(award: Award) -> Standing:
    """Read how much of a grant is paid, under way and still to come; one query."""
    held = ledger.balances(award.fund_id, ledger.Where(award_id=award.id))
    under_way = held[Account.APPROVED] + held[Account.ORDERED]
    paid = -held[Account.BANK] - held[Account.RECOVERABLE]
    return Standing(award.amount_cents, paid, under_way, held[Account.COMMITTED] - held[Account.ADVANCES])


def grant_of(application: Application) -> Award | None:
    """Find the grant that came from an application whose page the person may see."""
    return db.session.scalar(select(Award).where(Award.application_id == application.id))


# --- signatures --------------------------------------------------------------------


@dataclass(frozen=True)
class Signers:
    """Who signed a version: for the grantee, and for the fund in the order they signed, with the instant."""

    grantee: str
    fund: list[str]
    times: list[datetime]


def signers(agreement: Agreement) -> Signers:
    """Name who signed one version of an agreement."""
    given = (
        select(User.name, Approval.at)
        .join(Approval, Approval.user_id == User.id)
        .where(
            Approval.subject_type == Agreement.__tablename__,
            Approval.subject_id == agreement.id,
            Approval.digest == agreement.digest,
        )
        .order_by(Approval.id)
    )
    for_grantee = db.session.get(User, agreement.accepted_by) if agreement.accepted_by else None
    rows = db.session.execute(given).all()
    names, times = [row.name for row in rows], [row.at for row in rows]
    return Signers(for_grantee.name if for_grantee else "", names, times)
