"""Lists that people of the office keep, for themselves or for everybody at the fund."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload, lazyload

from fundapp.accounts.models import RoleName, User
from fundapp.applications.models import SavedView
from fundapp.core import audit
from fundapp.core.db import db
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.funds.models import Fund
from fundapp.funds.queries import OFFICE_ROLES

MOST = 60
"""More views than this nobody finds their way in."""


def views_of(user: User) -> list[SavedView]:
    """List the views a person can open, by name: their own, and those shared at their funds."""
    return list(
        db.session.scalars(
            select(SavedView)
            .where(_open_to(user))
            .options(joinedload(SavedView.owner).options(lazyload(User.roles)))
            .order_by(func.lower(SavedView.name), SavedView.id)
            .limit(MOST)
        )
    )


def _open_to(user: User) -> ColumnElement[bool]:
    return or_(SavedView.owner_id == user.id, SavedView.fund_id.in_(user.funds(*OFFICE_ROLES)))


def open_view(user: User, id: int) -> SavedView | None:
    """Load a view the person can open."""
    return db.session.scalar(select(SavedView).where(SavedView.id == id, _open_to(user)))


def keep(
    name: str,
    *,
    query: str,
    columns: Sequence[str],
    sort: str,
    fund: Fund | None,
    actor: User,
    at: datetime,
) -> SavedView:
    """Keep a list under a name; a view of the person's own with this name is replaced.

    fund: whom it is shared with; None keeps it for oneself. Raises Refusal (no name, too many) and
    MoveRefused (not one's fund to share with).
    """
    tidy = " ".join(name.split())[:60]
    if not tidy:
        raise Refusal(_("Give the view a name."))
    if fund is not None and not any(actor.holds(role, fund.id) for role in OFFICE_ROLES):
        raise MoveRefused(_("This step is not yours to take."))
    mine = SavedView.owner_id == actor.id
    view = db.session.scalar(select(SavedView).where(mine, SavedView.name == tidy))
    if view is None:
        if (db.session.scalar(select(func.count(SavedView.id)).where(mine)) or 0) >= MOST:
            raise Refusal(_("You keep %(most)d views already. Throw one away first.", most=MOST))
        view = SavedView(owner_id=actor.id, name=tidy, made_at=at)
        db.session.add(view)
    view.query, view.columns, view.sort = query[:500], list(columns), sort[:40]
    view.fund_id = fund.id if fund else None
    audit.record("keep_view", view, actor=actor, at=at)
    return view


def may_change(user: User, view: SavedView) -> bool:
    """Tell whether a person may throw a view away: its owner, or a manager of the fund it is shared with."""
    return view.owner_id == user.id or (
        view.fund_id is not None and user.holds(RoleName.MANAGER, view.fund_id)
    )


def forget(view: SavedView, *, actor: User, at: datetime) -> None:
    """Throw a view away. Raises MoveRefused."""
    if not may_change(actor, view):
        raise MoveRefused(_("This step is not yours to take."))
    audit.record("forget_view", view, actor=actor, at=at)
    db.session.delete(view)
