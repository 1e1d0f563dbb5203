"""The desk: the proposal beside the score sheet, saved while one writes, handed in when it is whole."""

from typing import Any

from flask import flash, g, jsonify, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from fundapp.core import clock
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.web import language
from fundapp.reviews import pages, queries, service
from fundapp.reviews.forms import RevisionForm, SheetForm, sheet_form
from fundapp.reviews.models import Review, ReviewState
from fundapp.reviews.rules import REVIEW
from fundapp.reviews.sheet import Clash, sheet_of
from fundapp.reviews.views.blueprint import bp


def _form(review: Review, kind: type[SheetForm] = SheetForm) -> SheetForm:
    return sheet_form(review.rubric.criteria, sheet_of(review), kind)


def _page(review: Review, form: SheetForm, status: int = 200, **shown: Any) -> Any:
    """Draw the desk. shown: clashes (what another window changed), asks (say what is missing)."""
    g.zone = review.application.round.fund.zone
    page = pages.desk(current_user, review, language())
    given = {"clashes": {}, "asks": False, **shown}
    return render_template("reviews/desk.html", review=review, form=form, page=page, **given), status


@bp.get("/reviews/<int:id>/desk")
@guard(REVIEW, queries.own_desk)
def desk(review: Review) -> Any:
    """Show the proposal beside the criteria."""
    return _page(review, _form(review, RevisionForm if review.state is ReviewState.SUBMITTED else SheetForm))


@bp.post("/reviews/<int:id>/desk")
@guard(REVIEW, queries.own_desk)
def save(review: Review) -> Any:
    """Keep what was written."""
    form = _form(review)
    if not form.validate():
        return _page(review, form, 422)
    if clashes := _keep(review, form):
        return _compare(review, form, clashes)
    flash(_("Saved at %(time)s.", time=_time(review)))
    return redirect(url_for(".desk", id=review.id))


@bp.post("/reviews/<int:id>/autosave")
@guard(REVIEW, queries.own_desk)
def autosave(review: Review) -> Any:
    """Keep what was written, for the script: the time and what the window is shown from now on."""
    form = _form(review)
    if not form.validate():
        return jsonify(refused=True), 422
    sheet = form.sheet(review.rubric.criteria)
    if service.save_sheet(review, sheet, actor=current_user, at=g.arrived_at):
        db.session.rollback()  # all of it stays in the browser until a person has compared
        return jsonify(changed=True), 409
    db.session.commit()
    return jsonify(saved_at=_time(review), version=sheet.shown_after(sheet_of(review)))


def _keep(review: Review, form: SheetForm) -> list[Clash]:
    sheet = form.sheet(review.rubric.criteria)
    clashes = service.save_sheet(review, sheet, actor=current_user, at=g.arrived_at)
    db.session.commit()  # what nobody else touched is kept, also when something clashes
    return clashes


def _compare(review: Review, form: SheetForm, clashes: list[Clash]) -> Any:
    """Show both texts; pressing the button again keeps the one in the field."""
    form.show(sheet_of(review))
    by_criterion = {clash.criterion.id if clash.criterion else 0: clash for clash in clashes}
    return _page(review, form, 409, clashes=by_criterion)


def _time(review: Review) -> str:
    return f"{clock.local(g.arrived_at, review.application.round.fund.zone):%H:%M}"


@bp.post("/reviews/<int:id>/submit")
@guard(REVIEW, queries.own_desk)
def submit(review: Review) -> Any:
    """Keep what was written, then hand it in if nothing is missing."""
    form = _form(review)
    if not form.validate():
        return _page(review, form, 422)
    if clashes := _keep(review, form):
        return _compare(review, form, clashes)
    form.show(sheet_of(review))
    try:
        service.submit(review, actor=current_user, at=g.arrived_at)
    except service.Incomplete:
        return _page(review, form, 422, asks=True)
    db.session.commit()
    flash(_("Your review of “%(title)s” is handed in. Thank you.", title=review.application.title))
    return redirect(url_for(".index"))


@bp.post("/reviews/<int:id>/revise")
@guard(REVIEW, queries.own_desk)
def revise(review: Review) -> Any:
    """Change scores after handing in, with a reason."""
    form = _form(review, RevisionForm)
    if not form.validate():
        return _page(review, form, 422)
    entries = form.sheet(review.rubric.criteria).entries
    try:
        count = service.revise(review, entries, form.why.data, actor=current_user, at=g.arrived_at)
    except service.Incomplete:
        db.session.rollback()
        return _page(review, form, 422, asks=True)
    db.session.commit()
    flash(ngettext("One criterion is changed.", "%(num)d criteria are changed.", count))
    return redirect(url_for(".desk", id=review.id))
