"""Addresses that hear of what happens: added, tried out, paused, taken away; and each delivery."""

from typing import Any

from flask import current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.connections import events, hooks, queries
from fundapp.connections.forms import HookForm, NewHookForm
from fundapp.connections.models import Delivery, Webhook
from fundapp.connections.rules import HEAR
from fundapp.connections.views.blueprint import bp, of_fund
from fundapp.connections.workflow import DELIVERY_WORDS, WHY_PAUSED, WORDS
from fundapp.core import once
from fundapp.core.db import db
from fundapp.core.forms import EmptyForm
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.funds.models import Fund


def _hook(user: Any, id: int) -> Webhook | None:
    found = queries.hook(user, id)
    if found is not None:
        g.zone = found.fund.zone
    return found


def _delivery(user: Any, id: int) -> Delivery | None:
    return queries.delivery(user, id)


def _settings() -> Any:
    return current_app.config["SETTINGS"]


def _ask(fund: Fund, form: Any, status: int = 200, hook: Webhook | None = None) -> Any:
    lost = hooks.lost_to(hook, current_user) if hook else []
    words = [events.EVENTS[name].words for name in lost]
    page = render_template("connections/hook_form.html", fund=fund, form=form, hook=hook, lost=words)
    return page, status


def _given(form: Any) -> dict[str, Any]:
    return {"url": form.url.data.strip(), "events_wanted": form.events.data, "settings": _settings()}


@bp.get("/office/funds/<int:id>/connections/webhooks/new")
@guard(HEAR, of_fund)
def new_hook(fund: Fund) -> Any:
    """Ask which address hears of what."""
    return _ask(fund, NewHookForm().of(current_user, fund))


@bp.post("/office/funds/<int:id>/connections/webhooks/new")
@guard(HEAR, of_fund)
def add_hook(fund: Fund) -> Any:
    """Add an address and show its secret, this once."""
    form = NewHookForm().of(current_user, fund)
    if done := once.result(form.once.data):
        return redirect(done)
    if not form.validate():
        return _ask(fund, form, 422)
    try:
        made, secret = hooks.add(fund, **_given(form), actor=current_user, at=g.arrived_at)
    except Refusal as refused:
        form.url.errors = [refused.message]
        return _ask(fund, form, 422)
    once.remember(form.once.data, url_for(".hook", id=made.id), at=g.arrived_at)
    db.session.commit()
    return render_template("connections/secret.html", fund=fund, hook=made, secret=secret, is_new=True)


@bp.get("/office/webhooks/<int:id>")
@guard(HEAR, _hook)
def hook(row: Webhook) -> Any:
    """Show an address with what went to it."""
    before = request.args.get("before", type=int)
    found = queries.deliveries(current_user, row, before)
    shown = found[: queries.PAGE]
    older = url_for(".hook", id=row.id, before=shown[-1].id) if len(found) > queries.PAGE else None
    return render_template(
        "connections/hook.html",
        hook=row,
        fund=row.fund,
        rows=shown,
        page={
            "older_url": older,
            "newer_url": url_for(".hook", id=row.id) if before else None,
            "count_text": "",
        },
        words=WORDS,
        why=WHY_PAUSED,
        delivery_words=DELIVERY_WORDS,
        event_words=events.EVENTS,
        button=EmptyForm(),
    )


@bp.get("/office/webhooks/<int:id>/change")
@guard(HEAR, _hook)
def edit_hook(row: Webhook) -> Any:
    """Ask for another address or other events."""
    return _ask(
        row.fund, HookForm(data={"url": row.url, "events": row.events}).of(current_user, row), hook=row
    )


@bp.post("/office/webhooks/<int:id>/change")
@guard(HEAR, _hook)
def change_hook(row: Webhook) -> Any:
    """Change address and events."""
    form = HookForm().of(current_user, row)
    if not form.validate():
        return _ask(row.fund, form, 422, row)
    try:
        hooks.change(row, **_given(form), actor=current_user, at=g.arrived_at)
    except Refusal as refused:
        form.url.errors = [refused.message]
        return _ask(row.fund, form, 422, row)
    db.session.commit()
    flash(_("Changed. From now on it hears in your name."))
    return redirect(url_for(".hook", id=row.id))


@bp.post("/office/webhooks/<int:id>/ping")
@guard(HEAR, _hook)
def ping(row: Webhook) -> Any:
    """Send a first message to try the address out."""
    hooks.ping(row, actor=current_user, at=g.arrived_at)
    db.session.commit()
    flash(_("A test message is on its way. Look again in half a minute."))
    return redirect(url_for(".hook", id=row.id))


@bp.post("/office/webhooks/<int:id>/pause")
@guard(HEAR, _hook)
def pause(row: Webhook) -> Any:
    """Write to an address no more for now."""
    hooks.pause(row, "hand", actor=current_user, at=g.arrived_at)
    db.session.commit()
    flash(_("Paused. What happens meanwhile waits for it."))
    return redirect(url_for(".hook", id=row.id))


@bp.post("/office/webhooks/<int:id>/resume")
@guard(HEAR, _hook)
def resume(row: Webhook) -> Any:
    """Write to an address again."""
    hooks.resume(row, actor=current_user, at=g.arrived_at)
    db.session.commit()
    flash(_("It is written to again; what waited goes out now."))
    return redirect(url_for(".hook", id=row.id))


@bp.get("/office/webhooks/<int:id>/secret")
@guard(HEAR, _hook)
def ask_rotate(row: Webhook) -> Any:
    """Ask before a new secret is made."""
    return render_template("connections/rotate.html", hook=row, fund=row.fund, form=EmptyForm())


@bp.post("/office/webhooks/<int:id>/secret")
@guard(HEAR, _hook)
def rotate(row: Webhook) -> Any:
    """Make a new secret and show it, this once."""
    secret = hooks.rotate(row, settings=_settings(), actor=current_user, at=g.arrived_at)
    db.session.commit()
    return render_template("connections/secret.html", fund=row.fund, hook=row, secret=secret, is_new=False)


@bp.get("/office/webhooks/<int:id>/remove")
@guard(HEAR, _hook)
def ask_remove(row: Webhook) -> Any:
    """Ask before an address is taken away."""
    return render_template("connections/remove.html", hook=row, fund=row.fund, form=EmptyForm())


@bp.post("/office/webhooks/<int:id>/remove")
@guard(HEAR, _hook)
def remove(row: Webhook) -> Any:
    """Take an address away."""
    hooks.remove(row, actor=current_user, at=g.arrived_at)
    db.session.commit()
    flash(_("The address is removed. Nothing goes to it any more."))
    return redirect(url_for(".index", id=row.fund_id))


@bp.post("/office/deliveries/<int:id>/again")
@guard(HEAR, _delivery)
def send_again(row: Delivery) -> Any:
    """Let one delivery go again."""
    hooks.send_again(row, actor=current_user, at=g.arrived_at)
    db.session.commit()
    flash(_("It goes again, under the same number."))
    return redirect(url_for(".hook", id=row.webhook_id))
