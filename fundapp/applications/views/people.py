"""Pages on which the main applicant invites people, gives rights, and names organisations."""

from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.applications import inviting, partners, people
from fundapp.applications.forms import InviteForm, LevelForm, PartnerForm
from fundapp.applications.models import Access, Application, Invitation, Level, Partner
from fundapp.applications.rules import owner, partner
from fundapp.applications.views.blueprint import bp, own, place
from fundapp.core import countries, once
from fundapp.core.db import db
from fundapp.core.forms import EmptyForm
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.core.web import language


def _me() -> Any:
    return current_user._get_current_object()


def _access(user: Any, id: int, access: int, **more: Any) -> Access | None:
    found = own(user, id)
    return next((one for one in people.live_access(id) if one.id == access), None) if found else None


def _invitation(user: Any, id: int, invitation: int) -> Invitation | None:
    found = own(user, id)
    return next((one for one in inviting.open_to(id) if one.id == invitation), None) if found else None


def _partner(user: Any, id: int, partner: int) -> Partner | None:
    found = own(user, id)
    return next((one for one in partners.of(id) if one.id == partner), None) if found else None


def _invite_form(application: Application) -> InviteForm:
    return InviteForm(partners=partners.of(application.id), language=current_user.language)


def _partner_form(found: Partner | None = None, **more: Any) -> PartnerForm:
    return PartnerForm(
        obj=found, prefix="partner-", countries=list(countries.names(language()).items()), **more
    )


def _page(application: Application, form: InviteForm, partner_form: PartnerForm, status: int = 200) -> Any:
    drawn = render_template(
        "applications/people.html",
        application=application,
        people=people.live_access(application.id),
        organisations=partners.organisations_of(application.id),
        invitations=inviting.open_to(application.id),
        partners=partners.of(application.id),
        form=form,
        partner_form=partner_form,
        is_owner=owner(current_user, application),
        is_over=application.state in people.OVER,
        at=g.arrived_at,
    )
    return drawn, status


@bp.get("/proposals/<int:id>/people", endpoint="people")
@guard(partner, own)
def people_of(application: Application) -> Any:
    """Show who takes part in a proposal, and with which rights."""
    return _page(application, _invite_form(application), _partner_form(formdata=None))


@bp.post("/proposals/<int:id>/people")
@guard(owner, own)
def invite(application: Application) -> Any:
    """Ask somebody by mail to join."""
    form = _invite_form(application)
    if done := once.result(form.once.data):
        return redirect(done)
    if not form.validate():
        return _page(application, form, _partner_form(formdata=None), 422)
    chosen = next((one for one in partners.of(application.id) if str(one.id) == form.partner.data), None)
    try:
        made = inviting.invite(
            application, form.email.data, name=form.name.data or "", level=Level(form.level.data),
            language=form.language.data, partner=chosen, actor=_me(), at=g.arrived_at,
        )  # fmt: skip
    except Refusal as refused:
        form.email.errors = [refused.message]
        return _page(application, form, _partner_form(formdata=None), 422)
    target = url_for(".people", id=application.id)
    once.remember(form.once.data, target, at=g.arrived_at)
    db.session.commit()
    flash(_("We sent an invitation to %(email)s.", email=made.email))
    return redirect(target)


@bp.post("/proposals/<int:id>/people/<int:access>")
@guard(owner, _access)
def change_rights(access: Access) -> Any:
    """Let somebody write, or only read."""
    form = LevelForm()
    if form.validate():
        people.change_level(access, Level(form.level.data), actor=_me(), at=g.arrived_at)
        db.session.commit()
        flash(_("The rights of %(name)s are changed.", name=access.user.name))
    return redirect(url_for(".people", id=access.application_id))


@bp.get("/proposals/<int:id>/people/<int:access>/<any('remove', 'hand-over'):what>")
@guard(owner, _access)
def ask_about_person(access: Access) -> Any:
    """Ask before somebody is removed, or becomes the main applicant."""
    return render_template("applications/person.html", access=access, what=place("what"), form=EmptyForm())


@bp.post("/proposals/<int:id>/people/<int:access>/remove")
@guard(owner, _access)
def remove_person(access: Access) -> Any:
    """End somebody's part in a proposal."""
    people.remove(access, actor=_me(), at=g.arrived_at)
    db.session.commit()
    flash(_("%(name)s does not take part any more.", name=access.user.name))
    return redirect(url_for(".people", id=access.application_id))


@bp.post("/proposals/<int:id>/people/<int:access>/hand-over")
@guard(owner, _access)
def hand_over(access: Access) -> Any:
    """Make somebody else the main applicant."""
    people.hand_over(access, actor=_me(), at=g.arrived_at)
    db.session.commit()
    flash(_("%(name)s is the main applicant now.", name=access.user.name))
    return redirect(url_for(".people", id=access.application_id))


@bp.get("/proposals/<int:id>/leave")
@guard(partner & ~owner, own)
def leave(application: Application) -> Any:
    """Ask before somebody steps out."""
    return render_template("applications/leave.html", application=application, form=EmptyForm())


@bp.post("/proposals/<int:id>/leave")
@guard(partner & ~owner, own)
def leave_now(application: Application) -> Any:
    """Step out of a proposal."""
    people.leave(application, actor=_me(), at=g.arrived_at)
    db.session.commit()
    flash(_("You do not take part in this proposal any more."))
    return redirect(url_for(".index"))


@bp.post("/proposals/<int:id>/invitations/<int:invitation>/take-back")
@guard(owner, _invitation)
def take_back_invitation(invitation: Invitation) -> Any:
    """Take an invitation back."""
    inviting.take_back(invitation, actor=_me(), at=g.arrived_at)
    db.session.commit()
    flash(_("The invitation to %(email)s is taken back.", email=invitation.email))
    return redirect(url_for(".people", id=invitation.application_id))


@bp.post("/proposals/<int:id>/partners")
@guard(owner, own)
def add_partner(application: Application) -> Any:
    """Name an organisation that takes part."""
    form = _partner_form()
    if done := once.result(form.once.data):
        return redirect(done)
    if not form.validate():
        return _page(application, _invite_form(application), form, 422)
    partners.add_partner(application, form.data, actor=_me(), at=g.arrived_at)
    target = url_for(".people", id=application.id, _anchor="partners")
    once.remember(form.once.data, target, at=g.arrived_at)
    db.session.commit()
    return redirect(target)


@bp.get("/proposals/<int:id>/partners/<int:partner>")
@guard(owner, _partner)
def edit_partner(partner: Partner) -> Any:
    """Show what is said of an organisation, to change it or take it out."""
    return _partner_page(partner, _partner_form(partner))


@bp.post("/proposals/<int:id>/partners/<int:partner>")
@guard(owner, _partner)
def change_partner(partner: Partner) -> Any:
    """Change what is said of an organisation."""
    form = _partner_form()
    if not form.validate():
        return _partner_page(partner, form), 422
    partners.change_partner(partner, form.data, actor=_me(), at=g.arrived_at)
    db.session.commit()
    return redirect(url_for(".people", id=partner.application_id, _anchor="partners"))


@bp.post("/proposals/<int:id>/partners/<int:partner>/end")
@guard(owner, _partner)
def end_partner(partner: Partner) -> Any:
    """Take an organisation out."""
    partners.end_partner(partner, actor=_me(), at=g.arrived_at)
    db.session.commit()
    flash(_("%(name)s does not take part any more.", name=partner.name))
    return redirect(url_for(".people", id=partner.application_id, _anchor="partners"))


def _partner_page(found: Partner, form: PartnerForm) -> str:
    return render_template(
        "applications/partner.html", partner=found, application=found.application, form=form
    )
