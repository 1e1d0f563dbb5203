"""Who the grantee is on paper, and the account they are paid to."""

from typing import Any

from flask import current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.accounts.models import PartyKind
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.grants import accounts, parties
from fundapp.grants.forms import AccountForm, ConfirmAccountForm, PartyForm
from fundapp.grants.models import Award
from fundapp.grants.rules import CONFIRM, ENTER
from fundapp.grants.sealing import unseal
from fundapp.grants.views import bp, load


@bp.get("/grants/<int:id>/account")
@guard(ENTER, load)
def account(award: Award) -> Any:
    """Ask for the account to be paid to."""
    return _account_page(award, AccountForm(formdata=None))


@bp.post("/grants/<int:id>/account")
@guard(ENTER, load)
def enter_account(award: Award) -> Any:
    """Keep the account, sealed; what was approved for another falls away."""
    form = AccountForm()
    if not form.validate():
        return _account_page(award, form), 422
    given = {"settings": current_app.config["SETTINGS"], "actor": current_user, "at": clock.now()}
    accounts.enter_account(award, form.holder.data, form.iban.data, form.bic.data or "", **given)
    db.session.commit()
    flash(_("The account is kept. Somebody at the fund confirms it before anything is paid to it."))
    return redirect(url_for(".show", id=award.id))


def _account_page(award: Award, form: AccountForm) -> str:
    party = award.application.party
    live = accounts.live_account(party.id) if party else None
    return render_template("grants/account.html", award=award, form=form, live=live, party=party)


@bp.get("/grants/<int:id>/account/confirm")
@guard(CONFIRM, load)
def ask_confirm(award: Award) -> Any:
    """Show the account, masked, with what to compare, and ask."""
    party = award.application.party
    live = accounts.live_account(party.id) if party else None
    if live is None or live.confirmed_at is not None:
        return redirect(url_for(".show", id=award.id))
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
@guard(ENTER, load)
def party(award: Award) -> Any:
    """Ask who the grantee is on paper."""
    return render_template("grants/party.html", award=award, form=_party_form(award))


@bp.post("/grants/<int:id>/grantee")
@guard(ENTER, load)
def describe_party(award: Award) -> Any:
    """Keep who the grantee is on paper."""
    form = PartyForm()
    if form.validate() and _describe(award, form):
        db.session.commit()
        flash(_("Saved. An agreement that was offered before keeps the name and address it had."))
        return redirect(url_for(".show", id=award.id))
    return render_template("grants/party.html", award=award, form=form), 422


def _describe(award: Award, form: PartyForm) -> bool:
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
            actor=current_user,
            at=clock.now(),
        )
    except Refusal as refused:
        form.registration.errors = [refused.message]
        return False
    return True


def _party_form(award: Award) -> PartyForm:
    party = award.application.party
    if party is None:
        return PartyForm(formdata=None)
    texts = {"legal_name": party.legal_name, "registration": party.registration, "country": party.country}
    return PartyForm(formdata=None, kind=party.kind.value, **texts, **party.address)
