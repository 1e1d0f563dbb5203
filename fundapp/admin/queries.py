"""People, mail and the log, for those who look after the instance.

An administrator does not read proposals: what a mail or a note says about an application leaves
the database only for people who are manager or auditor of its fund.
"""

from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from fundapp.accounts.models import Role, RoleName, User
from fundapp.applications.models import Application
from fundapp.core.audit import AuditEvent
from fundapp.core.bounces import BadAddress
from fundapp.core.db import db
from fundapp.core.mail import Outbox, Posted
from fundapp.funds.models import Fund
from fundapp.mails.log import overseen, readable
from fundapp.rounds.models import Round

PAGE = 50
PLAIN = ("contribution", "form", "fund", "role", "round", "rubric", "user")
"""Kinds of things of which every administrator may read the notes: no application stands behind them."""

Found = list[Row[Any]]


def _holds(*columns: Any, text: str) -> ColumnElement[bool]:
    """Look for a piece of text, whatever the case."""
    return or_(*(func.lower(column).contains(text.lower(), autoescape=True) for column in columns))


def counts() -> Row[Any]:
    """Count people, those without a confirmed address, and mail that waits or failed; one query."""
    people, mail = select(func.count(User.id)), select(func.count(Outbox.id))
    parts = {
        "people": people,
        "unconfirmed": people.where(User.confirmed_at.is_(None)),
        "waiting": mail.where(Outbox.state.in_((Posted.QUEUED, Posted.SENDING))),
        "failed": mail.where(Outbox.state == Posted.FAILED),
    }
    return db.session.execute(
        select(*(part.scalar_subquery().label(name) for name, part in parts.items()))
    ).one()


# --- people ----------------------------------------------------------------------


def people(*, text: str = "", before: int | None = None) -> Found:
    """List accounts, the newest first, one more than a page; text: part of a name or address."""
    found = select(
        User.id, User.name, User.email, User.is_administrator, User.confirmed_at, User.last_seen_at
    ).order_by(User.id.desc())
    if text:
        found = found.where(_holds(User.name, User.email, text=text))
    if before:
        found = found.where(User.id < before)
    return list(db.session.execute(found.limit(PAGE + 1)))


def roles_of(user_ids: list[int]) -> dict[int, Found]:
    """Give the live roles of people (name, fund) by person."""
    held = (
        select(Role.user_id, Role.name, Fund.name.label("fund"))
        .join(Fund, Fund.id == Role.fund_id)
        .where(Role.user_id.in_(user_ids), Role.ended_at.is_(None))
        .order_by(Fund.slug, Role.name)
    )
    grouped: dict[int, Found] = {}
    for row in db.session.execute(held):
        grouped.setdefault(row.user_id, []).append(row)
    return grouped


def user(asking: User, id: int) -> User | None:
    """Load one person."""
    return db.session.get(User, id)


def all_roles(user_id: int) -> Found:
    """List the roles a person holds and held, live ones first, with who gave them."""
    giver = aliased(User)
    return list(
        db.session.execute(
            select(
                Role.id, Role.name, Role.granted_at, Role.ended_at,
                Fund.name.label("fund"), giver.name.label("giver"),
            )
            .join(Fund, Fund.id == Role.fund_id)
            .outerjoin(giver, giver.id == Role.granted_by)
            .where(Role.user_id == user_id)
            .order_by(Role.ended_at.is_not(None), Role.id.desc())
            .limit(PAGE)
        )
    )  # fmt: skip


def role(asking: User, id: int) -> Role | None:
    """Load one role."""
    return db.session.get(Role, id)


def reviewer_role(asking: User, id: int, role_id: int) -> Role | None:
    """Load a reviewer's live role at a fund where the asking person is manager."""
    return db.session.scalar(
        select(Role).where(
            Role.id == role_id,
            Role.fund_id == id,
            Role.fund_id.in_(asking.funds(RoleName.MANAGER)),
            Role.name == RoleName.REVIEWER,
            Role.ended_at.is_(None),
        )
    )


def people_at(fund_id: int) -> dict[RoleName, list[Any]]:
    """Give who holds which role at a fund, by role, each by name."""
    held = (
        select(Role.id, Role.name.label("role"), Role.granted_at, User.name, User.email)
        .join(User, User.id == Role.user_id)
        .where(Role.fund_id == fund_id, Role.ended_at.is_(None))
        .order_by(func.lower(User.name), User.id)
    )
    grouped: dict[RoleName, list[Any]] = {name: [] for name in RoleName}
    for row in db.session.execute(held):
        grouped[row.role].append(row)
    return grouped


# --- mail ------------------------------------------------------------------------


def mails(user: User, *, state: Posted | None = None, text: str = "", before: int | None = None) -> Found:
    """List the outbox, the newest first, one more than a page; subject None: not theirs to read.

    text: part of an address, or of a subject that is theirs to read.
    """
    found = select(
        Outbox.id, Outbox.name, Outbox.state, Outbox.address, Outbox.created_at, Outbox.sent_at,
        Outbox.tries, Outbox.fault, case((readable(user), Outbox.subject)).label("subject"),
    ).order_by(Outbox.id.desc())  # fmt: skip
    if state:
        found = found.where(Outbox.state == state)
    if text:
        said = and_(readable(user), _holds(Outbox.subject, text=text))
        found = found.where(or_(_holds(Outbox.address, text=text), said))
    if before:
        found = found.where(Outbox.id < before)
    return list(db.session.execute(found.limit(PAGE + 1)))


def mail(user: User, id: int) -> Row[Any] | None:
    """Load one mail; subject and body None: not theirs to read."""
    may = readable(user)
    columns: list[Any] = [
        Outbox.id, Outbox.name, Outbox.state, Outbox.address, Outbox.language, Outbox.created_at,
        Outbox.not_before_at, Outbox.sent_at, Outbox.tries, Outbox.fault,
        case((may, Outbox.subject)).label("subject"), case((may, Outbox.body_text)).label("body_text"),
    ]  # fmt: skip
    return db.session.execute(select(*columns).where(Outbox.id == id)).one_or_none()


def posted(user: User, id: int) -> Outbox | None:
    """Load one mail to send it again; its text is not shown."""
    return db.session.get(Outbox, id)


# --- the log ---------------------------------------------------------------------


def events(user: User, *, verb: str = "", person: str = "", before: int | None = None) -> Found:
    """List the log, the newest first, one more than a page, with names; one query.

    person: part of a name or address. note None: there is none, or it is not theirs to read (has_note).
    """
    actor, about, holder = aliased(User), aliased(User), aliased(User)
    has_note = and_(AuditEvent.note.is_not(None), AuditEvent.note != "")
    may = or_(
        and_(AuditEvent.application_id.is_(None), AuditEvent.subject_type.in_(PLAIN)),
        AuditEvent.application_id.in_(select(Application.id).where(overseen(user))),
    )
    found = (
        select(
            AuditEvent.id, AuditEvent.at, AuditEvent.verb, AuditEvent.subject_type, AuditEvent.subject_id,
            AuditEvent.from_state, AuditEvent.to_state, actor.name.label("actor"),
            Fund.name.label("fund"), Application.code, Round.name.label("round"), Role.name.label("role"),
            func.coalesce(about.name, holder.name).label("person"),
            case((may, AuditEvent.note)).label("note"), has_note.label("has_note"),
        )
        .outerjoin(actor, actor.id == AuditEvent.actor_id)
        .outerjoin(Fund, Fund.id == AuditEvent.fund_id)
        .outerjoin(Application, Application.id == AuditEvent.application_id)
        .outerjoin(about, _is("user", about.id))
        .outerjoin(Role, _is("role", Role.id))
        .outerjoin(holder, holder.id == Role.user_id)
        .outerjoin(Round, _is("round", Round.id))
        .order_by(AuditEvent.id.desc())
    )  # fmt: skip
    if verb:
        found = found.where(AuditEvent.verb == verb)
    if person:
        named = aliased(User)
        found = found.where(
            AuditEvent.actor_id.in_(select(named.id).where(_holds(named.name, named.email, text=person)))
        )
    if before:
        found = found.where(AuditEvent.id < before)
    return list(db.session.execute(found.limit(PAGE + 1)))


def _is(kind: str, key: Any) -> ColumnElement[bool]:
    return and_(AuditEvent.subject_type == kind, AuditEvent.subject_id == key)


def bad_address(_user: User, id: int) -> BadAddress | None:
    """Load an address from which mail came back."""
    return db.session.get(BadAddress, id)
