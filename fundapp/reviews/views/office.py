"""Office pages of reviewing: one review, the ranking of a round."""

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.accounts.rules import auditor, manager
from fundapp.applications.models import ConflictKind
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.reviews import office, pages, queries
from fundapp.reviews.forms import BarForm, LineForm, NoteForm
from fundapp.reviews.models import Review
from fundapp.reviews.ranking import Order
from fundapp.reviews.rules import MANAGE, READ
from fundapp.reviews.views.blueprint import bp, chosen_stage
from fundapp.reviews.workflow import WORDS, workflow
from fundapp.rounds.models import Round
from fundapp.rounds.queries import office_round

MOVES = ("reopen", "release")


# --- one review --------------------------------------------------------------------


@bp.get("/office/reviews/<int:id>")
@guard(READ, queries.office_review)
def office_show(review: Review) -> Any:
    """Show one review: what it says once it is in, and what the office can do with it."""
    return _show(review, NoteForm(formdata=None), BarForm(formdata=None))


def _show(review: Review, note: NoteForm, tie: BarForm, status: int = 200) -> Any:
    g.zone = review.application.round.fund.zone
    moves = [move for move in workflow.open_to(current_user, review) if move.name in MOVES]
    return render_template(
        "reviews/office_show.html", review=review, note=note, tie=tie, moves=moves,
        page=pages.shown(review), may_bar=MANAGE(current_user, review), words=WORDS,
    ), status  # fmt: skip


@bp.post("/office/reviews/<int:id>/reopen")
@guard(workflow["reopen"].by, queries.office_review)
def office_reopen(review: Review) -> Any:
    """Hand a review back to its writer, with a reason."""
    form = NoteForm()
    if not form.validate():
        return _show(review, form, BarForm(formdata=None), 422)
    office.reopen(review, form.note.data, actor=current_user, at=g.arrived_at)
    db.session.commit()
    flash(_("%(name)s can write on it again.", name=review.reviewer.name))
    return redirect(url_for(".office_show", id=review.id))


@bp.post("/office/reviews/<int:id>/release")
@guard(workflow["release"].by, queries.office_review)
def office_release(review: Review) -> Any:
    """Take an open review off somebody's hands, with a reason."""
    form = NoteForm()
    if not form.validate():
        return _show(review, form, BarForm(formdata=None), 422)
    office.release(review, form.note.data, actor=current_user, at=g.arrived_at)
    db.session.commit()
    flash(_("%(name)s does not have to review this any more.", name=review.reviewer.name))
    return redirect(url_for(".office_assign", id=review.round_id))


@bp.post("/office/reviews/<int:id>/tie")
@guard(MANAGE, queries.office_review)
def office_bar(review: Review) -> Any:
    """Record a tie the office found: the reviewer is out at once."""
    form = BarForm()
    if not form.validate():
        return _show(review, NoteForm(formdata=None), form, 422)
    office.bar(review, ConflictKind(form.kind.data), form.note.data, actor=current_user, at=g.arrived_at)
    db.session.commit()
    flash(_("%(name)s sees nothing of this proposal any more.", name=review.reviewer.name))
    return redirect(url_for(".office_assign", id=review.round_id))


# --- the ranking -------------------------------------------------------------------


@bp.get("/office/rounds/<int:id>/ranking")
@guard(manager | auditor, office_round)
def office_ranking(round: Round) -> Any:
    """Show a round in order with its funding line; ?budget= and ?order= try another one."""
    g.zone = round.fund.zone
    form = LineForm(request.args)
    is_fine = form.validate()
    if "budget" not in request.args:
        form.budget.data = round.budget_cents
    stage = chosen_stage(round)
    page = pages.ranking(
        current_user,
        round,
        stage=stage,
        budget_cents=form.budget.data if is_fine else None,
        order=Order(form.order.data) if is_fine and form.order.data else Order.MEAN,
        is_whole="all" in request.args,
    )
    names = ("budget", "order", "stage")
    tried: dict[str, Any] = {name: request.args[name] for name in names if name in request.args}
    whole_url = url_for(".office_ranking", id=round.id, all=1, **tried)
    return render_template(
        "reviews/office_ranking.html", round=round, stage=stage, form=form, page=page, whole_url=whole_url
    ), 200 if is_fine else 422
