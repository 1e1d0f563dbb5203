"""Office pages of a fund: its money, the gifts it received; and setting one up."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.accounts.rules import administrator, finance, manager
from fundapp.core import clock, once
from fundapp.core.db import db
from fundapp.core.forms import options
from fundapp.core.guard import guard
from fundapp.core.web import language
from fundapp.core.words import pick
from fundapp.funds import ledger, queries, service
from fundapp.funds.forms import FundForm, GiftForm
from fundapp.funds.forms.funds import NAMES, REGIMES
from fundapp.funds.forms.settings import SCHEMES
from fundapp.funds.models import Fund
from fundapp.funds.rules import OFFICE
from fundapp.funds.views.blueprint import bp, seen

BOOK = finance | manager


@bp.get("/office/funds")
@guard(OFFICE | administrator)
def index() -> Any:
    """List the funds the person works at."""
    funds = queries.all_funds() if current_user.is_administrator else queries.office_funds(current_user)
    return render_template(
        "funds/index.html", funds=funds, work_at=set(current_user.funds(*queries.OFFICE_ROLES))
    )


@bp.get("/office/funds/new")
@guard(administrator)
def new() -> Any:
    """Ask what a fund needs."""
    return render_template("funds/new.html", form=FundForm())


@bp.post("/office/funds/new")
@guard(administrator)
def found() -> Any:
    """Set up a fund."""
    form = FundForm()
    if (done := once.result(form.once.data)) is not None:
        return redirect(done)
    if form.validate() and queries.fund_by_slug(form.slug.data):
        form.slug.errors = [_("There is a fund with this short name already.")]
    if form.errors:
        return render_template("funds/new.html", form=form), 422
    now = clock.now()
    service.found(form.slug.data, _pair(form, "name"), actor=current_user, at=now, **_settings(form))
    once.remember(form.once.data, url_for(".index"), at=now)
    db.session.commit()
    flash(_("The fund is set up. Give people their roles next."))
    return redirect(url_for(".index"))


def _pair(form: FundForm, name: str) -> dict[str, str]:
    return {code: (form[f"{name}_{code}"].data or "").strip() for code in ("en", "nl")}


def _settings(form: FundForm) -> dict[str, Any]:
    plain = {name: form[name].data for name in ("zone", "holder", "iban")}
    kinds = {"legal_regime": form.legal_regime.data, "publication_rule": form.publication_rule.data}
    return plain | kinds | {"summary": _pair(form, "summary")}


def _page(fund: Fund, form: GiftForm, status: int = 200) -> Any:
    return render_template(
        "funds/show.html",
        fund=fund,
        figures=ledger.figures(fund.id),
        gifts=queries.contributions(fund.id),
        account=queries.own_account(fund.id),
        may_book=BOOK(current_user, fund),
        form=form,
        words={"regimes": dict(REGIMES), "names": dict(NAMES), "schemes": dict(SCHEMES)},
    ), status


def _form(fund: Fund, **given: Any) -> GiftForm:
    form = GiftForm(**given)
    form.amount.currency = fund.currency
    themes = [(theme["key"], pick(theme, language())) for theme in fund.themes]
    form.theme.choices = options([("", _("Everything the fund does")), *themes])
    return form


@bp.get("/office/funds/<int:id>")
@guard(OFFICE, seen)
def show(fund: Fund) -> Any:
    """Show a fund's settings, figures and gifts."""
    return _page(fund, _form(fund, formdata=None))


@bp.post("/office/funds/<int:id>/gifts")
@guard(BOOK, seen)
def receive(fund: Fund) -> Any:
    """Book money that came in."""
    form = _form(fund)
    if (done := once.result(form.once.data)) is not None:
        return redirect(done)
    if not form.validate():
        return _page(fund, form, 422)
    now = clock.now()
    values = {name: form[name].data for name in ("giver", "giver_kind", "received_on", "is_anonymous")}
    values |= {"amount_cents": form.amount.data, "theme": form.theme.data or None}
    service.receive(fund, actor=current_user, at=now, **values)
    once.remember(form.once.data, url_for(".show", id=fund.id), at=now)
    db.session.commit()
    flash(_("The gift is booked."))
    return redirect(url_for(".show", id=fund.id))
