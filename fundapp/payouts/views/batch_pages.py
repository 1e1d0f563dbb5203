"""Batches: looked at, released after a comparison, downloaded, answered by the bank."""

from typing import Any

from flask import Response, abort, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.accounts.rules import finance
from fundapp.core import clock, files
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.funds.models import Fund
from fundapp.payouts import batches, payments, queries, room
from fundapp.payouts.forms import PaidForm, ReasonForm
from fundapp.payouts.models import Batch, PaymentState
from fundapp.payouts.rules import MONEY, RELEASE
from fundapp.payouts.views import bp
from fundapp.payouts.workflow import BATCH_WORDS, PAYMENT_WORDS
from fundapp.payouts.workflow import batches as batch_moves


def load(user: Any, id: int) -> Batch | None:
    """Load a batch for a page, and show times in its fund's zone."""
    found = queries.batch(user, id)
    if found is not None:
        g.zone = fund_of(found).zone
    return found


def fund_of(batch: Batch) -> Fund:
    """Give the fund a batch pays for."""
    return db.session.get_one(Fund, batch.fund_id)


@bp.get("/batches/<int:id>", endpoint="batch")
@guard(MONEY, load)
def show_batch(batch: Batch) -> Any:
    """Show one batch with its payments."""
    return _page(batch, PaidForm(formdata=None, paid_on=clock.day(clock.now(), fund_of(batch).zone)))


def _page(batch: Batch, form: PaidForm) -> str:
    lines = room.lines_of(current_user, batch)
    return render_template(
        "payouts/batch.html",
        batch=batch,
        fund=fund_of(batch),
        lines=lines,
        total=sum(line.amount_cents for line in lines),
        is_whole=not any(line.is_hidden for line in lines),
        names=room.people_of(batch),
        state=BATCH_WORDS[batch.state],
        words=PAYMENT_WORDS,
        moves={move.name for move in batch_moves.open_to(current_user, batch)},
        at_bank=[line for line in lines if line.state is PaymentState.ORDERED],
        may_pay=finance(current_user, batch),
        form=form,
    )


@bp.get("/batches/<int:id>/file")
@guard(MONEY, queries.whole_batch)
def download(batch: Batch) -> Any:
    """Give the file of a released batch: the same bytes each time."""
    file = queries.batch_file(batch)
    if file is None:
        abort(404)
    given = Response(files.content(file), mimetype=file.media_type)
    given.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return given


@bp.post("/batches/<int:id>/paid")
@guard(RELEASE, load)
def all_paid(batch: Batch) -> Any:
    """Record that the bank carried out every payment that is still open, on one day."""
    form = PaidForm()
    if not form.validate():
        return _page(batch, form), 422
    now = clock.now()
    for payment in [one for one in batch.payments if one.state is PaymentState.ORDERED]:
        payments.mark_paid(payment, form.paid_on.data, actor=current_user, at=now)
    db.session.commit()
    flash(_("The payments are marked as paid. Their grantees have mail."))
    return redirect(url_for(".batch", id=batch.id))


@bp.get("/batches/<int:id>/cancel")
@guard(RELEASE, load)
def ask_cancel(batch: Batch) -> Any:
    """Ask before a batch is cancelled."""
    return render_template("payouts/cancel.html", batch=batch, form=ReasonForm(formdata=None))


@bp.post("/batches/<int:id>/cancel")
@guard(RELEASE, load)
def cancel(batch: Batch) -> Any:
    """Cancel a batch."""
    form = ReasonForm()
    if not form.validate():
        return render_template("payouts/cancel.html", batch=batch, form=form), 422
    batches.cancel_batch(batch, form.reason.data, actor=current_user, at=clock.now())
    db.session.commit()
    flash(_("The batch is cancelled. Its requests stay approved and can be paid in another batch."))
    return redirect(url_for(".batch", id=batch.id))
