"""Asking for a payment: written, saved as it is typed, looked over, sent; and changed the same way."""

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.core import once
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.grants.models import Award
from fundapp.grants.views import load as load_grant
from fundapp.payouts import claim_drafts, service
from fundapp.payouts.claim_drafts import DraftChanged
from fundapp.payouts.forms.claims import ClaimForm
from fundapp.payouts.models import Claim, ClaimKind
from fundapp.payouts.rules import ASK
from fundapp.payouts.views import bp, writing
from fundapp.payouts.views.claim_pages import load
from fundapp.payouts.views.writing import Desk
from fundapp.payouts.workflow import workflow

# --- asking ----------------------------------------------------------------------


@bp.get("/grants/<int:id>/claim")
@guard(ASK, load_grant)
def claim(award: Award) -> Any:
    """Show what can be asked for, as far as it was written."""
    return _write(writing.desk(award))


@bp.post("/grants/<int:id>/claim")
@guard(ASK, load_grant)
def ask(award: Award) -> Any:
    """Keep what was written, and go where the pressed button leads; sent twice, it is asked once."""
    return _written(writing.desk(award))


@bp.post("/grants/<int:id>/claim/autosave/new")
@guard(ASK, load_grant)
def claim_autosave(award: Award) -> Any:
    """Keep a request while it is typed."""
    return writing.autosave(writing.desk(award))


@bp.post("/grants/<int:id>/claim/files/new")
@guard(ASK, load_grant)
def claim_files(award: Award) -> Any:
    """Add or remove evidence files while the page stays open."""
    return writing.listed(writing.desk(award))


@bp.get("/grants/<int:id>/claim/check")
@guard(ASK, load_grant)
def check_claim(award: Award) -> Any:
    """Show what is about to be sent."""
    return _check(writing.desk(award))


@bp.post("/grants/<int:id>/claim/check")
@guard(ASK, load_grant)
def send_claim(award: Award) -> Any:
    """Send what was on the page."""
    return _send_checked(writing.desk(award))


@bp.get("/grants/<int:id>/claim/discard")
@guard(ASK, load_grant)
def ask_discard(award: Award) -> Any:
    """Ask before a draft is thrown away."""
    return _ask_discard(writing.desk(award))


@bp.post("/grants/<int:id>/claim/discard")
@guard(ASK, load_grant)
def discard(award: Award) -> Any:
    """Throw a draft away."""
    return _discard(writing.desk(award))


# --- changing --------------------------------------------------------------------


@bp.get("/claims/<int:id>/change")
@guard(ASK, load)
def change(asked: Claim) -> Any:
    """Show a request to be changed."""
    if not _changeable(asked):
        return redirect(url_for(".show", id=asked.id))
    return _write(writing.desk(asked.award, asked))


@bp.post("/claims/<int:id>/change")
@guard(ASK, load)
def revise(asked: Claim) -> Any:
    """Change a request; an approval of it falls away."""
    return _written(writing.desk(asked.award, asked))


@bp.post("/claims/<int:id>/autosave/change")
@guard(ASK, load)
def change_autosave(asked: Claim) -> Any:
    """Keep a change while it is typed; the request itself stays as it was sent."""
    return writing.autosave(writing.desk(asked.award, asked))


@bp.post("/claims/<int:id>/files/change")
@guard(ASK, load)
def change_files(asked: Claim) -> Any:
    """Add or remove evidence files of a change while the page stays open."""
    return writing.listed(writing.desk(asked.award, asked))


@bp.get("/claims/<int:id>/change/check")
@guard(ASK, load)
def check_change(asked: Claim) -> Any:
    """Show the changed request before it is sent."""
    return _check(writing.desk(asked.award, asked))


@bp.post("/claims/<int:id>/change/check")
@guard(ASK, load)
def send_change(asked: Claim) -> Any:
    """Send the changed request that was on the page."""
    return _send_checked(writing.desk(asked.award, asked))


@bp.get("/claims/<int:id>/change/discard")
@guard(ASK, load)
def ask_discard_change(asked: Claim) -> Any:
    """Ask before a change that was not sent is thrown away."""
    return _ask_discard(writing.desk(asked.award, asked))


@bp.post("/claims/<int:id>/change/discard")
@guard(ASK, load)
def discard_change(asked: Claim) -> Any:
    """Throw a change away; the request stays as it was sent."""
    return _discard(writing.desk(asked.award, asked))


# --- what both do ------------------------------------------------------------------


def _changeable(asked: Claim) -> bool:
    return workflow.allows("revise", current_user, asked) and asked.kind is ClaimKind.MILESTONES


def _write(on: Desk) -> Any:
    form = on.form()
    if "check" in request.args:
        form.validate()
    return writing.page(on, form)


def _written(on: Desk) -> Any:
    form = on.typed()
    if on.claim is None and (done := once.result(form.once.data)) is not None:
        return redirect(done)
    try:
        writing.keep(on, form)
    except DraftChanged as clash:
        return _clashed(on, form, clash)
    refused = writing.take_files(on) if writing.wants_files() else {}
    on = writing.desk(on.award, on.claim)
    on.prepared(form).version.data = claim_drafts.token(on.data)
    form.version.raw_data = None
    if refused:
        for row in form.rows:
            row.form.held_fault = refused.get(row.milestone.data, "")
        return writing.page(on, form, 422)
    return _onwards(on, form)


def _onwards(on: Desk, form: ClaimForm) -> Any:
    """Go on after a save: stay for files, stop, look it over, or send it."""
    if "attach" in request.form or "detach" in request.form:
        key = request.form.get("attach") or request.form.get("detach", "").partition(":")[0]
        return redirect(f"{on.url('form')}#files-{key}" if key.isdigit() else on.url("form"))
    wish = request.form.get("do", "send")
    if wish == "stop":
        flash(_("Saved. You can go on whenever you like."))
        return redirect(url_for("grants.show", id=on.award.id, _anchor="requests"))
    if not form.validate():
        return writing.page(on, form, 422)
    return redirect(on.url("check")) if wish == "preview" else _send(on, form)


def _clashed(on: Desk, form: ClaimForm, clash: DraftChanged) -> Any:
    """Show both texts; what was typed stays in the form, and the next press keeps it."""
    form.version.data, form.version.raw_data = claim_drafts.token(clash.draft.data), None
    return writing.page(on, form, 409, clash.draft)


def _check(on: Desk) -> Any:
    form = on.form()
    if not form.validate():
        return redirect(on.url("form") + "?check=1")
    return writing.preview(on, form)


def _send_checked(on: Desk) -> Any:
    """Send the draft as it is, if it is still what was on the page."""
    pressed = ClaimForm()
    if on.claim is None and (done := once.result(pressed.once.data)) is not None:
        return redirect(done)
    form = on.form()
    if (pressed.version.data or "") != form.version.data:
        flash(_("Somebody changed this request meanwhile. Look at it again."), "warn")
        return redirect(on.url("check"))
    if not form.validate():
        return redirect(on.url("form") + "?check=1")
    form.once.data = pressed.once.data
    return _send(on, form)


def _send(on: Desk, form: ClaimForm) -> Any:
    """Hand the request in. A refusal is said beside its field; what was typed stays as a draft."""
    given: dict[str, Any] = {
        "party_id": form.party.data,
        "draft": on.draft,
        "actor": current_user,
        "at": g.arrived_at,
    }
    award_id, claim_id = on.award.id, on.claim.id if on.claim else None
    try:
        if on.claim is None:
            made = service.claim(on.award, form.asked(), form.note.data or "", **given)
        else:
            service.revise(made := on.claim, form.asked(), form.note.data or "", **given)
    except Refusal as refused:
        db.session.rollback()
        form.blame(refused)
        found = db.session.get(Claim, claim_id) if claim_id else None
        return writing.page(writing.desk(db.session.get_one(Award, award_id), found), form, refused.status)
    there = url_for(".show", id=made.id)
    if claim_id is None:
        once.remember(form.once.data, there, at=g.arrived_at)
    db.session.commit()
    flash(_("We have your request. You get mail at each step.") if claim_id is None
          else _("Your request is changed and will be checked."))  # fmt: skip
    return redirect(there)


def _ask_discard(on: Desk) -> Any:
    if on.draft is None:
        return redirect(on.url("form"))
    return render_template("payouts/discard.html", desk=on, award=on.award, asked=on.claim)


def _discard(on: Desk) -> Any:
    if on.draft is not None:
        claim_drafts.discard(on.draft, actor=current_user)
        db.session.commit()
        flash(_("The draft is thrown away."))
    if on.claim is not None:
        return redirect(url_for(".show", id=on.claim.id))
    return redirect(url_for("grants.show", id=on.award.id, _anchor="requests"))
