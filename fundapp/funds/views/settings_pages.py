"""The page of a fund's settings; two people who change them at once are told so."""

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.accounts.rules import manager
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.refusals import ChangedMeanwhile, Refusal
from fundapp.funds import queries, settings
from fundapp.funds.forms import SettingsForm
from fundapp.funds.forms.settings import shown_of
from fundapp.funds.models import Fund
from fundapp.funds.views.blueprint import bp, seen

NOT_COMPARED = frozenset({"version", "themes"})


def _form(fund: Fund) -> SettingsForm:
    fresh = request.method == "GET"
    return SettingsForm().for_fund(fund, fresh=fresh, has_money=queries.has_money(fund.id))


def _page(fund: Fund, form: SettingsForm, status: int = 200, news: list[Any] | None = None) -> Any:
    return render_template("funds/settings.html", fund=fund, form=form, news=news or []), status


@bp.get("/office/funds/<int:id>/settings")
@guard(manager, seen)
def edit(fund: Fund) -> Any:
    """Show the settings of a fund."""
    return _page(fund, _form(fund))


@bp.post("/office/funds/<int:id>/settings")
@guard(manager, seen)
def change(fund: Fund) -> Any:
    """Change the settings of a fund, and its logo."""
    form = _form(fund)
    if not form.validate():
        return _page(fund, form, 422)
    try:
        changed = _changed(fund, form)
    except ChangedMeanwhile:
        db.session.rollback()
        return _page(fund, form, 409, _news(fund, form))
    except Refusal as refused:
        db.session.rollback()
        _blame(form, refused.message)
        return _page(fund, form, 422)
    db.session.commit()
    flash(_("Changed.") if changed else _("Nothing was different, so nothing was changed."))
    return redirect(url_for(".show", id=fund.id))


def _changed(fund: Fund, form: SettingsForm) -> bool:
    """Change what is different; tell whether anything was."""
    given: dict[str, Any] = {"actor": current_user, "at": g.arrived_at}
    changed = settings.change(fund, version=form.version.data, **form.values(fund), **given)
    picture = form.logo.data.read() if form.logo.data else b""
    if picture or form.takes_logo_away.data:
        settings.set_logo(fund, picture or None, **given)
    return bool(changed or picture or form.takes_logo_away.data)


def _blame(form: SettingsForm, message: str) -> None:
    """Put a refusal beside the colour or the logo where it is about one, else above the form."""
    try:
        settings.check_colour((form.brand.data or "").strip().lower())
    except Refusal as refused:
        form.brand.errors = [refused.message]
        return
    if form.logo.data:
        form.logo.errors = [message]
    else:
        form.form_errors = [*form.form_errors, message]


def _news(fund: Fund, form: SettingsForm) -> list[tuple[str, Any]]:
    """List (setting, what it is now) where that differs from what was typed; the next press keeps theirs."""
    db.session.refresh(fund)
    now = shown_of(fund)
    form.version.data, form.version.raw_data = fund.row_version, None
    return [
        (form[name].label.text, _said(form[name], value))
        for name, value in now.items()
        if name in form and name not in NOT_COMPARED and str(form[name].data or "") != str(value or "")
    ]


def _said(field: Any, value: Any) -> Any:
    choices = {choice[0]: choice[1] for choice in getattr(field, "iter_choices", list)()}
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return choices.get(str(value), value) or _("nothing")
