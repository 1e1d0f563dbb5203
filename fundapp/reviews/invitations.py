"""Asking somebody to review for a fund: a link by mail that a visit does not use up."""

from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from fundapp.accounts import service as accounts
from fundapp.accounts.models import RoleName, User
from fundapp.accounts.queries import user_by_email
from fundapp.config import Settings
from fundapp.core import audit, mail
from fundapp.core.db import db, locked
from fundapp.core.refusals import Refusal
from fundapp.funds.models import Fund
from fundapp.reviews.models import InvitationState, PoolInvitation, Reviewer
from fundapp.reviews.profiles import profile_of
from fundapp.reviews.workflow import invitations

LIFETIME = timedelta(days=30)


class InvitationOver(Refusal):
    """The invitation was answered, taken back or is too old."""

    status = 410

    def __init__(self) -> None:
        super().__init__(_("This invitation is over: it was answered, taken back or is too old."))


def invite(
    fund: Fund, email: str, name: str, *, language: str, message: str = "", actor: User, at: datetime
) -> PoolInvitation:
    """Ask somebody by mail to review for a fund; an open invitation to the same address is sent anew.

    Raises Refusal for oneself, and for who reviews there already.
    """
    email = email.strip().lower()
    known = user_by_email(email)
    if email == actor.email:
        raise Refusal(_("Nobody invites themselves. Ask another manager."))
    if known is not None and known.holds(RoleName.REVIEWER, fund.id):
        raise Refusal(_("%(name)s is a reviewer of this fund already.", name=known.name))
    if (open_one := live(fund.id, email)) is not None:
        take_back(open_one, actor=actor, at=at)
        db.session.flush()  # one open invitation for each address
    token = token_urlsafe(24)
    made = PoolInvitation(
        fund=fund, email=email, name=name.strip(), language=language, message=message.strip(),
        digest=_digest(token), state_at=at, sent_at=at, expires_at=at + LIFETIME, invited_by=actor.id,
    )  # fmt: skip
    db.session.add(made)
    audit.record("invite_reviewer", made, actor=actor, at=at, to_state=InvitationState.SENT)
    _send(made, token, actor, known, at)
    return made


def _send(made: PoolInvitation, token: str, actor: User, known: User | None, at: datetime) -> None:
    mail.queue(
        "pool-invitation",
        key=f"pool-invitation:{made.id}",
        to=known or Addressee(made.email, made.name, made.language),
        at=at,
        fund_id=made.fund.id,
        fund=made.fund,
        message=made.message,
        inviter=actor.name,
        until=made.expires_at,
        url=mail.link("reviews.pool_invitation", token=token),
    )


class Addressee:
    """Somebody without an account, as far as a letter needs to know them."""

    id = None

    def __init__(self, email: str, name: str, language: str) -> None:
        self.email, self.name, self.language = email, name, language


def take_back(invitation: PoolInvitation, *, actor: User, at: datetime) -> None:
    """Take an invitation back that was not answered; its link dies. Raises MoveRefused."""
    invitations.make("take_back", invitation, actor=actor, at=at)


def accept(
    invitation: PoolInvitation,
    user: User | None,
    *,
    name: str = "",
    password: str | None = None,
    at: datetime,
    settings: Settings,
) -> User:
    """Join the pool and give the person: the one signed in, the owner of the address, or a new account.

    The link came by mail, so it proves the address. name, password: for a new account. Raises Refusal
    for the one who sent it, and MoveRefused when it was answered meanwhile.
    """
    held = locked(PoolInvitation, invitation.id)
    who = user or user_by_email(held.email)
    if who is None:
        who = accounts.add(
            held.email, name, password=password, language=held.language, is_confirmed=True,
            at=at, settings=settings,
        )  # fmt: skip
        db.session.flush()  # the role refers to its id
    if who.id == held.invited_by:
        raise Refusal(_("Nobody invites themselves. Ask another manager."))
    if user is None and who.confirmed_at is None:
        who.confirmed_at = at
    held.user_id = who.id
    invitations.make("accept", held, actor=who, at=at, detail={"user": who.id})
    accounts.grant_role(who, held.fund_id, RoleName.REVIEWER, actor=who, at=at)
    if profile_of(held.fund, who) is None:
        db.session.add(Reviewer(fund_id=held.fund_id, user_id=who.id, saved_at=at))
    _tell(held, at)
    return who


def decline(invitation: PoolInvitation, reason: str, *, at: datetime) -> None:
    """Say no, with or without a reason; whoever invited is told."""
    held = locked(PoolInvitation, invitation.id)
    invitations.make("decline", held, actor=None, at=at, note=reason)
    held.reason = reason.strip()
    _tell(held, at)


def _tell(invitation: PoolInvitation, at: datetime) -> None:
    inviter = db.session.get(User, invitation.invited_by) if invitation.invited_by else None
    if inviter is not None:
        mail.queue(
            "pool-answer", key=f"pool-answer:{invitation.id}", to=inviter, at=at,
            fund_id=invitation.fund_id, fund=invitation.fund, invitation=invitation,
        )  # fmt: skip


# --- finding them ------------------------------------------------------------------


def by_token(token: str, *, at: datetime) -> PoolInvitation:
    """Find the open invitation a link belongs to. Raises InvitationOver."""
    found = db.session.scalar(
        select(PoolInvitation)
        .where(PoolInvitation.digest == _digest(token), PoolInvitation.state == InvitationState.SENT)
        .options(joinedload(PoolInvitation.fund))
    )
    if found is None or found.expires_at <= at:
        raise InvitationOver
    return found


def live(fund_id: int, email: str) -> PoolInvitation | None:
    """Find the open invitation to one address."""
    return db.session.scalar(
        select(PoolInvitation).where(
            PoolInvitation.fund_id == fund_id,
            PoolInvitation.email == email,
            PoolInvitation.state == InvitationState.SENT,
        )
    )


def sent_by(fund_id: int, *, limit: int = 50) -> list[PoolInvitation]:
    """List what was asked at a fund and not accepted, the newest first."""
    return list(
        db.session.scalars(
            select(PoolInvitation)
            .where(
                PoolInvitation.fund_id == fund_id,
                PoolInvitation.state.in_([InvitationState.SENT, InvitationState.DECLINED]),
            )
            .order_by(PoolInvitation.id.desc())
            .limit(limit)
        )
    )


def office_invitation(user: User, id: int) -> PoolInvitation | None:
    """Load an invitation of a fund where the person is manager."""
    return db.session.scalar(
        select(PoolInvitation)
        .where(PoolInvitation.id == id, PoolInvitation.fund_id.in_(user.funds(RoleName.MANAGER)))
        .options(joinedload(PoolInvitation.fund))
    )


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
