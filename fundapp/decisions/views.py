"""Office pages of deciding: a round, a proposal, the letter as it will go out, the release."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from fundapp.accounts.rules import auditor, manager
from fundapp.applications.models import Application
from fundapp.core import once
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.refusals import ChangedMeanwhile, MoveRefused, Refusal
from fundapp.decisions import letters, pages, queries, service
from fundapp.decisions.forms import ApprovalForm, EmptyForm, ProposalForm, ReleaseForm
from fundapp.decisions.models import Decision, DecisionState
from fundapp.decisions.rules import SEE, staff
from fundapp.decisions.workflow import OUTCOME_WORDS, WORDS, workflow
from fundapp.rounds.models import Round
from fundapp.rounds.queries import office_round

bp = Blueprint("decisions", __name__)


@bp.app_context_processor
def _lend() -> dict[str, Any]:
    """Lend the dossier and the applicant's own page what is decided: called only where it is drawn."""
    return {
        "may_propose": lambda application: staff(current_user, application),
        "dossier_decision": lambda application: queries.dossier_row(current_user, application),
        "released_decision": queries.released_decision,
        "decision_words": WORDS,
        "outcome_words": OUTCOME_WORDS,
        "possible_outcomes": service.POSSIBLE,
    }


# --- a round ---------------------------------------------------------------------


@bp.get("/office/rounds/<int:id>/decisions")
@guard(manager | auditor, office_round)
def office_index(round: Round) -> Any:
    """Show every application of a round with what is proposed, approved and released."""
    g.zone = round.fund.zone
    page = pages.deciding(current_user, round)
    return render_template("decisions/office_index.html", round=round, page=page)


@bp.get("/office/rounds/<int:id>/release")
@guard(manager, office_round)
def release_round(round: Round) -> Any:
    """Ask before all letters of a round go out."""
    return _ask_round(round, ReleaseForm(formdata=None))


def _ask_round(round: Round, form: ReleaseForm, refusal: str = "", status: int = 200) -> Any:
    g.zone = round.fund.zone
    page = pages.deciding(current_user, round)
    return render_template(
        "decisions/release_round.html", round=round, page=page, form=form, refusal=refusal
    ), status


@bp.post("/office/rounds/<int:id>/release")
@guard(manager, office_round)
def release_all(round: Round) -> Any:
    """Release what this person may release of a round; pressed twice it does so once."""
    form, to = ReleaseForm(), url_for(".office_index", id=round.id)
    if (done := once.result(form.once.data)) is not None:
        return redirect(done)
    form.validate_on_submit()
    try:
        released = service.release_round(round, actor=current_user, at=g.arrived_at)
    except Refusal as fault:
        db.session.rollback()
        return _ask_round(round, form, fault.message, fault.status)
    once.remember(form.once.data, to, at=g.arrived_at)
    db.session.commit()
    _say_released(released)
    return redirect(to)


def _say_released(released: service.Released) -> None:
    flash(
        ngettext(
            "One decision is released; the letter goes out now.",
            "%(num)d decisions are released; the letters go out now.",
            released.sent,
        )
    )
    if released.waiting:
        flash(
            ngettext(
                "One decision waits for another manager.",
                "%(num)d decisions wait for another manager.",
                released.waiting,
            ),
            "warn",
        )


# --- a proposal --------------------------------------------------------------------


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
    )
    return _proposal(application, form)


def _proposal(application: Application, form: ProposalForm, status: int = 200) -> Any:
    g.zone = application.round.fund.zone
    form.offer(service.open_outcomes(application), application.round.fund.currency)
    left = service.reserved(application)
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
    form.offer(service.open_outcomes(application), application.round.fund.currency)
    if not form.validate():
        return _proposal(application, form, 422)
    try:
        decision = service.propose(application, **form.values(), actor=current_user, at=g.arrived_at)
    except service.OverBudget as fault:
        db.session.rollback()
        form.amount.errors = [fault.message]
        return _proposal(application, form, 422)
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
    return render_template(
        "decisions/show.html", decision=decision, letters=letters.preview(decision), words=WORDS,
        form=ApprovalForm(formdata=None, shown=decision.digest), refusal=refusal,
        approvers=queries.approvers(decision), needed=fund.approvals_needed,
        moves={move.name for move in workflow.open_to(current_user, decision)},
    ), status  # fmt: skip


@bp.post("/office/decisions/<int:id>/approve")
@guard(staff, queries.office_decision)
def approve(decision: Decision) -> Any:
    """Say yes to exactly what was shown."""
    form = ApprovalForm()
    try:
        done = service.approve(decision, actor=current_user, at=g.arrived_at, shown=form.shown.data)
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
