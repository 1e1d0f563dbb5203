"""Money that comes back: claimed, agreed in parts, received, written off by two."""

from collections.abc import Callable
from typing import Any

from flask import Response, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.applications.rules import partner
from fundapp.core import clock, once
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.core.web import language
from fundapp.grants.models import Award
from fundapp.grants.views import load as load_grant
from fundapp.payouts import account_papers, recoveries, recovery_lists
from fundapp.payouts.forms.settlements import PartsForm, ReceiptForm, RecoveryForm, WhyForm, WriteOffForm
from fundapp.payouts.models import Recovery, RecoveryReason
from fundapp.payouts.rules import PAY, SEE
from fundapp.payouts.settling import CLAIM_BACK, REASONS, RECOVERY_WORDS, WRITE_OFF
from fundapp.payouts.settling import recoveries as flow
from fundapp.payouts.views import bp


def load_recovery(user: Any, id: int) -> Recovery | None:
    """Load a recovery for a page, and show times in its fund's zone."""
    found = recovery_lists.recovery(user, id)
    if found is not None:
        g.zone, g.currency = found.award.application.fund.zone, found.award.application.fund.currency
    return found


# --- claimed -----------------------------------------------------------------------


@bp.get("/grants/<int:id>/recoveries/new")
@guard(CLAIM_BACK, load_grant)
def new_recovery(award: Award) -> Any:
    """Ask what has to come back, and why."""
    return _new_page(award, RecoveryForm(formdata=None))


@bp.post("/grants/<int:id>/recoveries/new")
@guard(CLAIM_BACK, load_grant)
def open_recovery(award: Award) -> Any:
    """Claim money back; sent twice, it is claimed once."""
    form = RecoveryForm()
    if (done := once.result(form.once.data)) is not None:
        return redirect(done)
    if not form.validate() or form.half():
        return _new_page(award, form), 422
    try:
        made = _opened(award, form)
    except Refusal as refused:
        return _refused(award, form, refused)
    there = url_for(".recovery", id=made.id)
    once.remember(form.once.data, there, at=clock.now())
    db.session.commit()
    flash(_("It is claimed back; the grantee has the letter by mail."))
    return redirect(there)


def _opened(award: Award, form: RecoveryForm) -> Recovery:
    return recoveries.open_claim(
        award,
        RecoveryReason(form.reason.data),
        form.amount.data or 0,
        form.why.data or "",
        form.given(),
        actor=current_user,
        at=clock.now(),
    )


def _refused(award: Award, form: RecoveryForm, refused: Refusal) -> Any:
    id = award.id
    db.session.rollback()
    form.form_errors.append(refused.message)
    return _new_page(db.session.get_one(Award, id), form), refused.status


def _new_page(award: Award, form: RecoveryForm) -> str:
    most = recoveries.most(award)
    return render_template(
        "payouts/recovery_new.html", award=award, fund=award.application.fund, form=form, most=most
    )


# --- one of them ---------------------------------------------------------------------


@bp.get("/recoveries/<int:id>")
@guard(SEE, load_recovery)
def recovery(row: Recovery) -> Any:
    """Show what is owed, in which parts, what came in, and what can be done."""
    return _page(row)


def _page(row: Recovery, **filled: Any) -> str:
    forms: dict[str, Any] = {
        "receipt": ReceiptForm(formdata=None),
        "instalments": PartsForm(formdata=None),
        "why": WhyForm(formdata=None),
        "written_off": WriteOffForm(formdata=None, cents=row.rest_cents),
    }
    return render_template(
        "payouts/recovery.html",
        recovery=row,
        award=row.award,
        fund=row.application.fund,
        account=recovery_lists.own_account_of(row),
        is_own=partner(current_user, row),
        steps={move.name for move in flow.open_to(current_user, row)},
        words=RECOVERY_WORDS[row.state],
        reason=REASONS[row.reason],
        people=recovery_lists.people(row),
        too_much=recovery_lists.too_much(row),
        today=clock.day(clock.now(), row.application.fund.zone),
        **(forms | filled),
    )


@bp.post("/recoveries/<int:id>/receive")
@guard(PAY, load_recovery)
def receive(row: Recovery) -> Any:
    """Enter money that came in; sent twice, it is entered once."""
    form = ReceiptForm()
    if (done := once.result(form.once.data)) is not None:
        return redirect(done)
    if not form.validate():
        return _page(row, receipt=form), 422

    def do() -> None:
        cents, day = form.amount.data or 0, form.received_on.data
        recoveries.receive(row, cents, day, actor=current_user, at=clock.now())
        once.remember(form.once.data, url_for(".recovery", id=row.id), at=clock.now())

    return _try(row, do, _("Entered. The money is back in the round."), form, receipt=form)


@bp.post("/recoveries/<int:id>/parts")
@guard(CLAIM_BACK, load_recovery)
def reschedule(row: Recovery) -> Any:
    """Agree on other parts and days."""
    form = PartsForm()
    if not form.validate() or form.half():
        return _page(row, instalments=form), 422

    def do() -> None:
        recoveries.reschedule(row, form.given(), actor=current_user, at=clock.now())

    return _try(row, do, _("The new days are kept; the grantee has them by mail."), form, instalments=form)


@bp.post("/recoveries/<int:id>/propose-write-off")
@guard(CLAIM_BACK, load_recovery)
def propose_write_off(row: Recovery) -> Any:
    """Propose to write off what is still owed."""
    said = _("Proposed. Somebody else decides.")
    return _with_why(row, recoveries.propose_write_off, said)


@bp.post("/recoveries/<int:id>/drop-write-off")
@guard(CLAIM_BACK, load_recovery)
def drop_write_off(row: Recovery) -> Any:
    """Take the proposal off the table."""
    recoveries.drop_write_off(row, actor=current_user, at=clock.now())
    return _done(row, _("The proposal is off the table; the money is still to come."))


@bp.post("/recoveries/<int:id>/write-off")
@guard(WRITE_OFF, load_recovery)
def write_off(row: Recovery) -> Any:
    """Write off what is still owed, as the second person."""
    form = WriteOffForm()
    if not form.validate():
        return _page(row, written_off=form), 422
    recoveries.write_off(row, form.cents.data or 0, actor=current_user, at=clock.now())
    return _done(row, _("Written off. The grantee has mail."))


@bp.post("/recoveries/<int:id>/cancel")
@guard(CLAIM_BACK, load_recovery)
def cancel_recovery(row: Recovery) -> Any:
    """Drop a claim that was a mistake."""
    return _with_why(row, recoveries.cancel, _("The claim is dropped. The grantee has mail."))


def _with_why(row: Recovery, do: Callable[..., Any], said: str) -> Any:
    form = WhyForm()
    if not form.validate():
        return _page(row, why=form), 422
    do(row, form.reason.data, actor=current_user, at=clock.now())
    return _done(row, said)


def _try(row: Recovery, do: Callable[[], None], said: str, form: Any, **filled: Any) -> Any:
    """Do it, or say the refusal above the form with everything that was typed."""
    id = row.id
    try:
        do()
    except Refusal as refused:
        db.session.rollback()
        form.form_errors.append(refused.message)
        return _page(db.session.get_one(Recovery, id), **filled), refused.status
    return _done(row, said)


def _done(row: Recovery, said: str) -> Any:
    db.session.commit()
    flash(said)
    return redirect(url_for(".recovery", id=row.id))


@bp.get("/recoveries/<int:id>.pdf")
@guard(SEE, load_recovery)
def recovery_paper(row: Recovery) -> Any:
    """Give the letter that claims the money back as PDF."""
    given = Response(account_papers.recovery(row, language()), mimetype="application/pdf")
    given.headers["Content-Disposition"] = f'inline; filename="{row.code}.pdf"'
    return given
