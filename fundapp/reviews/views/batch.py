"""A reviewer's list, and the card on which they say whether they have ties."""

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.accounts.rules import reviewer
from fundapp.applications.readers import is_blind_for
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.reviews import blind, queries, service
from fundapp.reviews.batches import Show, batch_of
from fundapp.reviews.forms import DeclineForm, TieForm, ties_form
from fundapp.reviews.models import Review, ReviewState
from fundapp.reviews.rules import REVIEW
from fundapp.reviews.views.blueprint import bp
from fundapp.reviews.workflow import WORDS


@bp.get("/reviews")
@guard(reviewer)
def index() -> Any:
    """Show a reviewer what to do next, and all of their batch; ?show= lists a part of it."""
    batch = batch_of(current_user, g.arrived_at)
    g.zone = batch.zone
    asked = request.args.get("show", "")
    show = Show(asked) if asked in set(Show) else Show.ALL
    return render_template(
        "reviews/index.html", batch=batch, show=show, form=ties_form(batch.invited), words=WORDS
    )


@bp.post("/reviews/ties")
@guard(reviewer)
def declare_all() -> Any:
    """Take the answers about ties for several proposals at once."""
    invited = queries.own_invited(current_user)
    said = ties_form(batch_of(current_user, g.arrived_at).invited).said(invited)
    tied = service.answer_all(invited, said, actor=current_user, at=g.arrived_at)
    db.session.commit()
    if said:
        flash(_("Your answers are saved. What you have no ties with is open now."))
    if tied:
        return redirect(url_for(".card", id=tied[0].id, tie="have"))
    return redirect(url_for(".index"))


@bp.get("/reviews/<int:id>")
@guard(REVIEW, queries.own_review)
def card(review: Review) -> Any:
    """Show title and people only, and ask for ties."""
    if review.state is ReviewState.SUBMITTED:
        return redirect(url_for(".desk", id=review.id))
    chosen = "have" if request.args.get("tie") == "have" else None
    return _card(review, TieForm(formdata=None, answer=chosen), DeclineForm(formdata=None))


def _card(review: Review, tie: TieForm, reason: DeclineForm, status: int = 200) -> Any:
    g.zone = review.application.round.fund.zone
    known: dict[str, Any] = {"title": blind.title(current_user, review.application)}
    known["hint"] = queries.hint(review)
    if not is_blind_for(current_user, review.application):
        known["people"] = queries.people(review.application_id)
    return render_template("reviews/card.html", review=review, tie=tie, reason=reason, **known), status


@bp.post("/reviews/<int:id>/tie")
@guard(REVIEW, queries.own_review)
def declare(review: Review) -> Any:
    """Take the answer: the proposal opens, or it closes for good."""
    form = TieForm()
    if not form.validate():
        return _card(review, form, DeclineForm(formdata=None), 422)
    if form.answer.data == "none":
        service.accept(review, actor=current_user, at=g.arrived_at)
        db.session.commit()
        return redirect(url_for(".desk", id=review.id))
    note = form.note.data or ""
    service.declare_tie(review, form.state, kind=form.tie, note=note, actor=current_user, at=g.arrived_at)
    db.session.commit()
    flash(_("Thank you for saying so. This proposal is gone from your list."))
    return redirect(url_for(".index"))


@bp.post("/reviews/<int:id>/decline")
@guard(REVIEW, queries.own_review)
def decline(review: Review) -> Any:
    """Decline a review for a reason that is no tie."""
    form = DeclineForm()
    if not form.validate():
        return _card(review, TieForm(formdata=None), form, 422)
    service.decline(review, form.reason.data, actor=current_user, at=g.arrived_at)
    db.session.commit()
    flash(_("The office knows, and finds somebody else. Thank you for telling us early."))
    return redirect(url_for(".index"))
