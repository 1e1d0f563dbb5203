"""Who the grantee is on paper, and the account they are paid to."""

from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.accounts.models import Party, PartyKind
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.grants import account_rows, accounts, parties
from fundapp.grants.forms import AccountForm, ConfirmAccountForm
from fundapp.grants.forms.accounts import GranteeForm
from fundapp.grants.models import Award
from fundapp.grants.rules import CONFIRM, OWN_DETAILS, SEE, speaks_for
from fundapp.grants.sealing import unseal
from fundapp.grants.views import bp, load, load_paid


@bp.get("/grants/<int:id>/account")
@guard(OWN_DETAILS, load_paid)
def account(award: Award) -> Any:
    """Ask for the account to be paid to."""
    if not speaks_for(current_user, award, accounts.payee_of(award, _payee_id())):
        abort(403)
    return _account_page(award, AccountForm(formdata=None))


@bp.post("/grants/<int:id>/account")
@guard(OWN_DETAILS, load_paid)
def enter_account(award: Award) -> Any:
    """Keep the account, sealed; what was approved for another falls away."""
    form = AccountForm()
    if not form.validate():
        return _account_page(award, form), 422
    if not _enter(award, form):
        return _account_page(award, form), 422
    db.session.commit()
    flash(_("The account is kept. Somebody at the fund confirms it before anything is paid to it."))
    return redirect(_back(award))


def _enter(award: Award, form: AccountForm) -> bool:
    """Enter the account; what is wrong with it is told beside the field."""
    given = {"settings": current_app.config["SETTINGS"], "actor": current_user, "at": clock.now()}
    try:
        accounts.enter_account(
            award, form.holder.data, form.iban.data, form.bic.data or "", party_id=_payee_id(), **given
        )
    except Refusal as refused:
        if type(refused) is not Refusal:
            raise
        form.holder.errors = [refused.message]
        return False
    return True


def _back(award: Award) -> str:
    """Give the page such details are reached from: of the grant, or of the share of who is a payee only."""
    return url_for(".show" if SEE(current_user, award) else ".own_share", id=award.id)


def _payee_id() -> int | None:
    """Give the party a page is about, when a grant has several payees."""
    return request.values.get("payee", type=int)


def _account_page(award: Award, form: AccountForm) -> str:
    party = accounts.payee_of(award, _payee_id()).party
    live = accounts.live_account(party.id)
    return render_template(
        "grants/account.html", award=award, form=form, live=live, party=party, back=_back(award)
    )


@bp.get("/grants/<int:id>/account/confirm")
@guard(CONFIRM, load)
def ask_confirm(award: Award) -> Any:
    """Show the account, masked, with what to compare, and ask."""
    number = request.args.get("account", type=int)
    rows = [row for row in account_rows.of_award(award) if row.account and not row.account.confirmed_at]
    row = next((row for row in rows if number in (None, row.account.id)), None)
    if row is None:
        return redirect(url_for(".show", id=award.id))
    live, party = row.account, row.party
    form = ConfirmAccountForm(formdata=None, account=live.id)
    holder = unseal(live.holder_sealed, current_app.config["SETTINGS"])
    return render_template(
        "grants/confirm_account.html", award=award, form=form, live=live, holder=holder, party=party
    )


@bp.post("/grants/<int:id>/account/confirm")
@guard(CONFIRM, load)
def confirm_account(award: Award) -> Any:
    """Confirm that the account is the payee's own."""
    form = ConfirmAccountForm()
    form.validate()
    accounts.confirm_account(award, form.account.data or 0, actor=current_user, at=clock.now())
    db.session.commit()
    flash(_("The account is confirmed."))
    return redirect(url_for(".show", id=award.id))


@bp.get("/grants/<int:id>/grantee")
@guard(OWN_DETAILS, load_paid)
def party(award: Award) -> Any:
    """Ask who the grantee, or another payee, is on paper."""
    who = parties.own_party(award, _payee_id(), current_user)
    if who is None:
        abort(404)
    return render_template("grants/party.html", award=award, form=_party_form(who), back=_back(award))


@bp.post("/grants/<int:id>/grantee")
@guard(OWN_DETAILS, load_paid)
def describe_party(award: Award) -> Any:
    """Keep who the grantee is on paper."""
    form = GranteeForm()
    if form.validate() and _describe(award, form):
        db.session.commit()
        flash(_("Saved. An agreement that was offered before keeps the name and address it had."))
        return redirect(_back(award))
    return render_template("grants/party.html", award=award, form=form, back=_back(award)), 422


def _describe(award: Award, form: GranteeForm) -> bool:
    names = ("street", "number", "postcode", "town")
    address: parties.Address = {name: (form[name].data or "").strip() for name in names}  # type: ignore[assignment]
    try:
        parties.describe(
            award,
            kind=PartyKind(form.kind.data),
            legal_name=form.legal_name.data,
            registration=form.registration.data or "",
            country=form.country.data,
            address=address,
            vat_number=form.vat_number.data or "",
            party_id=_payee_id(),
            actor=current_user,
            at=clock.now(),
        )
    except Refusal as refused:
        form.registration.errors = [refused.message]
        return False
    return True


def _party_form(party: Party) -> GranteeForm:
    names = ("legal_name", "registration", "country", "vat_number")
    texts = {name: getattr(party, name) for name in names}
    return GranteeForm(formdata=None, kind=party.kind.value, **texts, **party.address)
