"""Office pages of gifts: what is promised and received, each gift by itself, its steps."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.accounts.rules import finance
from fundapp.core import clock, once
from fundapp.core.db import db
from fundapp.core.forms import options
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.core.web import language
from fundapp.core.words import pick
from fundapp.funds import gift_papers, gift_queries, gifts, ledger, service
from fundapp.funds.forms.funds import GIVERS
from fundapp.funds.forms.gifts import CameInForm, NewGiftForm, NoteForm, PaidBackForm, RefundForm, ThemeForm
from fundapp.funds.models import Contribution, Fund, Gift, Refund
from fundapp.funds.rules import MONEY, OFFICE
from fundapp.funds.views.blueprint import bp, pdf, seen
from fundapp.funds.workflow import BOOK, DEEDS, GIFT_WORDS, REFUND_WORDS, refunds

seen_gift = gift_queries.office_gift
seen_refund = gift_queries.office_refund


def themes(fund: Fund) -> list[tuple[str, str]]:
    """Give the choices of what a gift can be for."""
    return [("", _("Everything the fund does"))] + [
        (theme["key"], pick(theme, language())) for theme in fund.themes
    ]


@bp.get("/office/funds/<int:id>/gifts")
@guard(OFFICE, seen)
def gifts_of(fund: Fund) -> Any:
    """List what a fund was promised and given."""
    asked, theme = request.args.get("state", ""), request.args.get("theme", "any")
    state = Gift(asked) if asked in set(Gift) else None
    return render_template(
        "funds/gifts.html", fund=fund, state=state, theme=theme, words=GIFT_WORDS,
        rows=gift_queries.listed(fund, state, None if theme == "any" else theme),
        sums=gift_queries.sums(fund.id), figures=ledger.figures(fund.id), themes=themes(fund),
        may_book=BOOK(current_user, fund), today=clock.day(clock.now(), fund.zone),
    )  # fmt: skip


def _new_form(fund: Fund, **given: Any) -> NewGiftForm:
    form = NewGiftForm(**given)
    form.amount.currency = fund.currency
    form.theme.choices = options(themes(fund))
    return form


@bp.get("/office/funds/<int:id>/gifts/new")
@guard(BOOK, seen)
def new_gift(fund: Fund) -> Any:
    """Ask what is given."""
    form = _new_form(fund, formdata=None, on=clock.day(clock.now(), fund.zone), language=language())
    return render_template("funds/gift_new.html", fund=fund, form=form)


@bp.post("/office/funds/<int:id>/gifts/new")
@guard(BOOK, seen)
def give(fund: Fund) -> Any:
    """Write a gift down: a promise, or money in the bank."""
    form = _new_form(fund)
    if (done := once.result(form.once.data)) is not None:
        return redirect(done)
    if not form.validate():
        return render_template("funds/gift_new.html", fund=fund, form=form), 422
    now = clock.now()
    gift = _write_down(fund, form, now)
    db.session.flush()
    to = url_for(".gift", id=gift.id)
    once.remember(form.once.data, to, at=now)
    db.session.commit()
    flash(_("The gift is written down."))
    return redirect(to)


def _write_down(fund: Fund, form: NewGiftForm, now: Any) -> Contribution:
    names = ("giver", "giver_kind", "is_anonymous", "language")
    about = {name: form[name].data for name in names}
    about |= {"amount_cents": form.amount.data, "theme": form.theme.data or None}
    about["email"] = (form.email.data or "").strip()
    if form.how.data == "received":
        return service.receive(fund, received_on=form.on.data, actor=current_user, at=now, **about)
    return gifts.pledge(
        fund, pledged_on=form.on.data, expected_on=form.expected_on.data, actor=current_user, at=now, **about
    )


@bp.get("/office/gifts/<int:id>")
@guard(OFFICE, seen_gift)
def gift(gift: Contribution) -> Any:
    """Show one gift: where its money is, what was done, what can be done."""
    return _page(gift)


def _page(gift: Contribution, **faulty: Any) -> Any:
    today, fund = clock.day(clock.now(), gift.fund.zone), gift.fund
    forms = {
        "came_in": CameInForm(formdata=None, received_on=today, amount=gift.amount_cents),
        "theme": ThemeForm(formdata=None, theme=gift.theme or ""),
        "refund": RefundForm(formdata=None),
        "paid_back": PaidBackForm(formdata=None, paid_on=today),
    } | faulty
    forms["theme"].theme.choices = options(themes(fund))
    return render_template(
        "funds/gift.html", fund=fund, gift=gift, words=GIFT_WORDS, refund_words=REFUND_WORDS,
        kinds=dict(GIVERS), themes=dict(themes(fund)), forms_of=forms, is_faulty=bool(faulty),
        account=next(iter(fund.accounts), None),
        held=ledger.by_gift(fund.id, [gift.id])[gift.id], history=gift_queries.history(gift), deeds=DEEDS,
        today=today,
        refund_moves={one.id: refunds.open_to(current_user, one) for one in gift.refunds},
        may_book=BOOK(current_user, gift), refundable=gifts.refundable(gift),
        own_page=url_for(".giver", token=gifts.token(gift), _external=True),
    ), (422 if faulty else 200)  # fmt: skip


def _done(gift_id: int, form: Any, words: str) -> Any:
    to = url_for(".gift", id=gift_id)
    if form is not None:
        once.remember(form.once.data, to, at=clock.now())
    db.session.commit()
    flash(words)
    return redirect(to)


@bp.post("/office/gifts/<int:id>/received")
@guard(BOOK, seen_gift)
def gift_came_in(gift: Contribution) -> Any:
    """Book that a promised gift came in."""
    form = CameInForm()
    form.amount.currency = gift.fund.currency
    if (done := once.result(form.once.data)) is not None:
        return redirect(done)
    if not form.validate():
        return _page(gift, came_in=form)
    gifts.come_in(
        gift, received_on=form.received_on.data, amount_cents=form.amount.data,
        expects_rest=form.expects_rest.data, actor=current_user, at=clock.now(),
    )  # fmt: skip
    return _done(gift.id, form, _("The gift is booked as received."))


@bp.get("/office/gifts/<int:id>/cancel")
@guard(BOOK, seen_gift)
def ask_cancel(gift: Contribution) -> Any:
    """Ask before a promise is given up."""
    return render_template("funds/gift_cancel.html", gift=gift, fund=gift.fund, form=NoteForm(formdata=None))


@bp.post("/office/gifts/<int:id>/cancel")
@guard(BOOK, seen_gift)
def cancel_gift(gift: Contribution) -> Any:
    """Write down that a promised gift will not come."""
    form = NoteForm()
    if not form.validate():
        return render_template("funds/gift_cancel.html", gift=gift, fund=gift.fund, form=form), 422
    gifts.cancel(gift, note=form.note.data, actor=current_user, at=clock.now())
    return _done(gift.id, None, _("The promise is cancelled."))


@bp.post("/office/gifts/<int:id>/theme")
@guard(BOOK, seen_gift)
def earmark_gift(gift: Contribution) -> Any:
    """Restrict a gift to a theme, or lift that."""
    form = ThemeForm()
    form.theme.choices = options(themes(gift.fund))
    if (done := once.result(form.once.data)) is not None:
        return redirect(done)
    if form.validate() and (form.theme.data or None) == gift.theme:
        form.theme.errors = [_("This is what it is for already.")]
    if form.errors:
        return _page(gift, theme=form)
    gifts.earmark(gift, form.theme.data or None, note=form.note.data, actor=current_user, at=clock.now())
    return _done(gift.id, form, _("What the gift is for is changed."))


@bp.post("/office/gifts/<int:id>/refunds")
@guard(BOOK, seen_gift)
def ask_refund(gift: Contribution) -> Any:
    """Ask that money of a gift goes back."""
    form = RefundForm()
    form.amount.currency = gift.fund.currency
    if (done := once.result(form.once.data)) is not None:
        return redirect(done)
    if form.validate():
        now, cents = clock.now(), form.amount.data or 0
        try:
            gifts.ask_refund(gift, cents, reason=form.reason.data, actor=current_user, at=now)
        except Refusal as fault:
            form.amount.errors = [str(fault)]
    if form.errors:
        return _page(gift, refund=form)
    return _done(gift.id, form, _("It is asked for. A second person has to agree."))


@bp.post("/office/refunds/<int:id>/agree")
@guard(BOOK, seen_refund)
def agree_refund(refund: Refund) -> Any:
    """Agree that money goes back."""
    gifts.agree_refund(refund, actor=current_user, at=clock.now())
    return _done(refund.contribution_id, None, _("Agreed. Finance can pay it back now."))


@bp.post("/office/refunds/<int:id>/withdraw")
@guard(BOOK, seen_refund)
def withdraw_refund(refund: Refund) -> Any:
    """Leave the money with the fund."""
    gifts.withdraw_refund(refund, actor=current_user, at=clock.now())
    return _done(refund.contribution_id, None, _("The money stays with the fund."))


@bp.post("/office/refunds/<int:id>/paid")
@guard(finance, seen_refund)
def pay_refund(refund: Refund) -> Any:
    """Book that it was paid back."""
    form = PaidBackForm()
    if (done := once.result(form.once.data)) is not None:
        return redirect(done)
    if not form.validate():
        return _page(refund.gift, paid_back=form)
    gifts.pay_refund(refund, paid_on=form.paid_on.data, actor=current_user, at=clock.now())
    return _done(refund.contribution_id, form, _("It is booked as paid back."))


@bp.get("/office/gifts/<int:id>/confirmation.pdf")
@guard(MONEY, seen_gift)
def gift_confirmation(gift: Contribution) -> Any:
    """Give the confirmation of a gift in the giver's language."""
    return pdf(gift_papers.confirmation(gift), gift.reference)
