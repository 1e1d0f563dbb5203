"""The release of a batch: what goes, what is set aside, warnings answered, the password, and the sheet."""

from datetime import datetime
from typing import Any

from flask import Response, current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.accounts.service import prove_again
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.funds import ledger
from fundapp.funds.models import Account
from fundapp.payouts import answering, bank_lines, batches, queries, release_sheets, risk_groups, risks, room
from fundapp.payouts.forms.releases import ReleaseForm, reasons
from fundapp.payouts.models import Batch, BatchState
from fundapp.payouts.rules import MONEY, RELEASE
from fundapp.payouts.views import bp
from fundapp.payouts.views.batch_pages import fund_of, load

PROVED = "proved"


@bp.get("/batches/<int:id>/release")
@guard(RELEASE, load)
def release(batch: Batch) -> Any:
    """Show every payment with the totals and the warnings, and ask."""
    return _page(batch, ReleaseForm(formdata=None, pay_on=batch.pay_on))


def _page(batch: Batch, form: ReleaseForm, fault: str = "") -> Any:
    if batch.state is not BatchState.OPEN:
        return redirect(url_for(".batch", id=batch.id))
    fund, now = fund_of(batch), clock.now()
    told = bank_lines.of_batch(batch, fund, current_app.config["SETTINGS"], now)
    going = bank_lines.going(told)
    if form.digest.data is None:
        form.digest.data = batches.list_digest(going)
    found = risks.of_batch(batch.id, fund, now)
    held, total = ledger.balances(batch.fund_id), sum(one.amount_cents for one in going)
    lines = {line.id: line for line in room.lines_of(current_user, batch)}
    bank = held[Account.BANK] - held[Account.ORDERED]
    return render_template(
        "payouts/release.html", batch=batch, fund=fund, form=form, fault=fault, total=total, told=told,
        lines=lines, going=[lines[one.id] for one in going], names=room.people_of(batch),
        aside=[(lines[one.payment.id], one.fault) for one in told if one.fault],
        mine=[one for one in lines.values() if _is_mine(one)],
        groups=risk_groups.of(found, [one.id for one in going], lines),
        open=risks.unanswered(found, [one.id for one in going]),
        bank=bank, after=bank - total, needs_second=batches.needs_second(fund, going),
        is_first_released=batches.is_first_released(batch, going), is_proved=_proved_at(now) is not None,
    )  # fmt: skip


def _is_mine(line: Any) -> bool:
    return current_user.id in (line.claimed_by, line.approved_by) or bool(line.is_hidden)


@bp.post("/batches/<int:id>/warnings")
@guard(RELEASE, load)
def answer_warnings(batch: Batch) -> Any:
    """Keep the reasons that were given, and go on."""
    made = answering.answer_warnings(batch, reasons(request.form), actor=current_user, at=clock.now())
    db.session.commit()
    if made:
        flash(ngettext("%(num)s warning is answered.", "%(num)s warnings are answered.", len(made)))
    return redirect(url_for(".release", id=batch.id))


@bp.post("/batches/<int:id>/release")
@guard(RELEASE, load)
def send(batch: Batch) -> Any:
    """Release the batch: the file is made, once; or the second releaser is asked."""
    form, now = ReleaseForm(), clock.now()
    if not form.validate():
        return _page(batch, form), 422
    if (proved_at := _prove(form, now)) is None:
        return _page(batch, form), 422
    settings = current_app.config["SETTINGS"]
    try:
        file = batches.release_batch(
            batch, form.pay_on.data, form.digest.data, settings=settings, actor=current_user, at=now,
            proved_at=proved_at,
        )  # fmt: skip
    except Refusal as fault:
        if type(fault) is not Refusal:
            raise
        db.session.rollback()
        form.digest.data = None
        return _page(batch, form, str(fault)), 422
    db.session.commit()
    session.pop(PROVED, None)
    _tell(batch, file is not None)
    return redirect(url_for(".batch", id=batch.id))


def _tell(batch: Batch, is_sent: bool) -> None:
    if is_sent:
        flash(
            _("The batch is released. Download the file, give it to the bank, and compare the totals there.")
        )
        return
    flash(
        _("You released %(id)s as the first. A second person at finance completes it.", id=batch.message_id)
    )


def _prove(form: ReleaseForm, now: datetime) -> datetime | None:
    """Give when the password was last given; a wrong one is told beside the field."""
    if not form.password.data:
        if (before := _proved_at(now)) is None:
            form.password.errors = [_("Give your password again: a release needs a fresh sign-in.")]
        return before
    fits = prove_again(current_user, form.password.data, at=now, settings=current_app.config["SETTINGS"])
    db.session.commit()  # a wrong try counts, whatever follows
    if not fits:
        form.password.errors = [_("This is not your password.")]
        return None
    session[PROVED] = [current_user.id, now.isoformat()]
    return now


def _proved_at(now: datetime) -> datetime | None:
    """Give when this person last gave the password in this session, while that is fresh."""
    who, at = session.get(PROVED, (0, ""))
    if who != current_user.id or not at:
        return None
    given = datetime.fromisoformat(at)
    return given if now - given <= batches.FRESH else None


@bp.get("/batches/<int:id>/sheet")
@guard(MONEY, queries.whole_batch)
def sheet(batch: Batch) -> Any:
    """Give the release sheet, to hold against the bank's screen."""
    lang = request.args.get("lang") or str(get_locale() or "en")
    content = release_sheets.sheet(batch, fund_of(batch), "nl" if lang.startswith("nl") else "en")
    given = Response(content, mimetype="application/pdf")
    given.headers["Content-Disposition"] = f'inline; filename="{batch.message_id}-{lang}.pdf"'
    return given
