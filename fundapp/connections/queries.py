"""Keys, addresses and deliveries of a fund, as who looks after them may see them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, false, func, or_, select, true
from sqlalchemy.orm import joinedload, lazyload

from fundapp.accounts.models import RoleName, User
from fundapp.applications.models import Application
from fundapp.applications.office_list import handled
from fundapp.connections.models import (
    ApiToken,
    Delivery,
    DeliveryState,
    Webhook,
    WebhookEvent,
    WebhookState,
)
from fundapp.core.db import db
from fundapp.funds.models import Fund

PAGE = 50


def _of(user: User, column: Any, *roles: RoleName) -> ColumnElement[bool]:
    """Give the condition for rows of the funds a person looks after; an administrator's are all."""
    if not user.is_authenticated:
        return false()
    return true() if user.is_administrator else column.in_(user.funds(*roles))


def fund(user: User, id: int) -> Fund | None:
    """Load a fund whose connections the person looks after."""
    mine = _of(user, Fund.id, RoleName.MANAGER, RoleName.FINANCE)
    return db.session.scalar(select(Fund).where(Fund.id == id, mine))


def key(user: User, id: int) -> ApiToken | None:
    """Load a key of such a fund."""
    mine = _of(user, ApiToken.fund_id, RoleName.MANAGER, RoleName.FINANCE)
    chosen = select(ApiToken).where(ApiToken.id == id, mine)
    return db.session.scalar(chosen.options(joinedload(ApiToken.fund), joinedload(ApiToken.user)))


def keys_of(fund_id: int) -> list[ApiToken]:
    """List the keys of a fund, those that work first, the newest first."""
    is_over = case((ApiToken.revoked_at.is_not(None), 1), else_=0)
    chosen = (
        select(ApiToken).where(ApiToken.fund_id == fund_id).order_by(is_over, ApiToken.id.desc()).limit(100)
    )
    return list(db.session.scalars(chosen.options(joinedload(ApiToken.user).lazyload(User.roles))))


def hook(user: User, id: int) -> Webhook | None:
    """Load an address of a fund the person manages, or of any for an administrator; not one taken away."""
    mine = _of(user, Webhook.fund_id, RoleName.MANAGER)
    chosen = select(Webhook).where(Webhook.id == id, Webhook.state != WebhookState.ENDED, mine)
    holder = joinedload(Webhook.user).options(lazyload(User.roles))
    return db.session.scalar(chosen.options(joinedload(Webhook.fund), holder))


def hooks_of(fund_id: int) -> Sequence[Row[Any]]:
    """List the addresses of a fund: (row, how many wait, how many were given up)."""
    waiting = func.count(case((Delivery.state.in_([DeliveryState.QUEUED, DeliveryState.SENDING]), 1)))
    lost = func.count(case((Delivery.state == DeliveryState.FAILED, 1)))
    counted = (
        select(Delivery.webhook_id, waiting.label("waiting"), lost.label("lost"))
        .where(Delivery.fund_id == fund_id)
        .group_by(Delivery.webhook_id)
        .subquery()
    )
    return db.session.execute(
        select(Webhook, func.coalesce(counted.c.waiting, 0), func.coalesce(counted.c.lost, 0))
        .outerjoin(counted, counted.c.webhook_id == Webhook.id)
        .where(Webhook.fund_id == fund_id, Webhook.state != WebhookState.ENDED)
        .order_by(Webhook.id)
    ).all()


def _visible(user: User) -> ColumnElement[bool]:
    """Give the condition for deliveries that are about nothing, or about what the person sees at work."""
    return or_(
        WebhookEvent.application_id.is_(None),
        WebhookEvent.application_id.in_(select(Application.id).where(handled(user))),
    )


def deliveries(user: User, hook: Webhook, before: int | None = None) -> Sequence[Row[Any]]:
    """List what went or goes to an address, the newest first, one more than a page holds.

    Columns: id, message_id, name, at, state, tries, tried_at, not_before_at, status, fault, answer, code.
    """
    chosen: Any = (
        select(
            Delivery.id, Delivery.message_id, WebhookEvent.name, WebhookEvent.at, Delivery.state,
            Delivery.tries, Delivery.tried_at, Delivery.not_before_at, Delivery.status, Delivery.fault,
            Delivery.answer, Application.code,
        )
        .join(WebhookEvent, WebhookEvent.id == Delivery.event_id)
        .outerjoin(Application, Application.id == WebhookEvent.application_id)
        .where(Delivery.webhook_id == hook.id, _visible(user))
        .order_by(Delivery.id.desc())
        .limit(PAGE + 1)
    )  # fmt: skip
    return db.session.execute(chosen.where(Delivery.id < before) if before else chosen).all()


def delivery(user: User, id: int) -> Delivery | None:
    """Load one delivery of an address the person looks after, unless it is about what they may not see."""
    mine = and_(_of(user, Webhook.fund_id, RoleName.MANAGER), Webhook.state != WebhookState.ENDED)
    return db.session.scalar(
        select(Delivery)
        .join(Webhook, Webhook.id == Delivery.webhook_id)
        .join(WebhookEvent, WebhookEvent.id == Delivery.event_id)
        .where(Delivery.id == id, mine, _visible(user) if user.is_authenticated else false())
        .options(joinedload(Delivery.webhook).joinedload(Webhook.fund))
    )
