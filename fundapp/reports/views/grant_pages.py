"""Pages about how a grant turned out: its evaluation, scores at the end, whether it lives on."""

from datetime import timedelta
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.core import clock, once
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.core.rules import SIGNED_IN
from fundapp.core.web import language
from fundapp.grants.models import Award
from fundapp.reports import aftercare_queries, alive, closing, fund_service
from fundapp.reports import evaluation_queries as queries
from fundapp.reports.forms.aftercare import AliveForm, AskClosingForm, DeclineForm, typed_sheet
from fundapp.reports.forms.evaluating import EmptyForm
from fundapp.reports.grant_page import grant_page
from fundapp.reports.models import AliveCheck
from fundapp.reports.rules import ANSWER_ALIVE, ASK_CLOSING, READ_GRANT
from fundapp.reports.views.blueprint import bp
from fundapp.reviews.models import Review
from fundapp.reviews.scores import Incomplete
from fundapp.reviews.sheet import Entry, entry_of


def _grant(user: Any, id: int) -> Award | None:
    found = queries.visible_grant(user, id)
    if found is not None:
        g.zone = found.application.fund.zone
    return found


def _ask_form(award: Award) -> AskClosingForm:
    form = AskClosingForm()
    form.reviewer.choices = [(person.id, person.name) for person in closing.pool(award)]
    return form


def _show(award: Award, form: AskClosingForm) -> str:
    if not form.is_submitted():
        form.due_on.data = clock.day(clock.now(), award.application.fund.zone) + timedelta(days=28)
    page = grant_page(award, language())
    may_ask = ASK_CLOSING(current_user, award)
    return render_template("reports/grant.html", award=award, page=page, form=form, may_ask=may_ask)


@bp.get("/grants/<int:id>")
@guard(READ_GRANT, _grant)
def grant(award: Award) -> Any:
    """Show how a grant turned out: its newest evaluation, who scores again, whether it lives on."""
    return _show(award, _ask_form(award))


@bp.post("/grants/<int:id>")
@guard(READ_GRANT, _grant)
def make_grant(award: Award) -> Any:
    """Make the evaluation of a grant from what the records say now."""
    if not EmptyForm().validate():
        abort(400)
    fund_service.take_grant(award, actor=current_user, at=clock.now())
    db.session.commit()
    flash(_("The evaluation of %(code)s is made.", code=award.application.code))
    return redirect(url_for(".grant", id=award.id))


@bp.post("/grants/<int:id>/closing")
@guard(ASK_CLOSING, _grant)
def ask_closing(award: Award) -> Any:
    """Ask a reviewer to score the project again."""
    form, to = _ask_form(award), url_for(".grant", id=award.id, _anchor="governance")
    if (done := once.result(form.once.data)) is not None:
        return redirect(done)
    if not form.validate() or form.due_on.data is None:
        return _show(award, form), 422
    person = next(one for one in closing.pool(award) if one.id == form.reviewer.data)
    now = clock.now()
    closing.ask(award, person, due_on=form.due_on.data, actor=current_user, at=now)
    once.remember(form.once.data, to, at=now)
    db.session.commit()
    flash(_("%(name)s was asked to score the project again.", name=person.name))
    return redirect(to)


# --- the assessor's sheet --------------------------------------------------------------


def _closing(user: Any, id: int) -> Review | None:
    found = aftercare_queries.own_closing(user, id)
    if found is not None:
        g.zone = found.application.fund.zone
    return found


def _sheet(review: Review, entries: dict[int, Entry], lacks: dict[int, str], status: int = 200) -> Any:
    award = aftercare_queries.award_of(review)
    return render_template(
        "reports/closing.html",
        review=review,
        award=award,
        criteria=closing.criteria_of(review),
        entries=entries,
        lacks=lacks,
        facts=aftercare_queries.facts_of(award) if review.state == "accepted" else None,
        decline=DeclineForm(None),
    ), status


def _kept(review: Review) -> dict[int, Entry]:
    return {score.criterion_id: entry_of(score) for score in review.scores}


@bp.get("/closing/<int:id>", endpoint="closing")
@guard(SIGNED_IN, _closing)
def closing_sheet(review: Review) -> Any:
    """Show what is asked of an assessor: first whether there is a tie, then the sheet."""
    return _sheet(review, _kept(review), {})


@bp.post("/closing/<int:id>/begin")
@guard(SIGNED_IN, _closing)
def begin_closing(review: Review) -> Any:
    """Take it on by declaring no tie."""
    if not EmptyForm().validate():
        abort(400)
    closing.begin(review, actor=current_user, at=clock.now())
    db.session.commit()
    return redirect(url_for(".closing", id=review.id))


@bp.post("/closing/<int:id>/decline")
@guard(SIGNED_IN, _closing)
def decline_closing(review: Review) -> Any:
    """Decline, with a reason."""
    form = DeclineForm()
    if not form.validate():
        return _sheet(review, _kept(review), {}, 422)
    closing.decline(review, form.reason.data or "", actor=current_user, at=clock.now())
    db.session.commit()
    flash(_("You have declined. Thank you for saying so."))
    return redirect(url_for("public.home"))


@bp.post("/closing/<int:id>")
@guard(SIGNED_IN, _closing)
def save_closing(review: Review) -> Any:
    """Keep the sheet, and hand it in where that was wished."""
    if not EmptyForm().validate():
        abort(400)
    now, typed = clock.now(), typed_sheet(closing.criteria_of(review))
    try:
        closing.save(review, typed, actor=current_user, at=now)
        if request.form.get("do") == "hand_in":
            closing.hand_in(review, actor=current_user, at=now)
    except Incomplete as left:
        db.session.commit()
        return _sheet(review, typed, {criterion.id: lack for criterion, lack in left.lacks}, 422)
    db.session.commit()
    flash(_("Your scores are handed in. Thank you.") if review.submitted_at else _("The sheet is saved."))
    return redirect(url_for(".closing", id=review.id))


# --- does it live on? ------------------------------------------------------------------


def _check(user: Any, id: int) -> AliveCheck | None:
    found = aftercare_queries.alive_check(user, id)
    if found is not None:
        g.zone = found.application.fund.zone
    return found


@bp.get("/alive/<int:id>", endpoint="alive")
@guard(ANSWER_ALIVE, _check)
def alive_page(check: AliveCheck) -> Any:
    """Ask whether a project lives on."""
    answered = None if check.is_alive is None else "yes" if check.is_alive else "no"
    form = AliveForm(None, obj=check, data={"is_alive": answered} if answered else None)
    if answered:
        form.is_alive.data = answered
    return render_template("reports/alive.html", check=check, form=form)


@bp.post("/alive/<int:id>")
@guard(ANSWER_ALIVE, _check)
def answer_alive(check: AliveCheck) -> Any:
    """Keep whether a project lives on."""
    form = AliveForm()
    to = url_for(".alive", id=check.id)
    if (done := once.result(form.once.data)) is not None:
        return redirect(done)
    if not form.validate():
        return render_template("reports/alive.html", check=check, form=form), 422
    now = clock.now()
    try:
        alive.answer(check, form.is_alive.data == "yes", form.details(), actor=current_user, at=now)
    except Refusal as refused:
        if refused.status != 422:
            raise
        form.is_alive.errors = [refused.message]
        return render_template("reports/alive.html", check=check, form=form), 422
    once.remember(form.once.data, to, at=now)
    db.session.commit()
    flash(_("Thank you. Your answer is kept."))
    return redirect(to)
