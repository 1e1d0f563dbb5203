"""Questions and answers about one request, on its own page; nothing else changes by them."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from fundapp.accounts.models import User
from fundapp.applications import threads
from fundapp.applications.conversations import readable
from fundapp.applications.models import Audience, Message, Thread, ThreadKind
from fundapp.core.db import db
from fundapp.core.refusals import MoveRefused
from fundapp.payouts.models import Claim
from fundapp.payouts.rules import JUDGE


def about(claim: Claim) -> str:
    """Give what a thread about a request says it is about."""
    return f"claim:{claim.id}"


def of(claim: Claim, user: User, *, own: bool) -> list[Thread]:
    """List what was asked about a request that the person sees, the oldest first, with its messages."""
    statement = (
        select(Thread)
        .where(
            Thread.application_id == claim.award.application_id,
            Thread.about == about(claim),
            Thread.audience == Audience.APPLICANT,
        )
        .options(selectinload(Thread.messages).joinedload(Message.author).lazyload(User.roles))
        .order_by(Thread.id)
    )
    return list(db.session.scalars(statement if own else statement.where(readable(user))))


def thread_of(claim: Claim, id: int) -> Thread | None:
    """Load one conversation about a request; who calls asked who sees the request."""
    return db.session.scalar(select(Thread).where(Thread.id == id, Thread.about == about(claim)))


def ask(claim: Claim, body: str, *, actor: User, at: datetime) -> Thread:
    """Ask the grantee something about a request; it stays where it is, and the clock goes on.

    Raises MoveRefused for who does not judge it, Refusal for an empty question.
    """
    if not JUDGE(actor, claim):
        raise MoveRefused(_("This step is not yours to take."))
    return threads.open_thread(
        claim.award.application,
        kind=ThreadKind.QUESTION,
        audience=Audience.APPLICANT,
        subject=_("About request %(code)s", code=claim.code),
        body=body,
        about=about(claim),
        actor=actor,
        at=at,
    )
