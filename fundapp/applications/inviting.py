"""Asking people by mail to join a proposal, and what they answer."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from fundapp.accounts import queries as accounts
from fundapp.accounts.models import User
from fundapp.applications import doors, people, queries
from fundapp.applications.models import Access, Application, Capacity, Invitation, Level, Partner
from fundapp.core import audit, mail
from fundapp.core.db import db, locked
from fundapp.core.refusals import Refusal

LIFETIME = timedelta(days=14)
MOST_OPEN = 20
MOST_A_DAY = 40


class InvitationDead(Refusal):
    """The invitation was answered, taken back, replaced, or is too old."""

    status = 410

    def __init__(self) -> None:
        super().__init__(_("This invitation no longer works. Ask the person who sent it for a new one."))


@dataclass(frozen=True)
class Reader:
    """Somebody to write to who may have no account yet."""

    email: str
    name: str
    language: str
    id: int | None = None


def invite(
    application: Application,
    email: str,
    *,
    name: str,
    level: Level,
    language: str,
    partner: Partner | None = None,
    actor: User,
    at: datetime,
) -> Invitation:
    """Ask somebody by mail to join; an earlier invitation to the same address stops working.

    partner: the organisation they speak for, else they join as co-applicant. The page says nothing
    of whether the address has an account. Raises Refusal (joined already, too many) and MoveRefused.
    """
    held = people.held_by_owner(application, actor)
    address = email.strip().lower()
    known = accounts.user_by_email(address)
    if known is not None and any(one.id == known.id for one in queries.applicants(held.id)):
        raise Refusal(_("%(email)s takes part in this proposal already.", email=address))
    _check_number(held, actor, at)
    for earlier in open_to(held.id):
        if earlier.email == address:
            earlier.ended_at = at
    db.session.flush()  # two live ones to one address meet the unique index
    token = token_urlsafe(24)
    made = Invitation(
        application_id=held.id, fund_id=held.fund_id, email=address, name=name.strip()[:100],
        language=known.language if known else language, level=level,
        capacity=Capacity.PARTNER if partner else Capacity.CO_APPLICANT,
        partner_id=partner.id if partner else None, digest=_digest(token), invited_by=actor.id,
        invited_at=at, expires_at=at + LIFETIME,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()  # the mail's key carries its id
    audit.record("invite_applicant", held, actor=actor, at=at, detail=_detail(made))
    _write(made, held, known, token)
    return made


def _check_number(held: Application, actor: User, at: datetime) -> None:
    """Keep this from being a way to send mail to strangers."""
    if len(open_to(held.id)) >= MOST_OPEN or sent_since(actor.id, at - timedelta(days=1)) >= MOST_A_DAY:
        raise Refusal(_("That is a lot of invitations. Wait until some are answered."))


def _detail(made: Invitation) -> dict[str, Any]:
    return {"invitation": made.id, "capacity": made.capacity.value, "level": made.level.value}


def _write(made: Invitation, held: Application, known: User | None, token: str) -> None:
    mail.queue(
        "invited-to-proposal",
        key=f"invited-to-proposal:{made.id}",
        to=known or Reader(made.email, made.name, made.language),
        at=made.invited_at,
        fund=held.fund,
        fund_id=held.fund_id,
        proposal=held,
        inviter=made.inviter,
        organisation=made.partner.name if made.partner else "",
        may_write=made.level is Level.WRITE,
        url=mail.link("applications.join", token=token),
        expires_at=made.expires_at,
    )


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def by_token(token: str, *, at: datetime) -> Invitation:
    """Find the live invitation of a link. Raises InvitationDead."""
    found = invitation_by_digest(_digest(token))
    if found is None or not found.is_open or found.expires_at <= at:
        raise InvitationDead
    return found


def accept(invitation: Invitation, *, actor: User, at: datetime) -> Access:
    """Join a proposal. From now on the person can never review it, whatever they did before."""
    held = locked(Application, invitation.application_id)
    db.session.refresh(invitation)  # read before the lock was held
    if not invitation.is_open or invitation.expires_at <= at or held.state in people.OVER:
        raise InvitationDead
    invitation.accepted_by, invitation.accepted_at = actor.id, at
    own = next((one for one in people.live_access(held.id) if one.user_id == actor.id), None)
    if own is not None:
        return own  # the owner opened a link meant for somebody else
    access = doors.let_in(held, actor, invitation.capacity, invitation.level, actor=actor, at=at)
    people.tell_owner("joined-proposal", held, actor, f"joined-proposal:{invitation.id}", at)
    return access


def turn_down(invitation: Invitation, *, actor: User | None, at: datetime) -> None:
    """Say no to an invitation."""
    invitation.ended_at = at
    audit.record("turn_down", invitation.application, actor=actor, at=at, detail=_detail(invitation))


def take_back(invitation: Invitation, *, actor: User, at: datetime) -> None:
    """Take an invitation back; its link stops working."""
    if not invitation.is_open:
        raise InvitationDead
    invitation.ended_at = at
    audit.record(
        "take_back_invitation", invitation.application, actor=actor, at=at, detail=_detail(invitation)
    )


# --- finding ------------------------------------------------------------------------


def open_to(application_id: int) -> list[Invitation]:
    """List the invitations that nobody answered, the newest first."""
    return list(
        db.session.scalars(
            select(Invitation)
            .where(
                Invitation.application_id == application_id,
                Invitation.accepted_at.is_(None),
                Invitation.ended_at.is_(None),
            )
            .order_by(Invitation.id.desc())
        )
    )


def sent_since(user_id: int, at: datetime) -> int:
    """Count the invitations somebody sent since an instant."""
    return (
        db.session.scalar(
            select(func.count(Invitation.id)).where(
                Invitation.invited_by == user_id, Invitation.invited_at > at
            )
        )
        or 0
    )


def invitation_by_digest(digest: str) -> Invitation | None:
    """Find an invitation by its link."""
    return db.session.scalar(select(Invitation).where(Invitation.digest == digest))


def waiting_for(user: User, at: datetime) -> list[Invitation]:
    """List the invitations to the person's own confirmed address."""
    if user.confirmed_at is None:
        return []
    return list(
        db.session.scalars(
            select(Invitation)
            .where(
                Invitation.email == user.email,
                Invitation.accepted_at.is_(None),
                Invitation.ended_at.is_(None),
                Invitation.expires_at > at,
            )
            .options(joinedload(Invitation.application), joinedload(Invitation.inviter).lazyload(User.roles))
            .order_by(Invitation.id)
        )
    )
