"""The agreement: read, as a paper, offered, signed by both."""

from collections.abc import Callable
from typing import Any

from flask import Response, current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.core import clock
from fundapp.core.db import db
from fundapp.core.forms import EmptyForm
from fundapp.core.guard import guard
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.grants import deed, offering, pades, papers, plan, queries
from fundapp.grants.forms import NoteForm, SendBackForm, SignForm
from fundapp.grants.models import Agreement
from fundapp.grants.rules import SEE
from fundapp.grants.views import bp, load, load_under_way
from fundapp.grants.workflow import AGREEMENT_WORDS, agreements


def _version(user: Any, id: int, number: int) -> Agreement | None:
    award = load(user, id)
    return next((one for one in award.agreements if one.number == number), None) if award else None


@bp.get("/grants/<int:id>/agreements/<int:number>")
@guard(SEE, _version)
def agreement(version: Agreement) -> Any:
    """Show one version of the agreement as it stands."""
    return render_template(
        "grants/agreement.html",
        **_reading(version),
        signers=queries.signers(version),
        words=AGREEMENT_WORDS,
        seals=pades.is_ready(current_app.config["SETTINGS"]),
    )


def _reading(version: Agreement) -> dict[str, Any]:
    """Give what a page needs to show the text of a version: as it was offered, or as a draft."""
    owner = queries.owner_of(version.application)
    return {
        "version": version,
        "award": version.award,
        "fund": version.application.fund,
        "deed": deed.kept(version) or deed.drawn_up(version, owner),
        "plan": plan.shown(version.plan),
    }


@bp.get("/grants/<int:id>/agreements/<int:number>.pdf")
@guard(SEE, _version)
def agreement_paper(version: Agreement) -> Any:
    """Give one version of the agreement as PDF; the same version gives the same bytes."""
    content = pades.kept(version) or papers.agreement(version)
    given = Response(content, mimetype="application/pdf")
    name = f"{version.application.code or version.award_id}-v{version.number}.pdf"
    given.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return given


# --- steps -----------------------------------------------------------------------


@bp.get("/grants/<int:id>/agreement/offer")
@guard(agreements["offer"].by, load_under_way)
def offer(version: Agreement) -> Any:
    """Show what will be sent, and ask."""
    if not agreements.allows("offer", current_user, version):
        return redirect(url_for(".show", id=version.award_id))
    is_change = version.award.agreement_in_force is not None
    points = [] if is_change else offering.open_points(version)
    return render_template("grants/offer.html", **_reading(version), form=EmptyForm(), points=points)


@bp.post("/grants/<int:id>/agreement/offer")
@guard(agreements["offer"].by, load_under_way)
def send_offer(version: Agreement) -> Any:
    """Offer the agreement to the grantee, or say what keeps it back."""
    try:
        offering.offer(version, actor=current_user, at=clock.now())
    except MoveRefused:
        raise
    except Refusal as refused:
        db.session.rollback()
        given = {**_reading(version), "form": EmptyForm(), "points": [refused.message]}
        return render_template("grants/offer.html", **given), 422
    return _done(version, _("The agreement is offered. The grantee has mail."))


@bp.post("/grants/<int:id>/agreement/take-back")
@guard(agreements["take_back"].by, load_under_way)
def take_back(version: Agreement) -> Any:
    """Make the offer a draft again."""
    offering.take_back(version, actor=current_user, at=clock.now())
    return _done(version, _("The offer is taken back; the plan can be changed again."))


@bp.get("/grants/<int:id>/agreement/sign")
@guard(agreements["accept"].by, load_under_way)
def accept(version: Agreement) -> Any:
    """Show the whole agreement, and ask the grantee to sign."""
    return _sign_page(version, "accept", SignForm(formdata=None, digest=version.digest))


@bp.post("/grants/<int:id>/agreement/sign")
@guard(agreements["accept"].by, load_under_way)
def sign(version: Agreement) -> Any:
    """Sign for the grantee."""
    return _signed(
        version, "accept", offering.accept, _("You have signed. The fund signs next; you will get mail.")
    )


@bp.get("/grants/<int:id>/agreement/send-back")
@guard(agreements["send_back"].by, load_under_way)
def ask_send_back(version: Agreement) -> Any:
    """Ask what should be different before it is signed."""
    if not agreements.allows("send_back", current_user, version):
        return redirect(url_for(".show", id=version.award_id))
    form = SendBackForm(formdata=None, digest=version.digest)
    return render_template("grants/send_back.html", version=version, award=version.award, form=form)


@bp.post("/grants/<int:id>/agreement/send-back")
@guard(agreements["send_back"].by, load_under_way)
def send_back(version: Agreement) -> Any:
    """Leave the offer unsigned and say why."""
    form = SendBackForm()
    if not form.validate():
        page = render_template("grants/send_back.html", version=version, award=version.award, form=form)
        return page, 422
    given = {"note": form.note.data.strip(), "actor": current_user, "at": clock.now()}
    offering.send_back(version, form.digest.data or "", **given)
    return _done(version, _("Sent. The fund reads what you ask, and offers the agreement anew."))


@bp.get("/grants/<int:id>/agreement/countersign")
@guard(agreements["countersign"].by, load_under_way)
def countersign(version: Agreement) -> Any:
    """Show the whole agreement, and ask the fund to sign."""
    return _sign_page(version, "countersign", SignForm(formdata=None, digest=version.digest))


@bp.post("/grants/<int:id>/agreement/countersign")
@guard(agreements["countersign"].by, load_under_way)
def sign_for_fund(version: Agreement) -> Any:
    """Sign for the fund."""
    return _signed(version, "countersign", offering.countersign, _("You have signed for the fund."))


def _signed(version: Agreement, name: str, do: Callable[..., Any], said: str) -> Any:
    form = SignForm()
    if not form.validate():
        return _sign_page(version, name, form), 422
    do(version, form.digest.data, actor=current_user, at=clock.now())
    return _done(version, said)


def _sign_page(version: Agreement, name: str, form: SignForm) -> Any:
    if not agreements.allows(name, current_user, version):
        return redirect(url_for(".show", id=version.award_id))
    return render_template("grants/sign.html", **_reading(version), form=form, move=agreements[name])


@bp.get("/grants/<int:id>/agreement/withdraw")
@guard(agreements["withdraw"].by, load_under_way)
def withdraw(version: Agreement) -> Any:
    """Ask why this version is dropped."""
    if not agreements.allows("withdraw", current_user, version):
        return redirect(url_for(".show", id=version.award_id))
    return render_template("grants/withdraw.html", version=version, award=version.award, form=NoteForm())


@bp.post("/grants/<int:id>/agreement/withdraw")
@guard(agreements["withdraw"].by, load_under_way)
def drop(version: Agreement) -> Any:
    """Drop this version."""
    form = NoteForm()
    if not (form.note.data or "").strip():
        form.note.errors = [_("Give a reason for this step.")]
        return render_template("grants/withdraw.html", version=version, award=version.award, form=form), 422
    offering.withdraw(version, actor=current_user, at=clock.now(), note=form.note.data)
    return _done(version, _("This version is dropped."))


def _done(version: Agreement, said: str) -> Any:
    db.session.commit()
    flash(said)
    return redirect(url_for(".show", id=version.award_id))
