"""The reviewers of a fund: the office's list, each one's own page, and the invitation to join."""

from typing import Any

from flask import current_app, flash, g, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_user

from fundapp.accounts.queries import user_by_email
from fundapp.accounts.rules import auditor, manager, reviewer
from fundapp.config import Settings
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.core.forms import EmptyForm
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.core.rules import PUBLIC
from fundapp.core.web import language
from fundapp.funds.models import Fund
from fundapp.funds.queries import office_fund
from fundapp.reviews import invitations, members, profiles
from fundapp.reviews.forms.pool import InviteForm, JoinForm, NewcomerForm, NoForm, ProfileForm, profile_form
from fundapp.reviews.models import PoolInvitation
from fundapp.reviews.profiles import Member
from fundapp.reviews.views.blueprint import bp
from fundapp.reviews.workflow import INVITED_WORDS, WORDS

# --- the reviewer's own page ---------------------------------------------------------


@bp.get("/reviews/about-me")
@guard(reviewer)
def profile_index() -> Any:
    """Lead to the profile at the fund the person reviews for; let them choose where there are several."""
    funds = profiles.own_profiles(current_user)
    if len(funds) == 1:
        return redirect(url_for(".profile", id=funds[0].id))
    return render_template("reviews/profiles.html", funds=funds)


def _form(fund: Fund, person: Any) -> ProfileForm:
    row = profiles.profile_of(fund, person)
    return profile_form(fund, row, profiles.away_from(person.id, on=g.arrived_at.date()))


@bp.get("/reviews/about-me/<int:id>")
@guard(reviewer, profiles.reviewing_fund)
def profile(fund: Fund) -> Any:
    """Show what a reviewer says of themselves."""
    return render_template("reviews/profile.html", fund=fund, form=_form(fund, current_user), person=None)


@bp.post("/reviews/about-me/<int:id>")
@guard(reviewer, profiles.reviewing_fund)
def save_profile(fund: Fund) -> Any:
    """Keep what a reviewer says of themselves."""
    form, person = _form(fund, current_user), current_user._get_current_object()
    if not form.validate():
        return render_template("reviews/profile.html", fund=fund, form=form, person=None), 422
    profiles.save_profile(fund, person, form.profile, form.days, actor=person, at=g.arrived_at)
    db.session.commit()
    flash(_("Saved. The office sees it when it looks for reviewers."))
    return redirect(url_for(".profile", id=fund.id))


# --- the office ----------------------------------------------------------------------


@bp.get("/office/funds/<int:id>/reviewers")
@guard(manager | auditor, office_fund)
def pool_list(fund: Fund) -> Any:
    """List the reviewers of a fund with what they know and their load."""
    return _pool(fund, InviteForm(formdata=None, language=language()))


def _pool(fund: Fund, form: InviteForm, status: int = 200) -> Any:
    g.zone = fund.zone
    text, today = request.args.get("q", "").strip()[:100], clock.day(g.arrived_at, fund.zone)
    return render_template(
        "reviews/office_pool.html", fund=fund, form=form, text=text, today=today,
        pool=members.pool_of(current_user, fund, on=today, text=text),
        themes={theme["key"]: theme for theme in fund.themes},
        asked=invitations.sent_by(fund.id), words=INVITED_WORDS, at=g.arrived_at,
    ), status  # fmt: skip


@bp.post("/office/funds/<int:id>/reviewers")
@guard(manager, office_fund)
def invite(fund: Fund) -> Any:
    """Ask somebody by mail to join the reviewers."""
    form = InviteForm()
    if not form.validate():
        return _pool(fund, form, 422)
    said = {"language": form.language.data, "message": form.message.data or ""}
    try:
        invitations.invite(fund, form.email.data, form.name.data, **said, actor=current_user, at=g.arrived_at)
    except Refusal as refusal:
        form.email.errors = [refusal.message]
        return _pool(fund, form, 422)
    db.session.commit()
    flash(_("%(name)s gets a mail with a link to answer.", name=form.name.data))
    return redirect(url_for(".pool_list", id=fund.id))


@bp.get("/office/invitations/<int:id>/take-back")
@guard(manager, invitations.office_invitation)
def ask_take_back(invitation: PoolInvitation) -> Any:
    """Ask before an invitation is taken back."""
    return render_template("reviews/take_back.html", invitation=invitation, form=EmptyForm())


@bp.post("/office/invitations/<int:id>/take-back")
@guard(manager, invitations.office_invitation)
def take_back(invitation: PoolInvitation) -> Any:
    """Take an invitation back; its link dies."""
    invitations.take_back(invitation, actor=current_user, at=g.arrived_at)
    db.session.commit()
    flash(_("The invitation is taken back."))
    return redirect(url_for(".pool_list", id=invitation.fund_id))


@bp.get("/office/funds/<int:id>/reviewers/<int:user_id>")
@guard(manager | auditor, profiles.office_member)
def pool_member(member: Member) -> Any:
    """Show one reviewer: what they know, and what they were asked."""
    return _member(member, _form(member.fund, member.user))


def _member(member: Member, form: ProfileForm, status: int = 200) -> Any:
    g.zone = member.fund.zone
    work = members.work_of(current_user, member.fund, member.user)
    return render_template(
        "reviews/office_member.html", member=member, fund=member.fund, person=member.user, form=form,
        row=profiles.profile_of(member.fund, member.user), work=work, words=WORDS,
        away=profiles.away_from(member.user.id, on=g.arrived_at.date()),
    ), status  # fmt: skip


@bp.post("/office/funds/<int:id>/reviewers/<int:user_id>")
@guard(manager, profiles.office_member)
def save_member(member: Member) -> Any:
    """Keep what the office knows of a reviewer."""
    form = _form(member.fund, member.user)
    if not form.validate():
        return _member(member, form, 422)
    profiles.save_profile(
        member.fund, member.user, form.profile, form.days, actor=current_user, at=g.arrived_at
    )
    db.session.commit()
    flash(_("Saved."))
    return redirect(url_for(".pool_member", id=member.fund_id, user_id=member.user.id))


# --- answering an invitation -----------------------------------------------------------


def _answer(invitation: PoolInvitation, token: str, status: int = 200, **forms: Any) -> Any:
    """Draw the page of an invitation. Who is not signed in and has no account makes one here."""
    g.zone = invitation.fund.zone
    known = current_user.is_authenticated or user_by_email(invitation.email) is not None
    newcomer = NewcomerForm(formdata=None, name=invitation.name)
    given = {"form": JoinForm(formdata=None) if known else newcomer, "no": NoForm(formdata=None), **forms}
    return render_template(
        "reviews/invitation.html", invitation=invitation, token=token, is_known=known, **given
    ), status


@bp.get("/reviewing/<token>")
@guard(PUBLIC)
def pool_invitation(token: str) -> Any:
    """Show an invitation: a visit alone answers nothing, so mail scanners can't either."""
    return _answer(invitations.by_token(token, at=g.arrived_at), token)


@bp.post("/reviewing/<token>")
@guard(PUBLIC)
def join_pool(token: str) -> Any:
    """Say yes."""
    invitation = invitations.by_token(token, at=g.arrived_at)
    here = current_user._get_current_object() if current_user.is_authenticated else None
    is_new = here is None and user_by_email(invitation.email) is None
    form = NewcomerForm() if is_new else JoinForm()
    if not form.validate():
        return _answer(invitation, token, 422, form=form)
    given = {"name": form.name.data, "password": form.password.data} if is_new else {}
    who = invitations.accept(invitation, here, **given, at=g.arrived_at, settings=_settings())
    db.session.commit()
    flash(_("Thank you, and welcome. Say what you know and how much time you have."))
    if is_new:
        session.permanent = True
        login_user(who)
    return redirect(url_for(".profile", id=invitation.fund_id))


@bp.post("/reviewing/<token>/no")
@guard(PUBLIC)
def refuse_pool(token: str) -> Any:
    """Say no."""
    invitation = invitations.by_token(token, at=g.arrived_at)
    form = NoForm()
    if not form.validate():
        return _answer(invitation, token, 422, no=form)
    invitations.decline(invitation, form.reason.data or "", at=g.arrived_at)
    db.session.commit()
    return render_template("reviews/invitation_over.html", fund=invitation.fund)


def _settings() -> Settings:
    return current_app.config["SETTINGS"]  # type: ignore[no-any-return]
