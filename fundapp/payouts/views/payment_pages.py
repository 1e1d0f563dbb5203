"""Single payments: in and out of a batch, paid, come back."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.core import clock
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.payouts import payments, queries
from fundapp.payouts.forms import PaidForm, ReasonForm
from fundapp.payouts.models import Claim, Payment
from fundapp.payouts.rules import PAY
from fundapp.payouts.views import bp
from fundapp.payouts.views.claim_pages import load as load_claim


@bp.post("/claims/<int:id>/list")
@guard(PAY, load_claim)
def list_payment(claim: Claim) -> Any:
    """Put an approved request in the open batch."""
    payments.list_payment(claim, actor=current_user, at=clock.now())
    db.session.commit()
    flash(_("%(code)s is in the batch.", code=claim.code))
    return redirect(_room(claim))


def _room(claim: Claim) -> str:
    return url_for(".index", fund=claim.award.application.fund.slug)


@bp.post("/payments/<int:id>/remove")
@guard(PAY, queries.payment)
def remove(payment: Payment) -> Any:
    """Take a payment out of the open batch."""
    payments.remove(payment, actor=current_user, at=clock.now())
    db.session.commit()
    flash(_("%(code)s is taken out of the batch. It stays approved.", code=payment.claim.code))
    return redirect(_room(payment.claim))


@bp.post("/payments/<int:id>/paid")
@guard(PAY, queries.payment)
def mark_paid(payment: Payment) -> Any:
    """Record the day the bank carried one payment out."""
    form = PaidForm()
    if not form.validate():
        flash(_("Give the day as it stands on the statement."), "bad")
        return redirect(url_for(".batch", id=payment.batch_id))
    payments.mark_paid(payment, form.paid_on.data, actor=current_user, at=clock.now())
    db.session.commit()
    flash(_("%(code)s is marked as paid. The grantee has mail.", code=payment.claim.code))
    return redirect(url_for(".batch", id=payment.batch_id))


@bp.get("/payments/<int:id>/returned")
@guard(PAY, queries.payment)
def ask_returned(payment: Payment) -> Any:
    """Ask why a payment came back."""
    return render_template("payouts/returned.html", payment=payment, form=ReasonForm(formdata=None))


@bp.post("/payments/<int:id>/returned")
@guard(PAY, queries.payment)
def returned(payment: Payment) -> Any:
    """Record that a payment came back."""
    form = ReasonForm()
    if not form.validate():
        return render_template("payouts/returned.html", payment=payment, form=form), 422
    payments.return_payment(payment, form.reason.data, actor=current_user, at=clock.now())
    db.session.commit()
    flash(
        _(
            "%(code)s came back; the request is approved again and can be paid once more.",
            code=payment.claim.code,
        )
    )
    return redirect(url_for(".batch", id=payment.batch_id))
