"""Asking somebody to be a payee, and what they see: their own share and details, nothing of the proposal."""

from typing import Any

from flask import current_app, flash, g, redirect, render_template, session, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_user

from fundapp.accounts.queries import user_by_email
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.core.rules import PUBLIC
from fundapp.core.web import language
from fundapp.grants import paid_people
from fundapp.grants.forms.payees import InvitePayeeForm
from fundapp.grants.models import Award, PayeeInvitation
from fundapp.grants.rules import PLAN
from fundapp.grants.views import bp, load
from fundapp.reviews.forms.pool import JoinForm, NewcomerForm


@bp.get("/grants/<int:id>/payees/invite")
@guard(PLAN, load)
def invite_payee(award: Award) -> Any:
    """Show who was asked, and whom to ask."""
    return _invite_page(award, InvitePayeeForm(formdata=None, language=language()))


def _invite_page(award: Award, form: InvitePayeeForm) -> str:
    return render_template(
        "grants/invite_payee.html", award=award, form=form, asked=paid_people.of_award(award)
    )


@bp.post("/grants/<int:id>/payees/invite")
@guard(PLAN, load)
def send_payee_invitation(award: Award) -> Any:
    """Ask somebody by mail."""
    form = InvitePayeeForm()
    if not form.validate():
        return _invite_page(award, form), 422
    given: dict[str, Any] = {"actor": current_user, "at": g.arrived_at}
    try:
        paid_people.invite(award, form.email.data, name=form.name.data, language=form.language.data, **given)
    except Refusal as refused:
        if refused.status != 422:
            raise
        db.session.rollback()
        form.email.errors = [refused.message]
        return _invite_page(db.session.get_one(Award, award.id), form), 422
    db.session.commit()
    flash(_("%(name)s gets a mail with a link.", name=form.name.data))
    return redirect(url_for(".invite_payee", id=award.id))


def _of_award(user: Any, id: int, invitation_id: int) -> PayeeInvitation | None:
    award = load(user, id)
    found = db.session.get(PayeeInvitation, invitation_id) if award is not None else None
    return found if found is not None and found.award_id == id else None


@bp.post("/grants/<int:id>/payees/invitations/<int:invitation_id>/end")
@guard(PLAN, _of_award)
def end_payee(asked: PayeeInvitation) -> Any:
    """Take an invitation back, or end the place of somebody without a share."""
    paid_people.end(asked, actor=current_user, at=g.arrived_at)
    db.session.commit()
    flash(_("%(name)s is no payee of this grant any more.", name=asked.name))
    return redirect(url_for(".invite_payee", id=asked.award_id))


# --- answering by the link ---------------------------------------------------------------


def _form(asked: PayeeInvitation, *, fresh: bool) -> tuple[JoinForm, bool]:
    is_known = current_user.is_authenticated or user_by_email(asked.email) is not None
    if is_known:
        return (JoinForm(formdata=None) if fresh else JoinForm()), True
    return (NewcomerForm(formdata=None, name=asked.name) if fresh else NewcomerForm()), False


def _asked_page(asked: PayeeInvitation, token: str, form: JoinForm, *, is_known: bool) -> str:
    application = asked.award.application
    g.zone = application.fund.zone
    return render_template(
        "grants/payee_asked.html", asked=asked, token=token, form=form, is_known=is_known,
        fund=application.fund, application=application,
    )  # fmt: skip


@bp.get("/payee/<token>")
@guard(PUBLIC)
def payee_asked(token: str) -> Any:
    """Show what is asked: a visit alone answers nothing."""
    asked = paid_people.by_token(token, at=g.arrived_at)
    form, is_known = _form(asked, fresh=True)
    return _asked_page(asked, token, form, is_known=is_known)


@bp.post("/payee/<token>")
@guard(PUBLIC)
def join_as_payee(token: str) -> Any:
    """Say yes."""
    asked = paid_people.by_token(token, at=g.arrived_at)
    form, is_known = _form(asked, fresh=False)
    if not form.validate():
        return _asked_page(asked, token, form, is_known=is_known), 422
    here = current_user._get_current_object() if current_user.is_authenticated else None
    new = {} if is_known else {"name": form["name"].data, "password": form["password"].data}
    who = paid_people.accept(asked, here, **new, at=g.arrived_at, settings=current_app.config["SETTINGS"])
    db.session.commit()
    if not is_known:
        session.permanent = True
        login_user(who)
    flash(_("Thank you. Here you see your share, and say where it is paid to."))
    return redirect(url_for(".own_share", id=asked.award_id))
