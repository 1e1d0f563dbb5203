"""Reviews of one application side by side, and what is discussed about them."""

from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.applications.models import Application
from fundapp.applications.queries import seen_application
from fundapp.core import once
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.core.web import language
from fundapp.reviews import queries
from fundapp.reviews import together as reading
from fundapp.reviews.forms import TalkForm
from fundapp.reviews.models import Review, ReviewState
from fundapp.reviews.rules import READ, REVIEW, staff
from fundapp.reviews.views.blueprint import bp


def _own_in(user: Any, id: int) -> Review | None:
    """Load one of the person's own reviews that is handed in: before that there is nothing to see."""
    review = queries.own_review(user, id)
    return review if review is not None and review.state is ReviewState.SUBMITTED else None


def _page(application: Application, form: TalkForm, *, review: Review | None, status: int = 200) -> Any:
    g.zone = application.round.fund.zone
    page = reading.together(current_user, application, language())
    form.offer(page.criteria)
    may_talk = (review is not None or staff(current_user, application)) and not page.is_own_open
    return render_template(
        "reviews/together.html",
        application=application,
        review=review,
        page=page,
        form=form,
        may_talk=may_talk,
    ), status


def _talk(application: Application, review: Review | None) -> Any:
    form = TalkForm()
    if done := once.result(form.once.data):
        return redirect(done)
    form.offer(application.stage.rubric.criteria)
    if not form.validate():
        return _page(application, form, review=review, status=422)
    try:
        made = reading.discuss(
            application, subject=form.subject.data, body=form.body.data, about=form.about.data or "",
            actor=current_user, at=g.arrived_at,
        )  # fmt: skip
    except Refusal as fault:
        db.session.rollback()
        form.body.errors = [fault.message]
        return _page(application, form, review=review, status=fault.status)
    target = url_for("applications.thread", id=made.id)
    once.remember(form.once.data, target, at=g.arrived_at)
    db.session.commit()
    flash(_("The discussion is open. Those who judged this proposal, and the office, can read it."))
    return redirect(target)


@bp.get("/reviews/<int:id>/together")
@guard(REVIEW, _own_in)
def together(review: Review) -> Any:
    """Show what others wrote beside one's own, once that is in."""
    return _page(review.application, TalkForm(formdata=None), review=review)


@bp.post("/reviews/<int:id>/together")
@guard(REVIEW, _own_in)
def talk(review: Review) -> Any:
    """Open a discussion with those who judged the same proposal."""
    return _talk(review.application, review)


@bp.get("/office/applications/<int:id>/reviews")
@guard(READ, seen_application)
def office_together(application: Application) -> Any:
    """Show the office all reviews of an application: scores, reasons, evidence and movement."""
    return _page(application, TalkForm(formdata=None), review=None)


@bp.post("/office/applications/<int:id>/reviews")
@guard(staff, seen_application)
def office_talk(application: Application) -> Any:
    """Open a discussion with those who judged a proposal."""
    return _talk(application, None)
