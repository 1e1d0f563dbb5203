"""Keeping a list as a view of one's own, or for everybody at the fund."""

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.accounts.rules import OFFICE_ROLES
from fundapp.applications import office_columns, office_list, saved_views
from fundapp.applications.forms.office_lists import ViewForm
from fundapp.applications.models import SavedView
from fundapp.applications.search_words import read
from fundapp.applications.views.blueprint import bp
from fundapp.core.db import db
from fundapp.core.forms import EmptyForm, options
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.core.rules import person
from fundapp.core.web import language
from fundapp.core.words import pick
from fundapp.funds.models import Fund

CHANGER = person(saved_views.may_change, "who may change the view")


def _form(funds: list[Fund]) -> ViewForm:
    form = ViewForm()
    shared = [(fund.id, _("everybody at %(fund)s", fund=pick(fund.name, language()))) for fund in funds]
    form.fund.choices = options([("", _("only me")), *shared])
    return form


@bp.get("/office/views")
@guard(OFFICE_ROLES)
def office_views() -> Any:
    """List the views one can open, with the form that keeps the list one came from."""
    return _page(_form(office_list.funds_of(current_user)))


def _page(form: ViewForm) -> str:
    return render_template(
        "applications/office_views.html",
        form=form,
        empty=EmptyForm(),
        views=saved_views.views_of(current_user._get_current_object()),
        may_change=saved_views.may_change,
        query=read(request.values.get("q", "")).text,
        sort=request.values.get("sort", "")[:40],
        chosen=request.values.get("c", "")[:300],
    )


@bp.post("/office/views")
@guard(OFFICE_ROLES)
def office_view_keep() -> Any:
    """Keep a list under a name."""
    funds = office_list.funds_of(current_user)
    form = _form(funds)
    try:
        if not form.validate():
            return _page(form), 422
        view = _keep(form, {str(fund.id): fund for fund in funds})
    except Refusal as refused:
        form.name.errors = [*form.name.errors, refused.message]
        return _page(form), 422
    db.session.commit()
    flash(_("Kept as %(name)s.", name=view.name))
    kept: dict[str, Any] = {"q": view.query, "sort": view.sort, "c": ",".join(view.columns)}
    return redirect(url_for(".office_all", **{name: value for name, value in kept.items() if value}))


def _keep(form: ViewForm, funds: dict[str, Fund]) -> SavedView:
    sort = request.form.get("sort", "")
    chosen = [key for key in request.form.get("c", "").split(",") if key in office_columns.COLUMNS]
    return saved_views.keep(
        form.name.data,
        query=read(request.form.get("q", "")).text,
        columns=chosen,
        sort=sort if sort.lstrip("-") in office_list.SORTS and sort != office_list.FIRST else "",
        fund=funds.get(form.fund.data),
        actor=current_user._get_current_object(),
        at=g.arrived_at,
    )


@bp.post("/office/views/<int:id>/forget")
@guard(CHANGER, saved_views.open_view)
def office_view_forget(view: SavedView) -> Any:
    """Throw a view away."""
    saved_views.forget(view, actor=current_user._get_current_object(), at=g.arrived_at)
    db.session.commit()
    flash(_("The view is gone."))
    return redirect(url_for(".office_views"))
