"""How a fund keeps its payments safe: second releaser, cooling-off, countries, the bank's format."""

from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.accounts.rules import manager
from fundapp.core import audit
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.funds import settings
from fundapp.funds.models import FileFormat, Fund
from fundapp.funds.queries import own_account
from fundapp.funds.views.blueprint import seen
from fundapp.payouts.countries import lists
from fundapp.payouts.forms.safety import SafetyForm, safety_form
from fundapp.payouts.views import bp


def _page(fund: Fund, form: SafetyForm) -> str:
    return render_template("payouts/safety.html", fund=fund, form=form, lists=lists())


@bp.get("/office/funds/<int:id>/safety")
@guard(manager, seen)
def safety(fund: Fund) -> Any:
    """Show how a fund keeps its payments safe."""
    return _page(fund, safety_form(fund, own_account(fund.id)))


@bp.post("/office/funds/<int:id>/safety")
@guard(manager, seen)
def change_safety(fund: Fund) -> Any:
    """Change it."""
    form = SafetyForm()
    if not form.validate():
        return _page(fund, form), 422
    given = form.values()
    settings.change(fund, version=form.version.data or 0, **given, actor=current_user, at=g.arrived_at)
    _set_format(fund, FileFormat(form.file_format.data))
    db.session.commit()
    flash(_("Changed."))
    return redirect(url_for(".safety", id=fund.id))


def _set_format(fund: Fund, wanted: FileFormat) -> None:
    account = own_account(fund.id)
    if account is not None and account.file_format is not wanted:
        account.file_format = wanted
        detail = {"changed": ["file_format"], "to": wanted.value}
        audit.record("change_settings", fund, actor=current_user, at=g.arrived_at, detail=detail)
