"""Parties as the asking person may see them: those of applications they see, and those without any."""

from typing import Any

from sqlalchemy import ColumnElement, Row, exists, false, func, or_, select

from fundapp.accounts.models import Party, PartyKind, RoleName, User
from fundapp.applications.models import Application, ApplicationState
from fundapp.applications.queries import seen
from fundapp.core.db import db
from fundapp.decisions.models import Decision, DecisionState, Outcome
from fundapp.funds.models import Fund
from fundapp.grants.models import Award, BankAccount, Payee
from fundapp.rounds.models import Round

PAGE = 50


def visible(user: User) -> ColumnElement[bool]:
    """Give the condition for parties the person may see.

    Those of applications they see by their work; and organisations that no application is linked to
    yet, so that somebody can link them. Merged ones are found through the party they became.
    """
    known = select(Application.party_id).where(seen(user), Application.party_id.is_not(None))
    linked = exists().where(Application.party_id == Party.id)
    people = exists().where(User.party_id == Party.id)
    unused = (Party.kind == PartyKind.ORGANISATION) & ~linked & ~people
    return Party.merged_into_id.is_(None) & or_(Party.id.in_(known), unused)


def register(user: User, text: str = "", *, after: tuple[str, int] | None = None) -> list[Row[Any]]:
    """List parties by name as plain rows, one more than a page when there are more.

    text: part of a name or a register number. after: name and id that ended the page before.
    """
    name = func.lower(Party.public_name)
    asked = (
        select(func.count(Application.id))
        .where(Application.party_id == Party.id, seen(user))
        .correlate(Party)
        .scalar_subquery()
    )
    found = select(
        Party.id, Party.public_name, Party.legal_name, Party.kind, Party.country, Party.registration,
        asked.label("asked"), name.label("sort"),
    ).where(visible(user))  # fmt: skip
    if text.strip():
        found = found.where(_matches(text))
    if after is not None:
        found = found.where(or_(name > after[0], (name == after[0]) & (Party.id > after[1])))
    return list(db.session.execute(found.order_by(name, Party.id).limit(PAGE + 1)))


def _matches(text: str) -> ColumnElement[bool]:
    wanted = text.strip().lower()
    columns = (Party.public_name, Party.legal_name, Party.registration)
    return or_(*(func.lower(column).contains(wanted, autoescape=True) for column in columns))


def party(user: User, id: int) -> Party | None:
    """Load one party; a merged one gives the party it became."""
    found = db.session.get(Party, id)
    if found is not None and found.merged_into_id is not None:
        id = found.merged_into_id
    return db.session.scalar(select(Party).where(Party.id == id, visible(user)))


def others_like(user: User, one: Party, text: str = "") -> list[Party]:
    """List other parties that share a word of the name, or all where none does; at most fifty."""
    words = [word for word in (text or one.legal_name).lower().split() if len(word) > 2]
    likeness = [func.lower(Party.legal_name).contains(word, autoescape=True) for word in words]
    others = select(Party).where(visible(user), Party.id != one.id)
    others = others.order_by(func.lower(Party.legal_name), Party.id).limit(PAGE)
    alike = list(db.session.scalars(others.where(or_(false(), *likeness))))
    return alike if alike or text else list(db.session.scalars(others))


def asked(user: User, one: Party) -> list[Row[Any]]:
    """List what a party asked, over all funds the person may see, the newest first, as plain rows."""
    decided = (Decision.application_id == Application.id) & (Decision.outcome == Outcome.AWARDED)
    decided &= Decision.state == DecisionState.RELEASED
    return list(
        db.session.execute(
            select(
                Application.id, Application.code, Application.title, Application.state,
                Application.requested_cents, Application.submitted_at, Fund.currency,
                Fund.name.label("fund_name"), Round.name.label("round_name"),
                func.coalesce(Award.amount_cents, Decision.amount_cents).label("awarded_cents"),
            )
            .join(Round, Round.id == Application.round_id)
            .join(Fund, Fund.id == Application.fund_id)
            .outerjoin(Decision, decided)
            .outerjoin(Award, Award.application_id == Application.id)
            .where(
                Application.party_id == one.id,
                Application.state != ApplicationState.DRAFT,
                Round.is_trial.is_(False),
                seen(user),
            )
            .order_by(Application.submitted_at.desc(), Application.id.desc())
            .limit(200)
        )
    )  # fmt: skip


def people(one: Party) -> list[str]:
    """Name the people with an account who act for a party."""
    found = select(User.name).where(User.party_id == one.id).order_by(User.name, User.id)
    return list(db.session.scalars(found))


def registration_taken(number: str, but: int | None) -> bool:
    """Tell whether another party has this register number."""
    taken = select(Party.id).where(Party.registration == number, Party.id != (but or 0))
    return db.session.scalar(taken.limit(1)) is not None


def has_account(one: Party) -> bool:
    """Tell whether money can be, or was, paid to an account of a party."""
    return (
        db.session.scalar(select(BankAccount.id).where(BankAccount.party_id == one.id).limit(1)) is not None
    )


def payee_of(application: Application) -> Payee | None:
    """Find who is paid for an application, once there is a grant."""
    found = select(Payee).join(Award, Award.id == Payee.award_id)
    return db.session.scalar(found.where(Award.application_id == application.id).limit(1))


def caps(user: User) -> list[Fund]:
    """List the funds with a limit per party where the person works."""
    funds = user.funds(RoleName.MANAGER, RoleName.FINANCE, RoleName.AUDITOR)
    limited = select(Fund).where(Fund.id.in_(funds), Fund.cap_party_cents.is_not(None))
    return list(db.session.scalars(limited.order_by(Fund.slug)))
