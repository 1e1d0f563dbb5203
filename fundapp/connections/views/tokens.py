"""The page of a fund's connections, and its keys: made, shown once, ended."""

from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.connections import events, keys, queries, scopes
from fundapp.connections.callers import A_MINUTE
from fundapp.connections.forms import NewKeyForm
from fundapp.connections.models import ApiToken
from fundapp.connections.rules import CONNECT, HEAR, REVOKE
from fundapp.connections.views.blueprint import bp, of_fund
from fundapp.connections.workflow import WORDS
from fundapp.core import clock, once
from fundapp.core.db import db
from fundapp.core.forms import EmptyForm
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.funds.models import Fund


def _key(user: Any, id: int) -> ApiToken | None:
    found = queries.key(user, id)
    if found is not None:
        g.zone = found.fund.zone
    return found


@bp.get("/office/funds/<int:id>/connections")
@guard(CONNECT, of_fund)
def index(fund: Fund) -> Any:
    """Show the keys and the addresses of a fund."""
    may_hear = HEAR(current_user, fund)
    return render_template(
        "connections/index.html",
        fund=fund,
        keys=[(key, _standing(key), REVOKE(current_user, key)) for key in queries.keys_of(fund.id)],
        hooks=queries.hooks_of(fund.id) if may_hear else [],
        may_hear=may_hear,
        words=WORDS,
        scope_words=scopes.WORDS,
        event_words=events.EVENTS,
    )


def _standing(key: ApiToken) -> tuple[str, str]:
    """Give shape and word of how a key stands."""
    if key.revoked_at is not None:
        return ("none", _("Ended"))
    if key.expires_at <= g.arrived_at:
        return ("none", _("Over"))
    return ("ok", _("Works"))


def _form(fund: Fund) -> NewKeyForm:
    return NewKeyForm().of(current_user, fund, clock.day(g.arrived_at, fund.zone))


def _ask(fund: Fund, form: NewKeyForm, status: int = 200) -> Any:
    return render_template("connections/new_key.html", fund=fund, form=form, most=A_MINUTE), status


@bp.get("/office/funds/<int:id>/connections/keys/new")
@guard(CONNECT, of_fund)
def new_key(fund: Fund) -> Any:
    """Ask what a key is for."""
    return _ask(fund, _form(fund))


@bp.post("/office/funds/<int:id>/connections/keys/new")
@guard(CONNECT, of_fund)
def make_key(fund: Fund) -> Any:
    """Make a key and show it, this once."""
    form = _form(fund)
    if done := once.result(form.once.data):
        return redirect(done)
    if not form.validate():
        return _ask(fund, form, 422)
    given = {"name": form.name.data, "wanted": form.scopes.data, "until": form.until.data}
    try:
        made, key = keys.make(fund, **given, actor=current_user, at=g.arrived_at)
    except Refusal as refused:
        form.until.errors = [refused.message]
        return _ask(fund, form, 422)
    once.remember(form.once.data, url_for(".index", id=fund.id), at=g.arrived_at)
    db.session.commit()
    return render_template("connections/key.html", fund=fund, made=made, key=key)


@bp.get("/office/keys/<int:id>/end")
@guard(REVOKE, _key)
def ask_end(key: ApiToken) -> Any:
    """Ask before a key is ended."""
    return render_template("connections/end_key.html", key=key, form=EmptyForm())


@bp.post("/office/keys/<int:id>/end")
@guard(REVOKE, _key)
def end_key(key: ApiToken) -> Any:
    """End a key."""
    keys.revoke(key, actor=current_user, at=g.arrived_at)
    db.session.commit()
    flash(_("The key is ended. Who uses it is refused from now on."))
    return redirect(url_for(".index", id=key.fund_id))
