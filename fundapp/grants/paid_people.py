"""Those who are paid a share of a grant and did not apply: asked by mail, let in to their own share."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from fundapp.accounts import service as accounts
from fundapp.accounts.models import User
from fundapp.accounts.queries import user_by_email
from fundapp.applications import doors
from fundapp.applications.models import Application, ConflictKind, ConflictSource, ConflictState
from fundapp.config import Settings
from fundapp.core import audit, mail
from fundapp.core.db import db, locked
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.grants.models import Award, Payee, PayeeInvitation
from fundapp.grants.queries import grantees, through
from fundapp.grants.rules import PLAN

LIFETIME = timedelta(days=30)
MOST_OPEN = 20


class PayeeInvitationDead(Refusal):
    """The link was used, taken back, replaced, or is too old."""

    status = 410

    def __init__(self) -> None:
        super().__init__(_("This invitation no longer works. Ask the person who sent it for a new one."))


class Addressee:
    """Somebody without an account, as far as a letter needs to know them."""

    id = None

    def __init__(self, asked: PayeeInvitation) -> None:
        self.email, self.name, self.language = asked.email, asked.name, asked.language


def invite(
    award: Award, email: str, *, name: str, language: str, actor: User, at: datetime
) -> PayeeInvitation:
    """Ask somebody by mail to be a payee; an earlier link to the same address stops working.

    They come to see their own share and details, and nothing of the proposal. Raises MoveRefused (not who
    plans the grant) and Refusal: takes part already, or too many wait.
    """
    if not PLAN(actor, award):
        raise MoveRefused(_("This step is not yours to take."))
    address, known = email.strip().lower(), user_by_email(email)
    if known is not None and any(one.id == known.id for one in people(award)):
        raise Refusal(_("%(email)s takes part in this grant already.", email=address))
    waiting = [one for one in of_award(award) if one.user_id is None]
    if len(waiting) >= MOST_OPEN:
        raise Refusal(_("That is a lot of invitations. Wait until some are answered."))
    for earlier in waiting:
        if earlier.email == address:
            earlier.ended_at = at
    db.session.flush()  # one live link to an address
    token = token_urlsafe(24)
    made = PayeeInvitation(
        award=award, award_id=award.id, fund_id=award.fund_id, email=address, name=name.strip()[:100],
        language=known.language if known else language, digest=_digest(token), invited_by=actor.id,
        invited_at=at, expires_at=at + LIFETIME,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()  # the mail's key carries its id
    audit.record("invite_payee", award, actor=actor, at=at, detail={"invitation": made.id})
    mail.queue(
        "payee-invited",
        key=f"payee-invited:{made.id}",
        to=known or Addressee(made),
        at=at,
        fund=award.application.fund,
        fund_id=award.fund_id,
        title=award.application.title,
        inviter=actor,
        url=mail.link("grants.payee_asked", token=token),
        expires_at=made.expires_at,
    )
    return made


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def by_token(token: str, *, at: datetime) -> PayeeInvitation:
    """Find the open invitation of a link. Raises PayeeInvitationDead."""
    found = db.session.scalar(select(PayeeInvitation).where(PayeeInvitation.digest == _digest(token)))
    if found is None or found.ended_at or found.user_id or found.expires_at <= at:
        raise PayeeInvitationDead
    return found


def accept(
    asked: PayeeInvitation,
    user: User | None,
    *,
    name: str = "",
    password: str | None = None,
    at: datetime,
    settings: Settings,
) -> User:
    """Say yes, and give the person: signed in, the owner of the address, or a new account.

    From now on they never judge or pay anything of this project.
    """
    held = locked(PayeeInvitation, asked.id)
    if held.ended_at or held.user_id:
        raise PayeeInvitationDead
    who = user or user_by_email(held.email)
    if who is None:
        who = accounts.add(
            held.email, name, password=password, language=held.language, is_confirmed=True, at=at,
            settings=settings,
        )  # fmt: skip
        db.session.flush()  # the tie refers to its id
    if any(one.id == who.id for one in people(held.award)):
        raise Refusal(_("%(email)s takes part in this grant already.", email=who.email))
    if user is None and who.confirmed_at is None:
        who.confirmed_at = at
    held.user_id, held.accepted_at = who.id, at
    doors.declare_conflict(
        held.application, who, ConflictState.BARRED, kind=ConflictKind.GRANTEE,
        source=ConflictSource.ACCESS, actor=None, at=at,
    )  # fmt: skip
    audit.record("join_as_payee", held.award, actor=who, at=at, detail={"invitation": held.id})
    return who


def end(asked: PayeeInvitation, *, actor: User, at: datetime) -> None:
    """Take an invitation back, or end the place of a payee who has no share. Raises MoveRefused, Refusal."""
    held = locked(PayeeInvitation, asked.id)
    if not PLAN(actor, held.award) or held.ended_at:
        raise MoveRefused(_("This step is not yours to take."))
    if held.user_id is not None and held.user_id in _with_share(held.award):
        raise Refusal(_("%(name)s has a share of this grant. Change the shares first.", name=held.name))
    held.ended_at = at
    audit.record("end_payee", held.award, actor=actor, at=at, detail={"invitation": held.id})


def _with_share(award: Award) -> set[int | None]:
    planned = {one["user_id"] for version in (award.agreement_under_way, award.agreement_in_force)
               if version is not None for one in version.payees}  # fmt: skip
    paid = select(Payee.user_id).where(Payee.award_id == award.id, Payee.left_at.is_(None))
    return planned | set(db.session.scalars(paid))


# --- finding them ----------------------------------------------------------------------


def of_award(award: Award) -> Sequence[PayeeInvitation]:
    """List who was asked to be a payee and is not ended, in order."""
    return db.session.scalars(
        select(PayeeInvitation)
        .where(PayeeInvitation.award_id == award.id, PayeeInvitation.ended_at.is_(None))
        .options(joinedload(PayeeInvitation.user).lazyload(User.roles))
        .order_by(PayeeInvitation.id)
    ).all()


def people(award: Award) -> list[User]:
    """List who may have a share: the people of the proposal, and those who joined as payees."""
    joined = [one.user for one in of_award(award) if one.user is not None]
    return list(dict.fromkeys([*grantees(award.application), *joined]))


def award_of(user: Any, id: int) -> Award | None:
    """Load the grant somebody joined as payee; their only door to it, and only to their own share."""
    joined = select(PayeeInvitation.award_id).where(
        PayeeInvitation.user_id == user.id, PayeeInvitation.ended_at.is_(None)
    )
    return through(Award.id.in_(joined), id)


def grants_of(user: User) -> Sequence[Any]:
    """List the grants somebody joined as payee: id, title, name of the fund."""
    return db.session.execute(
        select(Award.id, Application.title, Application.fund_id)
        .join(PayeeInvitation, PayeeInvitation.award_id == Award.id)
        .join(Application, Application.id == Award.application_id)
        .where(PayeeInvitation.user_id == user.id, PayeeInvitation.ended_at.is_(None))
        .order_by(Award.id.desc())
    ).all()
