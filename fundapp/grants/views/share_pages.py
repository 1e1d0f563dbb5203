"""Several payees: who is paid which part, and whether each of them agrees."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from wtforms import ValidationError

from fundapp.applications.rules import partner
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.grants import account_rows, paid_people, service, shares
from fundapp.grants.forms.agreeing import ShareForm, SharesForm
from fundapp.grants.models import Agreement, AgreementState
from fundapp.grants.rules import OWN_SHARE, PLAN
from fundapp.grants.views import bp, load_own_share, load_under_way
from fundapp.grants.workflow import agreements


@bp.get("/grants/<int:id>/payees")
@guard(PLAN, load_under_way)
def payees(version: Agreement) -> Any:
    """Show who is paid which part of the grant, to change it."""
    if not agreements.allows("write", current_user, version):
        return redirect(url_for(".show", id=version.award_id))
    return _payees_page(version, _filled(version))


@bp.post("/grants/<int:id>/payees")
@guard(PLAN, load_under_way)
def share(version: Agreement) -> Any:
    """Keep who is paid which part."""
    form = SharesForm()
    form.validate()
    try:
        parts = form.parts(version.application.fund.currency)
        given: dict[str, Any] = {"actor": current_user, "at": clock.now()}
        service.share(version, parts, base=form.version.data or 0, **given)
    except (ValidationError, Refusal) as refused:
        db.session.rollback()
        form.form_errors = [*form.form_errors, str(refused)]
        return _payees_page(version, form), 422
    db.session.commit()
    flash(_("The shares are saved."))
    return redirect(url_for(".show", id=version.award_id))


def _filled(version: Agreement) -> SharesForm:
    known = {one["user_id"]: one for one in version.payees}
    is_amount = any(one["ppm"] is None for one in version.payees)
    rows = []
    for person in paid_people.people(version.award):
        one = known.get(person.id)
        text = ""
        if one is not None:
            text = f"{one['cents'] / 100:.2f}" if is_amount else f"{one['ppm'] / 10_000:.4f}"
            text = text.removesuffix(".00") if is_amount else text.rstrip("0").rstrip(".")
        rows.append({"user_id": str(person.id), "share": text})
    mode = "amount" if is_amount else "percent"
    return SharesForm(formdata=None, version=version.row_version, mode=mode, rows=rows)


def _payees_page(version: Agreement, form: SharesForm) -> str:
    people = {str(person.id): person for person in paid_people.people(version.award)}
    return render_template(
        "grants/payees.html",
        version=version,
        award=version.award,
        fund=version.application.fund,
        form=form,
        people=people,
        shares={str(one["user_id"]): one for one in version.payees},
    )


@bp.get("/grants/<int:id>/share")
@guard(OWN_SHARE, load_own_share)
def own_share(version: Agreement) -> Any:
    """Show a payee their own share, to agree to it."""
    own = shares.own_share(version, current_user)
    is_open = version.state in (AgreementState.OFFERED, AgreementState.ACCEPTED)
    if partner(current_user, version) and (own is None or not is_open):
        return redirect(url_for(".show", id=version.award_id))
    digest = shares.consent_digest(version.award_id, own) if own is not None else ""
    form = ShareForm(formdata=None, digest=digest)
    return _share_page(version, form)


@bp.post("/grants/<int:id>/share")
@guard(OWN_SHARE, load_own_share)
def agree_share(version: Agreement) -> Any:
    """Agree to one's own share."""
    form = ShareForm()
    if not form.validate():
        return _share_page(version, form), 422
    shares.consent(version, form.digest.data, actor=current_user, at=clock.now())
    db.session.commit()
    flash(_("Thank you. You agreed to your share."))
    is_own = partner(current_user, version)
    return redirect(url_for(".show" if is_own else ".own_share", id=version.award_id))


def _share_page(version: Agreement, form: ShareForm) -> str:
    own = shares.own_share(version, current_user)
    is_project = partner(current_user, version)
    rows = [] if is_project else account_rows.shown(version.award, current_user, clock.now())
    return render_template(
        "grants/share.html",
        is_project=is_project,
        is_open=version.state in (AgreementState.OFFERED, AgreementState.ACCEPTED),
        rows=[row for row in rows if row.may_enter],
        version=version,
        award=version.award,
        fund=version.application.fund,
        own=own,
        is_agreed=own is not None and own not in shares.waiting(version),
        form=form,
    )
