"""One request for payment: read by both sides, checked, sent back, withdrawn."""

from collections.abc import Callable
from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.applications.rules import partner, writer
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.web import language
from fundapp.payouts import checklist, delivery, evidence, opinions, queries, service, talk, timeline
from fundapp.payouts.forms import ReasonForm
from fundapp.payouts.forms.claims import ApproveForm, approve_form
from fundapp.payouts.models import Claim, ClaimKind
from fundapp.payouts.opinion_flow import OPINION_WORDS, VERDICT_WORDS
from fundapp.payouts.rules import ASK, JUDGE, SEE
from fundapp.payouts.views import bp, writing
from fundapp.payouts.workflow import CLAIM_WORDS, OWN_CLAIM_WORDS, workflow


def load(user: Any, id: int) -> Claim | None:
    """Load a request for a page, and show times in its fund's zone."""
    found = queries.claim(user, id)
    if found is not None:
        g.zone, g.currency = found.award.application.fund.zone, found.award.application.fund.currency
    return found


@bp.get("/claims/<int:id>")
@guard(SEE, load)
def show(asked: Claim) -> Any:
    """Show one request, to the grantee or to the office with its checklist."""
    return page(asked)


def _approve_form(asked: Claim, **options: Any) -> ApproveForm:
    items = checklist.of(asked.award.application.fund) if asked.kind is ClaimKind.MILESTONES else []
    return approve_form(asked, items, language(), **options)


def page(asked: Claim, form: ApproveForm | None = None, reason: ReasonForm | None = None, **more: Any) -> str:
    """Draw the page of a request. more: faults by milestone, a question or answers that were refused."""
    is_own = partner(current_user, asked)
    steps = {move.name for move in workflow.open_to(current_user, asked)}
    whole = asked.kind is not ClaimKind.MILESTONES
    return render_template(
        "payouts/show.html",
        claim=asked,
        award=asked.award,
        fund=asked.award.application.fund,
        is_own=is_own,
        state=(OWN_CLAIM_WORDS if is_own else CLAIM_WORDS)[asked.state],
        steps=steps - {"revise"} if whole else steps,
        events=timeline.of(asked, own=is_own),
        form=form or _approve_form(asked, formdata=None, digest=asked.digest),
        reason=reason or ReasonForm(formdata=None),
        changes=writing.shown_changes(asked),
        reused=[] if is_own else evidence.used_before(asked, current_user),
        signoff=next((one for one in asked.signoffs if one.voided_at is None), None),
        talk=talk.of(asked, current_user, own=is_own),
        may_ask=JUDGE(current_user, asked),
        may_answer=writer(current_user, asked),
        opinions=[] if is_own else opinions.of(asked),
        opinion_words=OPINION_WORDS,
        verdict_words=VERDICT_WORDS,
        **({"faults": _faults(asked), "question": None, "answers": {}} | more),
    )


def _faults(asked: Claim) -> delivery.Faults:
    """Say what would keep it from being approved, while it can still be; consent is asked in the form."""
    if asked.state not in opinions.JUDGED:
        return {}
    return delivery.faults(asked, [line.milestone_id for line in asked.lines])


@bp.post("/claims/<int:id>/approve")
@guard(JUDGE, load)
def approve(asked: Claim) -> Any:
    """Approve the content of the request that was on the page, or say beside each line why not."""
    form = _approve_form(asked)
    if not form.validate():
        return page(asked, form), 422
    given: dict[str, Any] = {"checks": form.checks(), "agreed": form.agreed(), "actor": current_user}
    try:
        service.approve(asked, form.note.data or "", form.digest.data, **given, at=clock.now())
    except delivery.NotDelivered as refused:
        db.session.rollback()
        form.form_errors = [refused.message]
        return page(db.session.get_one(Claim, asked.id), form, faults=refused.faults), 422
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
        return page(asked, reason=form), 422
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
