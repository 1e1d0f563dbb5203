"""Commands about other programs: keys they read with, addresses that hear of what happens."""

from datetime import datetime

import click

from fundapp.cli.start import within_app
from fundapp.connections import hooks, keys
from fundapp.connections.models import ApiToken, Delivery, DeliveryState, Webhook, WebhookEvent, WebhookState
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.core.refusals import Refusal
from fundapp.funds.models import Fund


def _fund(slug: str | None) -> Fund | None:
    found = db.session.scalar(db.select(Fund).where(Fund.slug == slug)) if slug else None
    if slug and found is None:
        raise click.ClickException(f"no fund {slug!r}; `fundapp funds list` shows them")
    return found


def _time(at: datetime | None) -> str:
    return at.isoformat(timespec="seconds") if at else ""


@click.group()
def tokens() -> None:
    """Keys with which programs read."""


@tokens.command("list")
@click.option("--fund", "slug", help="Only this fund.")
@within_app
def list_tokens(slug: str | None) -> None:
    """List number, fund, name, maker, scopes, end, last day of use and state, tab-separated."""
    fund, now = _fund(slug), clock.now()
    chosen = db.select(ApiToken).order_by(ApiToken.id)
    for row in db.session.scalars(chosen.where(ApiToken.fund_id == fund.id) if fund else chosen):
        state = "revoked" if row.revoked_at else "over" if row.expires_at <= now else "live"
        used = row.used_on.isoformat() if row.used_on else ""
        parts = (
            row.fund.slug,
            row.name,
            row.user.email,
            ",".join(row.scopes),
            _time(row.expires_at),
            used,
            state,
        )
        click.echo("\t".join((str(row.id), *(" ".join(part.split()) for part in parts))))


@tokens.command()
@click.argument("number", type=int)
@within_app
def revoke(number: int) -> None:
    """End a key at once, by its number."""
    row = db.session.get(ApiToken, number)
    if row is None:
        raise click.ClickException(f"no key {number}; `fundapp tokens list` shows them")
    try:
        keys.revoke(row, actor=None, at=clock.now())
    except Refusal as refused:
        raise click.ClickException(refused.message) from refused
    db.session.commit()
    click.echo(f"key {number} ({row.name}) is ended", err=True)


@click.group()
def webhooks() -> None:
    """Addresses of other programs that hear of what happens."""


@webhooks.command("list")
@click.option("--fund", "slug", help="Only this fund.")
@click.option("--deliveries", "each", is_flag=True, help="Each delivery instead of each address.")
@click.option(
    "--state", type=click.Choice([one.value for one in DeliveryState]), help="Deliveries in this state."
)
@click.option(
    "--last", default=1000, show_default=True, type=click.IntRange(1), help="At most so many deliveries."
)
@within_app
def list_webhooks(slug: str | None, each: bool, state: str | None, last: int) -> None:
    """List number, fund, state, waiting, given up and address; with --deliveries what goes to them.

    Deliveries: message id, event, state, tries, status, next try, fault; the newest last. Tab-separated.
    """
    fund = _fund(slug)
    if each or state:
        _list_deliveries(fund, state, last)
        return
    chosen = db.select(Webhook).where(Webhook.state != WebhookState.ENDED).order_by(Webhook.id)
    for row in db.session.scalars(chosen.where(Webhook.fund_id == fund.id) if fund else chosen):
        waiting = _count(row, DeliveryState.QUEUED, DeliveryState.SENDING)
        parts = (row.id, row.fund.slug, row.state, waiting, _count(row, DeliveryState.FAILED), row.url)
        click.echo("\t".join(str(part) for part in parts))


def _count(row: Webhook, *states: DeliveryState) -> int:
    counted = db.select(db.func.count(Delivery.id)).where(
        Delivery.webhook_id == row.id, Delivery.state.in_(states)
    )
    return db.session.scalar(counted) or 0


def _list_deliveries(fund: Fund | None, state: str | None, last: int) -> None:
    chosen = db.select(Delivery, WebhookEvent.name).join(WebhookEvent, WebhookEvent.id == Delivery.event_id)
    if fund is not None:
        chosen = chosen.where(Delivery.fund_id == fund.id)
    if state:
        chosen = chosen.where(Delivery.state == DeliveryState(state))
    for row, name in reversed(db.session.execute(chosen.order_by(Delivery.id.desc()).limit(last)).all()):
        is_open = row.state in (DeliveryState.QUEUED, DeliveryState.SENDING)
        then = _time(row.not_before_at) if is_open else ""
        parts = (row.message_id, name, row.state, row.tries, row.status or "", then, row.fault or "")
        click.echo("\t".join(" ".join(str(part).split()) for part in parts).rstrip("\t"))


@webhooks.command()
@click.argument("message_id")
@within_app
def retry(message_id: str) -> None:
    """Let one delivery go again, under the same number, with the next run of the worker."""
    row = db.session.scalar(db.select(Delivery).where(Delivery.message_id == message_id))
    if row is None:
        raise click.ClickException(
            f"no delivery {message_id!r}; `fundapp webhooks list --deliveries` shows them"
        )
    try:
        hooks.send_again(row, actor=None, at=clock.now())
    except Refusal as refused:
        raise click.ClickException(refused.message) from refused
    db.session.commit()
    click.echo(f"{message_id} goes with the next delivery", err=True)


COMMANDS = (tokens, webhooks)
