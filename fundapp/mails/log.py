"""The log of mail: what was sent, to whom, about what; for those who may know.

The permission stands in each query. Keys to accounts and invitations to drafts are between the mail and its
reader; mail about an application is for the managers and auditors who see that application; a fund's other
mail may name any application, so a tie with one of them keeps all of it away.
"""

import re
from typing import Any, cast

from sqlalchemy import ColumnElement, Row, Select, and_, case, false, func, or_, select

from fundapp.accounts.models import RoleName, User
from fundapp.applications.conversations import WITHHELD
from fundapp.applications.models import APPLICANTS, Access, Application, Conflict
from fundapp.applications.queries import seen
from fundapp.core.bounces import BadAddress
from fundapp.core.db import db
from fundapp.core.mail import Outbox, Posted

PAGE = 50
KEYS = ("confirm-address", "reset-password")
"""Mails whose link opens an account: nobody but their reader may see them."""
PRIVATE = (*KEYS, "invited-to-proposal")
"""Mails that stay with their reader: keys, and invitations to a proposal nobody at the office sees yet."""
ADDRESS = re.compile(r"https?://[^\s<>\"“”]+")
SECRET = re.compile(r"(?=[\w.~=-]*\d)(?=[\w.~=-]*[A-Z])[\w.~=-]{20,}")

Found = list[Row[Any]]


# --- who may read what ---------------------------------------------------------------


def overseen(user: User) -> ColumnElement[bool]:
    """Give the condition for applications of which the person may read letters and notes."""
    return and_(Application.fund_id.in_(user.funds(RoleName.MANAGER, RoleName.AUDITOR)), seen(user))


def readable(user: User) -> ColumnElement[bool]:
    """Give the condition for mail the person may read by their work.

    Discussions among reviewers stay closed to whoever still has to judge.
    """
    funds = user.funds(RoleName.MANAGER, RoleName.AUDITOR)
    barred = select(Conflict.fund_id).where(Conflict.user_id == user.id, Conflict.bars)
    arms = [
        Outbox.application_id.in_(select(Application.id).where(overseen(user))),
        and_(Outbox.application_id.is_(None), Outbox.fund_id.in_(funds), Outbox.fund_id.not_in(barred)),
        and_(Outbox.application_id.is_(None), Outbox.fund_id.is_(None)) if user.is_administrator else false(),
    ]
    open_ = [
        or_(Outbox.name != "thread-message", Outbox.application_id.not_in(one.applications(user)))
        for one in WITHHELD
    ]
    return and_(or_(*arms), Outbox.name.not_in(PRIVATE), *open_)


def _own(user: User) -> ColumnElement[bool]:
    """Give the condition for mail to the person; of what a tie keeps from them not even old mail.

    Who applies is tied to their own proposal too, and goes on reading the mail about it.
    """
    applied = select(Access.application_id).where(Access.user_id == user.id, Access.capacity.in_(APPLICANTS))
    barring = (
        Conflict.user_id == user.id,
        Conflict.bars,
        Conflict.application_id.not_in(applied),
    )
    about_it = Outbox.application_id.in_(select(Conflict.application_id).where(*barring))
    beside_it = and_(
        Outbox.application_id.is_(None),
        Outbox.fund_id.is_not(None),
        Outbox.fund_id.in_(select(Conflict.fund_id).where(*barring)),
    )
    away = case((or_(about_it, beside_it), True), else_=False)  # unknown is not away
    return and_(Outbox.user_id == user.id, away.is_(False))


def masked(text: str) -> str:
    """Cover what opens something in the addresses of a mail: whoever has it could use it."""
    return ADDRESS.sub(lambda found: SECRET.sub("•••", found[0]), text)


# --- lists and one mail --------------------------------------------------------------


def _came_back() -> Any:
    """Whether a mail that was sent came back: reported later, by the mail system of its reader."""
    return case((and_(Outbox.state == Posted.SENT, Outbox.fault.is_not(None)), True), else_=False)


LINE: tuple[Any, ...] = (
    Outbox.id, Outbox.name, Outbox.state, Outbox.address, Outbox.subject, Outbox.created_at, Outbox.sent_at,
    Outbox.tries, Outbox.fault, Outbox.text_number, Outbox.application_id,
    _came_back().label("came_back"),
)  # fmt: skip


def _page(found: Select[Any], text: str, state: str, before: int | None) -> Found:
    if text:
        found = found.where(
            or_(
                *(
                    func.lower(one).contains(text.lower(), autoescape=True)
                    for one in (Outbox.address, Outbox.subject)
                )
            )
        )
    if state == "back":
        found = found.where(_came_back())
    elif state in set(Posted):
        found = found.where(Outbox.state == Posted(state))
    if before:
        found = found.where(Outbox.id < before)
    return list(db.session.execute(found.order_by(Outbox.id.desc()).limit(PAGE + 1)))


def about(
    user: User, application_id: int, *, text: str = "", state: str = "", before: int | None = None
) -> Found:
    """List the mail about an application that the person may read, the newest first, one more than a page."""
    found = select(*LINE).where(Outbox.application_id == application_id, readable(user))
    return _page(found, text, state, before)


def of_fund(user: User, fund_id: int, *, text: str = "", state: str = "", before: int | None = None) -> Found:
    """List a fund's mail that the person may read, the newest first, one more than a page."""
    code = Application.code.label("code")
    found = (
        select(*LINE, code)
        .outerjoin(Application, Application.id == Outbox.application_id)
        .where(Outbox.fund_id == fund_id, readable(user))
    )
    return _page(found, text, state, before)


def mine(user: User, *, text: str = "", before: int | None = None) -> Found:
    """List all mail to a person, the newest first, one more than a page."""
    return _page(select(*LINE).where(_own(user)), text, "", before)


WHOLE: tuple[Any, ...] = (
    *LINE, Outbox.fund_id, Outbox.user_id, Outbox.language, Outbox.body_text, Outbox.not_before_at,
    Application.code, Application.title,
)  # fmt: skip


def _one(condition: ColumnElement[bool]) -> Row[Any] | None:
    joined = select(*WHOLE, _refused().label("refused")).outerjoin(
        Application, Application.id == Outbox.application_id
    )
    return cast("Row[Any] | None", db.session.execute(joined.where(condition)).one_or_none())


def _refused() -> Any:
    """Why the address of a mail takes no mail any more; NULL where it does."""
    return select(BadAddress.said).where(BadAddress.address == func.lower(Outbox.address)).scalar_subquery()


def seen_mail(user: User, id: int) -> Row[Any] | None:
    """Load one mail of a fund as it was sent, for who may read it by their work."""
    return _one(and_(Outbox.id == id, Outbox.fund_id.is_not(None), readable(user)))


def own_mail(user: User, id: int) -> Row[Any] | None:
    """Load one mail as it was sent to the person."""
    return _one(and_(Outbox.id == id, _own(user)))


def posted(user: User, id: int) -> Outbox | None:
    """Load a mail of a fund to send it again."""
    return db.session.scalar(
        select(Outbox).where(Outbox.id == id, Outbox.fund_id.is_not(None), readable(user))
    )
