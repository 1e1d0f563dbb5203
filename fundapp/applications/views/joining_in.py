"""Pages behind the link of an invitation; only a pressed button joins, never the visit of a mail scanner."""

from typing import Any

from flask import flash, g, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.applications import inviting
from fundapp.applications.models import Invitation
from fundapp.applications.views.blueprint import bp
from fundapp.core.db import db
from fundapp.core.forms import EmptyForm
from fundapp.core.guard import guard
from fundapp.core.rules import PUBLIC, SIGNED_IN


def _waiting(user: Any, id: int) -> Invitation | None:
    return next((one for one in inviting.waiting_for(user, g.arrived_at) if one.id == id), None)


@bp.get("/join/<token>")
@guard(PUBLIC)
def join(token: str) -> Any:
    """Show what one is asked to join, with the button; signing in or registering leads back here."""
    found = inviting.by_token(token, at=g.arrived_at)
    if not current_user.is_authenticated:
        session["after_confirming"] = request.path
    g.zone = found.application.fund.zone
    return render_template(
        "applications/join.html",
        invitation=found,
        application=found.application,
        form=EmptyForm(),
        token=token,
    )


@bp.post("/join/<token>")
@guard(SIGNED_IN)
def join_now(token: str) -> Any:
    """Join a proposal."""
    return _joined(inviting.by_token(token, at=g.arrived_at))


@bp.post("/join/<token>/no")
@guard(PUBLIC)
def turn_down(token: str) -> Any:
    """Say no to an invitation; this needs no account."""
    actor = current_user._get_current_object() if current_user.is_authenticated else None
    inviting.turn_down(inviting.by_token(token, at=g.arrived_at), actor=actor, at=g.arrived_at)
    db.session.commit()
    flash(_("You said no. Nothing else happens."))
    return redirect(url_for("public.front"))


@bp.post("/proposals/invitations/<int:id>")
@guard(SIGNED_IN, _waiting)
def accept_invitation(invitation: Invitation) -> Any:
    """Join from one's own list: the address of the account is the one that was invited."""
    return _joined(invitation)


@bp.post("/proposals/invitations/<int:id>/no")
@guard(SIGNED_IN, _waiting)
def refuse_invitation(invitation: Invitation) -> Any:
    """Say no from one's own list."""
    inviting.turn_down(invitation, actor=current_user._get_current_object(), at=g.arrived_at)
    db.session.commit()
    flash(_("You said no. Nothing else happens."))
    return redirect(url_for(".index"))


def _joined(invitation: Invitation) -> Any:
    access = inviting.accept(invitation, actor=current_user._get_current_object(), at=g.arrived_at)
    db.session.commit()
    flash(_("You take part in this proposal now."))
    return redirect(url_for(".show", id=access.application_id))
