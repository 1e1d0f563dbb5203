"""Pages for the bank's answer about a name, and for a third person who ends a cooling-off."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.core import clock
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.grants import account_checks, account_rows
from fundapp.grants.forms.accounts import NameCheckForm, WaiveForm
from fundapp.grants.models import Award, NameCheck
from fundapp.grants.rules import CONFIRM, WAIVE
from fundapp.grants.views import bp, load


def chosen(award: Award) -> account_rows.AccountRow | None:
    """Give the account a page is about: the one named in its address, or the first payee's."""
    number = request.values.get("account", type=int)
    rows = [row for row in account_rows.of_award(award) if row.account is not None]
    return next((row for row in rows if number in (None, row.account.id)), None)


@bp.get("/grants/<int:id>/account/name-check")
@guard(CONFIRM, load)
def ask_name_check(award: Award) -> Any:
    """Ask what the bank answered about the name of an account."""
    if (row := chosen(award)) is None:
        return redirect(url_for(".show", id=award.id))
    today = clock.day(clock.now(), award.application.fund.zone)
    return _name_page(award, row, NameCheckForm(formdata=None, account=row.account.id, on=today))


def _name_page(award: Award, row: account_rows.AccountRow, form: NameCheckForm) -> str:
    return render_template("grants/name_check.html", award=award, row=row, form=form)


@bp.post("/grants/<int:id>/account/name-check")
@guard(CONFIRM, load)
def name_check(award: Award) -> Any:
    """Keep what the bank answered."""
    form, row = NameCheckForm(), chosen(award)
    if row is None or not form.validate():
        return (_name_page(award, row, form), 422) if row else redirect(url_for(".show", id=award.id))
    try:
        account_checks.note_name_check(
            award, form.account.data, NameCheck(form.answer.data), form.on.data, form.said.data or "",
            actor=current_user, at=clock.now(),
        )  # fmt: skip
    except Refusal as fault:
        if type(fault) is not Refusal:
            raise
        form.on.errors = [str(fault)]
        return _name_page(award, row, form), 422
    db.session.commit()
    flash(_("The answer of the bank is kept with the account."))
    return redirect(url_for(".show", id=award.id, _anchor="account"))


@bp.get("/grants/<int:id>/account/early")
@guard(WAIVE, load)
def ask_early(award: Award) -> Any:
    """Ask why a changed account may be used before its cooling-off is over."""
    row = chosen(award)
    if row is None or not row.is_cooling:
        return redirect(url_for(".show", id=award.id))
    return _waive_page(award, row, WaiveForm(formdata=None, account=row.account.id))


def _waive_page(award: Award, row: account_rows.AccountRow, form: WaiveForm) -> str:
    return render_template("grants/early_account.html", award=award, row=row, form=form)


@bp.post("/grants/<int:id>/account/early")
@guard(WAIVE, load)
def early(award: Award) -> Any:
    """Let the account be used now."""
    form, row = WaiveForm(), chosen(award)
    if row is None or not form.validate():
        return (_waive_page(award, row, form), 422) if row else redirect(url_for(".show", id=award.id))
    account_checks.waive(award, form.account.data, form.why.data, actor=current_user, at=clock.now())
    db.session.commit()
    flash(_("The account can be paid to now. Your reason is kept."))
    return redirect(url_for(".show", id=award.id, _anchor="account"))


@bp.app_context_processor
def _for_other_pages() -> dict[str, Any]:
    return {"grant_accounts": lambda award: account_rows.shown(award, current_user, clock.now())}
