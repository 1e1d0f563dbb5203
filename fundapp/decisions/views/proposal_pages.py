"""Pages of one decision: proposing it, reading it with its letters, approving, releasing."""

from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.applications.models import Application
from fundapp.core import once
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.refusals import ChangedMeanwhile, MoveRefused, Refusal
from fundapp.decisions import letters, pages, queries, reasons, service
from fundapp.decisions.forms import ApprovalForm, EmptyForm, ProposalForm
from fundapp.decisions.models import Decision, DecisionState
from fundapp.decisions.rules import SEE, staff
from fundapp.decisions.views.blueprint import bp
from fundapp.decisions.workflow import WORDS, workflow


@bp.get("/office/applications/<int:id>/decision")
@guard(staff, queries.office_application)
def propose(application: Application) -> Any:
    """Ask what to decide; what reviewers wrote for the applicant stands ready."""
    live = queries.live_decision(application)
    if live is not None and live.state in queries.OPEN:
        return redirect(url_for(".show", id=live.id))
    again = live if live is not None and live.state is DecisionState.DRAFT else None
    form = ProposalForm(
        formdata=None,
        outcome=again.outcome.value if again else None,
        amount=again.amount_cents if again else application.requested_cents,
        to_applicant=again.to_applicant if again else pages.reasons(current_user, application),
        internal=again.internal if again else "",
        codes=again.reasons if again else [],
    )
    return _proposal(application, form)


def _offer(form: ProposalForm, application: Application) -> None:
    form.offer(
        service.open_outcomes(application),
        application.round.fund.currency,
        reasons.reasons_of(application.fund_id),
    )


def _proposal(application: Application, form: ProposalForm, status: int = 200) -> Any:
    g.zone = application.round.fund.zone
    _offer(form, application)
    left = service.reserved(application) if form.may_award else None
    return render_template(
        "decisions/propose.html", application=application, form=form, left_cents=left
    ), status


@bp.post("/office/applications/<int:id>/decision")
@guard(staff, queries.office_application)
def make_proposal(application: Application) -> Any:
    """Propose a decision."""
    form = ProposalForm()
    if (done := once.result(form.once.data)) is not None:
        return redirect(done)
    _offer(form, application)
    if not form.validate():
        return _proposal(application, form, 422)
    try:
        decision = service.propose(application, **form.values(), actor=current_user, at=g.arrived_at)
    except Refusal as fault:
        db.session.rollback()
        field = form.amount if isinstance(fault, service.OverBudget) else form.to_applicant
        field.errors = [fault.message]
        return _proposal(application, form, fault.status)
    once.remember(form.once.data, url_for(".show", id=decision.id), at=g.arrived_at)
    db.session.commit()
    flash(_("Proposed. Another manager approves it; nothing has gone out."))
    return redirect(url_for(".show", id=decision.id))


# --- one decision ------------------------------------------------------------------


@bp.get("/office/decisions/<int:id>")
@guard(SEE, queries.office_decision)
def show(decision: Decision) -> Any:
    """Show a decision and the letters as they will go out, or went."""
    return _show(decision)


def _show(decision: Decision, refusal: str = "", status: int = 200) -> Any:
    fund = decision.application.round.fund
    g.zone = fund.zone
    written = letters.preview(decision)
    return render_template(
        "decisions/show.html", decision=decision, letters=written, words=WORDS,
        form=ApprovalForm(formdata=None, shown=decision.digest, letters=letters.mark(written)),
        refusal=refusal, approvers=queries.approvers(decision), needed=fund.approvals_needed,
        moves={move.name for move in workflow.open_to(current_user, decision)},
    ), status  # fmt: skip


@bp.post("/office/decisions/<int:id>/approve")
@guard(staff, queries.office_decision)
def approve(decision: Decision) -> Any:
    """Say yes to exactly what was shown."""
    form = ApprovalForm()
    try:
        has_read = form.letters.data in (None, "", letters.mark(letters.preview(decision)))
        done = service.approve(
            decision, actor=current_user, at=g.arrived_at, shown=form.shown.data, has_read=has_read
        )
    except (ChangedMeanwhile, MoveRefused) as fault:
        db.session.rollback()
        return _show(decision, fault.message, fault.status)
    db.session.commit()
    flash(_("Approved. It waits for its release.") if done else _("Your approval is kept; it needs another."))
    return redirect(url_for(".show", id=decision.id))


@bp.post("/office/decisions/<int:id>/take-back")
@guard(workflow["revise"].by, queries.office_decision)
def take_back(decision: Decision) -> Any:
    """Take a proposal back to write it anew."""
    service.take_back(decision, actor=current_user, at=g.arrived_at)
    db.session.commit()
    return redirect(url_for(".propose", id=decision.application_id))


@bp.get("/office/decisions/<int:id>/release")
@guard(staff, queries.office_decision)
def release(decision: Decision) -> Any:
    """Ask before one decision goes out."""
    if not workflow.allows("release", current_user, decision):
        return redirect(url_for(".show", id=decision.id))
    return render_template(
        "decisions/release.html", decision=decision, letters=letters.preview(decision), form=EmptyForm()
    )


@bp.post("/office/decisions/<int:id>/release")
@guard(staff, queries.office_decision)
def release_one(decision: Decision) -> Any:
    """Release one decision; a second time finds it done."""
    try:
        service.release(decision, actor=current_user, at=g.arrived_at)
    except Refusal as fault:
        db.session.rollback()
        return _show(decision, fault.message, fault.status)
    db.session.commit()
    flash(_("Released. The letter goes out now."))
    return redirect(url_for(".show", id=decision.id))
