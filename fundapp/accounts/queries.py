"""Finding people."""

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, lazyload

from fundapp.accounts.models import MailToken, PublicKey, Purpose, Role, RoleName, User
from fundapp.core.db import db


def session_user(key: str) -> User | None:
    """Load the person of a session; none when they were signed out everywhere since."""
    number, _dash, session_number = key.partition("-")
    if not (number.isdigit() and session_number.isdigit()):
        return None
    found = db.session.scalars(
        select(User)
        .where(User.id == int(number), User.session_number == int(session_number))
        .options(joinedload(User.roles))  # every page asks for both: one query
    )
    return found.unique().one_or_none()


def user_by_email(email: str) -> User | None:
    """Find a person by address; case does not count."""
    return db.session.scalar(select(User).where(User.email == email.strip().lower()))


def live_token(digest: str, purpose: Purpose) -> MailToken | None:
    """Find a link that was neither used nor replaced; its expiry is the service's to judge."""
    return db.session.scalar(
        select(MailToken).where(
            MailToken.digest == digest, MailToken.purpose == purpose, MailToken.used_at.is_(None)
        )
    )


def public_keys(user_ids: list[int]) -> dict[int, PublicKey]:
    """Give the OpenPGP keys of people, by person."""
    found = db.session.scalars(select(PublicKey).where(PublicKey.user_id.in_(user_ids)))
    return {key.user_id: key for key in found}


def holders(fund_id: int, name: RoleName) -> list[User]:
    """List the people who hold a role at a fund, by name."""
    held = select(Role.user_id).where(Role.fund_id == fund_id, Role.name == name, Role.ended_at.is_(None))
    return list(
        db.session.scalars(
            select(User)
            .where(User.id.in_(held))
            .options(lazyload(User.roles))  # their names are wanted, seldom their other roles
            .order_by(func.lower(User.name), User.id)
        )
    )
