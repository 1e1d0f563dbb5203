"""The versions of an agreement and its plan, what differs between any two, proposals of another plan."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.accounts.models import User
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.core.web import language
from fundapp.grants import differences, plan, plan_versions, proposals, versions
from fundapp.grants.forms import NoteForm, filled_plan, rearranged, typed_plan
from fundapp.grants.forms.agreeing import ProposalForm
from fundapp.grants.models import Agreement, AgreementState, Award, PlanVersion
from fundapp.grants.rules import COUNTER, SEE
from fundapp.grants.views import bp, load, load_under_way
from fundapp.grants.workflow import PLAN_WORDS
from fundapp.grants.workflow import proposals as moves


@bp.get("/grants/<int:id>/versions", endpoint="versions")
@guard(SEE, load)
def all_versions(award: Award) -> Any:
    """List every version of the agreement and of its plan, to compare any two."""
    return _versions_page(award, versions.of(award), None, None)


@bp.get("/grants/<int:id>/differences")
@guard(SEE, load)
def compare(award: Award) -> Any:
    """Show what is different between two versions; without a choice, the newest two of the agreement."""
    found = versions.of(award)
    old, new = versions.chosen(found, request.args.get("from", ""), request.args.get("to", ""))
    if old is None or new is None:
        return _versions_page(award, found, None, None)
    return _versions_page(award, found, old, new)


def _versions_page(
    award: Award,
    found: list[versions.Version],
    old: versions.Version | None,
    new: versions.Version | None,
) -> str:
    told = None
    if old and new:
        fund, fixed = award.application.fund, plan_versions.fixed_refs(award)
        told = differences.between(
            versions.side(old), versions.side(new), currency=fund.currency, language=language(), fixed=fixed
        )
    return render_template(
        "grants/versions.html",
        award=award,
        fund=award.application.fund,
        found=found,
        old=old,
        new=new,
        told=told,
        names=versions.names(found),
    )


# --- another plan than the one that was offered ----------------------------------------


@bp.get("/grants/<int:id>/plan/proposal")
@guard(COUNTER, load_under_way)
def propose(version: Agreement) -> Any:
    """Show the plan that was offered, to propose another."""
    if version.state is not AgreementState.OFFERED:
        return redirect(url_for(".show", id=version.award_id))
    form = filled_plan(version.plan, version.row_version, ProposalForm)
    return _proposal_form(version, form)


@bp.post("/grants/<int:id>/plan/proposal")
@guard(COUNTER, load_under_way)
def send_proposal(version: Agreement) -> Any:
    """Propose another plan, or draw the page again with a row more, less or elsewhere."""
    wish = request.form.get("do", "save")
    if wish != "save":
        return _proposal_form(version, rearranged(request.form, wish, ProposalForm))
    form = typed_plan(request.form, ProposalForm)
    if not form.validate():
        return _proposal_form(version, form), 422
    given: dict[str, Any] = {"note": form.note.data or "", "base": form.version.data or 0}
    try:
        proposals.propose(version, form.lines(), **given, actor=current_user, at=clock.now())
    except Refusal as refused:
        db.session.rollback()
        form.form_errors = [*form.form_errors, refused.message]
        return _proposal_form(version, form), refused.status
    db.session.commit()
    flash(_("Your proposal is sent. The fund takes it over, or says why not."))
    return redirect(url_for(".show", id=version.award_id))


def _proposal_form(version: Agreement, form: ProposalForm) -> str:
    lines = plan_versions.renumbered(version.award, form.lines())
    return render_template(
        "grants/propose.html",
        version=version,
        award=version.award,
        fund=version.application.fund,
        form=form,
        lines=plan.shown(lines),
        total=plan.total(lines),
        left=version.award.amount_cents + version.change_cents - plan.total(lines),
    )


def _proposal(user: Any, id: int, number: int, **_more: str) -> PlanVersion | None:
    award = load(user, id)
    return plan_versions.numbered(award, number) if award else None


@bp.get("/grants/<int:id>/plan/proposals/<int:number>")
@guard(SEE, _proposal)
def proposal(found: PlanVersion) -> Any:
    """Show what a proposal changes of the plan that was offered, and how it was answered."""
    return _answer_page(found, NoteForm(formdata=None))


@bp.post("/grants/<int:id>/plan/proposals/<int:number>/<name>")
@guard(SEE, _proposal)
def answer_proposal(found: PlanVersion) -> Any:
    """Take a proposal over, decline it, or take one's own back."""
    name, form = (request.view_args or {})["name"], NoteForm()
    if name not in moves.moves:
        abort(404)
    given: dict[str, Any] = {"actor": current_user, "at": clock.now()}
    if name == "take":
        version = found.award.agreement_under_way or found.award.agreements[-1]
        proposals.take_over(found, version, **given)
    elif name == "decline":
        if not (form.note.data or "").strip():
            form.note.errors = [_("Give a reason for this step.")]
            return _answer_page(found, form), 422
        proposals.decline(found, **given, note=form.note.data)
    else:
        proposals.retract(found, **given)
    db.session.commit()
    flash(_("Done: %(step)s.", step=moves[name].label))
    return redirect(url_for(".show", id=found.award_id))


def _answer_page(found: PlanVersion, form: NoteForm) -> str:
    award = found.award
    version = next(one for one in award.agreements if one.id == found.agreement_id)
    fund, fixed = award.application.fund, plan_versions.fixed_refs(award)
    offered = differences.Side("", version.plan, version.change_cents, version.ends_on)
    proposed = differences.Side("", found.plan, found.change_cents, found.ends_on)
    told = differences.between(offered, proposed, currency=fund.currency, language=language(), fixed=fixed)
    return render_template(
        "grants/proposal.html",
        award=award,
        fund=fund,
        found=found,
        told=told,
        author=db.session.get(User, found.made_by) if found.made_by else None,
        state=PLAN_WORDS[found.state],
        moves={move.name: move for move in moves.open_to(current_user, found)},
        form=form,
    )
