"""Pages on which many decisions are proposed or approved at once."""

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from fundapp.accounts.rules import manager
from fundapp.core import money, once
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.decisions import many, pages, reasons
from fundapp.decisions.forms import ManyForm, PreviewForm, ReadForm
from fundapp.decisions.models import Outcome
from fundapp.decisions.views.blueprint import bp
from fundapp.decisions.views.round_pages import index_page
from fundapp.rounds.models import Round
from fundapp.rounds.queries import office_round


@bp.post("/office/rounds/<int:id>/decisions/prepare")
@guard(manager, office_round)
def prepare(round: Round) -> Any:
    """Show what would be proposed for all that is ticked; nothing is written yet."""
    form = ManyForm()
    form.offer(reasons.reasons_of(round.fund_id))
    ids = request.form.getlist("applications", type=int)
    if not form.validate() or not ids:
        refusal = "" if ids else _("Tick the applications first.")
        return index_page(round, form, refusal, 422)
    outcome = Outcome(form.outcome.data)
    rows = many.candidates(current_user, round, ids, outcome, form.text.data or "")
    known = {one.code for one in reasons.open_to(reasons.reasons_of(round.fund_id), outcome)}
    codes = [code for code in form.codes.data or [] if code in known]
    return _preview(round, outcome, rows, [{"codes": codes} for _row in rows])


def _preview(
    round: Round,
    outcome: Outcome,
    rows: list[many.Candidate],
    typed: list[dict[str, Any]],
    *,
    refusal: str = "",
    status: int = 200,
) -> Any:
    g.zone = round.fund.zone
    return render_template(
        "decisions/prepare.html", round=round, outcome=outcome, rows=list(zip(rows, typed, strict=True)),
        form=PreviewForm(formdata=None, outcome=outcome.value), left_cents=pages.left(round), refusal=refusal,
        reasons=reasons.open_to(reasons.reasons_of(round.fund_id), outcome),
    ), status  # fmt: skip


@bp.post("/office/rounds/<int:id>/decisions/propose")
@guard(manager, office_round)
def propose_many(round: Round) -> Any:
    """Propose all that was prepared, or none."""
    form, to = PreviewForm(), url_for(".office_index", id=round.id)
    if (done := once.result(form.once.data)) is not None:
        return redirect(done)
    outcome = Outcome(form.outcome.data)
    wanted, faults = _wanted(round, outcome)
    if faults:
        return _again(round, outcome, wanted, faults)
    try:
        made = many.propose_all(round, wanted, actor=current_user, at=g.arrived_at)
    except many.AtRow as fault:
        db.session.rollback()
        return _again(round, outcome, wanted, {fault.application_id: fault.message}, fault.status)
    once.remember(form.once.data, to, at=g.arrived_at)
    db.session.commit()
    flash(ngettext("One decision is proposed.", "%(num)d decisions are proposed.", len(made)))
    return redirect(to)


def _wanted(round: Round, outcome: Outcome) -> tuple[list[many.Wanted], dict[int, str]]:
    """Read the rows of the preview, and what is wrong with their amounts."""
    wanted, faults = [], {}
    for id in request.form.getlist("applications", type=int):
        cents = None
        if outcome is Outcome.AWARDED:
            try:
                cents = money.read(request.form.get(f"amount-{id}", "")).cents
            except money.UnreadableAmount as fault:
                faults[id] = str(fault)
        wanted.append(
            many.Wanted(
                id,
                outcome,
                cents,
                request.form.get(f"text-{id}", ""),
                request.form.getlist(f"codes-{id}"),
                request.form.get(f"mark-{id}", ""),
            )
        )
    return wanted, faults


def _again(
    round: Round, outcome: Outcome, wanted: list[many.Wanted], faults: dict[int, str], status: int = 422
) -> Any:
    """Show the preview again with everything that was typed, and what is wrong beside its row."""
    rows = many.candidates(current_user, round, [one.application_id for one in wanted], outcome, "")
    by_id = {one.application_id: one for one in wanted}
    typed = [
        {
            "codes": list(by_id[row.application.id].codes),
            "text": by_id[row.application.id].to_applicant,
            "amount": request.form.get(f"amount-{row.application.id}", ""),
            "fault": faults.get(row.application.id, ""),
        }
        for row in rows
    ]
    return _preview(
        round, outcome, rows, typed, refusal=_("Nothing is proposed yet: see the row below."), status=status
    )


@bp.post("/office/rounds/<int:id>/decisions/approve")
@guard(manager, office_round)
def approve_many(round: Round) -> Any:
    """Approve all that is ticked, each as it stood on the page."""
    form, to = ReadForm(), url_for(".office_index", id=round.id)
    if (done := once.result(form.once.data)) is not None:
        return redirect(done)
    shown = {id: request.form.get(f"shown-{id}", "") for id in request.form.getlist("decisions", type=int)}
    if not shown:
        return index_page(round, ManyForm(formdata=None), _("Tick the proposals first."), 422)
    try:
        done_now, open_still = many.approve_all(round, shown, actor=current_user, at=g.arrived_at)
    except Refusal as fault:
        db.session.rollback()
        return index_page(round, ManyForm(formdata=None), fault.message, fault.status)
    once.remember(form.once.data, to, at=g.arrived_at)
    db.session.commit()
    _say_approved(done_now, open_still)
    return redirect(to)


def _say_approved(done: int, still: int) -> None:
    if done:
        flash(
            ngettext(
                "One decision is approved; its letter waits to be read over.",
                "%(num)d decisions are approved; their letters wait to be read over.",
                done,
            )
        )
    if still:
        flash(
            ngettext(
                "One approval is kept; it needs another.",
                "%(num)d approvals are kept; they need another.",
                still,
            )
        )
