"""Requests for payment: asked, changed, checked."""

from collections.abc import Callable
from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.applications.rules import partner
from fundapp.core import clock, once
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.grants import accounts
from fundapp.grants.models import Award, MilestoneState
from fundapp.grants.views import load as load_grant
from fundapp.payouts import queries, service, timeline
from fundapp.payouts.forms import ApproveForm, ClaimForm, ReasonForm, claim_rows
from fundapp.payouts.models import Claim
from fundapp.payouts.rules import ASK, JUDGE, SEE
from fundapp.payouts.views import bp
from fundapp.payouts.workflow import CLAIM_WORDS, OWN_CLAIM_WORDS, workflow


def load(user: Any, id: int) -> Claim | None:
    """Load a request for a page, and show times in its fund's zone."""
    found = queries.claim(user, id)
    if found is not None:
        g.zone = found.award.application.fund.zone
    return found


# --- asking ----------------------------------------------------------------------


@bp.get("/grants/<int:id>/claim")
@guard(ASK, load_grant)
def claim(award: Award) -> Any:
    """Show what can be asked for."""
    rest = queries.open_rest(award)
    rows = claim_rows(_open(award, rest), rest, None)
    return _claim_page(award, ClaimForm(formdata=None, rows=rows), rest)


@bp.post("/grants/<int:id>/claim")
@guard(ASK, load_grant)
def ask(award: Award) -> Any:
    """Ask for a payment; sent twice, it is asked once."""
    form = ClaimForm()
    if (done := once.result(form.once.data)) is not None:
        return redirect(done)
    if not form.validate():
        return _claim_page(award, form, queries.open_rest(award)), 422
    try:
        made = service.claim(award, form.asked(), form.note.data or "", actor=current_user, at=clock.now())
    except Refusal as refused:
        return _refused(form, refused, award)
    there = url_for(".show", id=made.id)
    once.remember(form.once.data, there, at=clock.now())
    db.session.commit()
    flash(_("We have your request. You get mail at each step."))
    return redirect(there)


@bp.get("/claims/<int:id>/change")
@guard(ASK, load)
def change(asked: Claim) -> Any:
    """Show a request to be changed."""
    if not workflow.allows("revise", current_user, asked):
        return redirect(url_for(".show", id=asked.id))
    rest = queries.open_rest(asked.award, asked)
    rows = claim_rows(_open(asked.award, rest), rest, asked)
    form = ClaimForm(formdata=None, rows=rows, note=asked.note, licensed=True)
    return _claim_page(asked.award, form, rest, asked)


@bp.post("/claims/<int:id>/change")
@guard(ASK, load)
def revise(asked: Claim) -> Any:
    """Change a request; an approval of it falls away."""
    form = ClaimForm()
    if not form.validate():
        return _claim_page(asked.award, form, queries.open_rest(asked.award, asked), asked), 422
    try:
        service.revise(asked, form.asked(), form.note.data or "", actor=current_user, at=clock.now())
    except Refusal as refused:
        return _refused(form, refused, asked.award, asked)
    db.session.commit()
    flash(_("Your request is changed and will be checked."))
    return redirect(url_for(".show", id=asked.id))


def _refused(form: ClaimForm, refused: Refusal, award: Award, asked: Claim | None = None) -> Any:
    """Say the refusal above the form; nothing typed is lost, nothing half done is kept."""
    award_id, asked_id = award.id, asked.id if asked else None
    db.session.rollback()
    form.form_errors.append(refused.message)
    award, asked = db.session.get_one(Award, award_id), db.session.get(Claim, asked_id) if asked_id else None
    return _claim_page(award, form, queries.open_rest(award, asked), asked), refused.status


def _open(award: Award, rest: dict[int, int]) -> list[Any]:
    is_open = MilestoneState.OPEN
    return [one for one in award.milestones if one.state is is_open and rest.get(one.id, 0) > 0]


def _claim_page(award: Award, form: ClaimForm, rest: dict[int, int], asked: Claim | None = None) -> str:
    party = award.application.party
    return render_template(
        "payouts/claim.html",
        award=award,
        fund=award.application.fund,
        form=form,
        rest=rest,
        asked=asked,
        milestones={one.id: one for one in award.milestones},
        account=accounts.live_account(party.id) if party else None,
    )


# --- one request -----------------------------------------------------------------


@bp.get("/claims/<int:id>")
@guard(SEE, load)
def show(asked: Claim) -> Any:
    """Show one request, to the grantee or to the office with its checklist."""
    return _page(asked, ApproveForm(formdata=None, digest=asked.digest), ReasonForm(formdata=None))


def _page(asked: Claim, form: ApproveForm, reason: ReasonForm) -> str:
    is_own = partner(current_user, asked)
    return render_template(
        "payouts/show.html",
        claim=asked,
        award=asked.award,
        fund=asked.award.application.fund,
        is_own=is_own,
        state=(OWN_CLAIM_WORDS if is_own else CLAIM_WORDS)[asked.state],
        steps={move.name for move in workflow.open_to(current_user, asked)},
        events=timeline.of(asked, own=is_own),
        form=form,
        reason=reason,
    )


@bp.post("/claims/<int:id>/approve")
@guard(JUDGE, load)
def approve(asked: Claim) -> Any:
    """Approve the content of the request that was on the page."""
    form = ApproveForm()
    if not form.validate():
        return _page(asked, form, ReasonForm(formdata=None)), 422
    service.approve(asked, form.note.data or "", form.digest.data, actor=current_user, at=clock.now())
    return _done(asked, _("Approved. Somebody at finance, not you, puts it in a batch and releases it."))


@bp.post("/claims/<int:id>/return")
@guard(JUDGE, load)
def return_claim(asked: Claim) -> Any:
    """Ask the grantee for a change."""
    return _with_reason(asked, service.return_claim, _("The grantee has your question by mail."))


@bp.post("/claims/<int:id>/refuse")
@guard(JUDGE, load)
def refuse(asked: Claim) -> Any:
    """Refuse the request."""
    return _with_reason(
        asked, service.refuse, _("The request is refused; the grantee has your reason by mail.")
    )


@bp.post("/claims/<int:id>/void")
@guard(JUDGE, load)
def void(asked: Claim) -> Any:
    """Take the approval back."""
    return _with_reason(
        asked, service.void, _("The approval is taken back; the request is to be checked again.")
    )


def _with_reason(asked: Claim, do: Callable[..., Any], said: str) -> Any:
    form = ReasonForm()
    if not form.validate():
        return _page(asked, ApproveForm(formdata=None, digest=asked.digest), form), 422
    do(asked, form.reason.data, actor=current_user, at=clock.now())
    return _done(asked, said)


@bp.get("/claims/<int:id>/withdraw")
@guard(ASK, load)
def ask_withdraw(asked: Claim) -> Any:
    """Ask before a request is taken back."""
    return render_template("payouts/withdraw.html", claim=asked, fund=asked.award.application.fund)


@bp.post("/claims/<int:id>/withdraw")
@guard(ASK, load)
def withdraw(asked: Claim) -> Any:
    """Take a request back."""
    service.withdraw(asked, actor=current_user, at=clock.now())
    return _done(asked, _("Your request is withdrawn. You can ask for its milestones again."))


def _done(asked: Claim, said: str) -> Any:
    db.session.commit()
    flash(said)
    return redirect(url_for(".show", id=asked.id))
