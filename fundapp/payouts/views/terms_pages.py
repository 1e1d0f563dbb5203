"""How a fund handles claims: its terms, its exceptions, the list its approvers tick."""

from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.accounts.rules import manager
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.funds import settings
from fundapp.funds.models import Fund
from fundapp.funds.views.blueprint import seen
from fundapp.payouts import checklist
from fundapp.payouts.forms.terms import ChecklistForm, TermsForm, checklist_form, terms_form
from fundapp.payouts.views import bp


def _page(fund: Fund, terms: TermsForm | None = None, items: ChecklistForm | None = None) -> str:
    return render_template(
        "payouts/terms.html",
        fund=fund,
        form=terms or terms_form(fund),
        items=items or checklist_form(fund),
        is_own=bool(fund.claim_checklist),
    )


@bp.get("/office/funds/<int:id>/claims")
@guard(manager, seen)
def terms(fund: Fund) -> Any:
    """Show how a fund handles claims."""
    return _page(fund)


@bp.post("/office/funds/<int:id>/claims")
@guard(manager, seen)
def change_terms(fund: Fund) -> Any:
    """Change the terms of a fund."""
    form = TermsForm()
    if not form.validate():
        return _page(fund, form), 422
    settings.change(
        fund, version=form.version.data or 0, **form.values(), actor=current_user, at=g.arrived_at
    )
    return _done(fund)


@bp.post("/office/funds/<int:id>/claims/checklist")
@guard(manager, seen)
def change_checklist(fund: Fund) -> Any:
    """Change the list of the approvers."""
    form = ChecklistForm()
    form.validate()
    try:
        checklist.rewrite(fund, form.texts(), version=form.base(), actor=current_user, at=g.arrived_at)
    except Refusal as refused:
        if refused.status != 422:
            raise
        db.session.rollback()
        form.form_errors = [refused.message]
        return _page(db.session.get_one(Fund, fund.id), items=form), 422
    return _done(fund)


def _done(fund: Fund) -> Any:
    db.session.commit()
    flash(_("Changed."))
    return redirect(url_for(".terms", id=fund.id))
