"""Pages on which a round is prepared and changed."""

from collections.abc import Callable
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.core import once
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.funds.models import Fund
from fundapp.rounds import service
from fundapp.rounds.forms.calls import RoundForm
from fundapp.rounds.models import Round, RoundState
from fundapp.rounds.rules import MANAGE
from fundapp.rounds.views import choices
from fundapp.rounds.views.blueprint import bp, seen, seen_fund


def actor() -> Any:
    """Give the person at hand, as services want them."""
    return current_user._get_current_object()


def refusable(form: Any, do: Callable[[], Any]) -> Any:
    """Run one service call; a refusal is shown above the form, whose entries stay; None then."""
    try:
        return do()
    except Refusal as refused:
        db.session.rollback()
        form.form_errors = [*form.form_errors, refused.message]
        return None


def _form(fund: Fund, round: Round | None = None) -> RoundForm:
    """Make the form for a round of a fund, with the forms and rubrics it may use."""
    form = RoundForm(data=_data(round) if round else None).in_zone(fund.zone).in_currency(fund.currency)
    if round is not None and request.method == "GET":
        for name in ("opens_at", "closes_at", "reviews_due_at"):
            form[name].show(getattr(round.stage, name), fund.zone)
    choices.offer(form, fund, round.stage if round else None)
    if round is not None and round.state is not RoundState.DRAFT:
        form.keep_promises()
    return form


def _data(round: Round) -> dict[str, Any]:
    stage = round.stage
    texts = {
        f"{name}_{language}": (getattr(round, name) or {}).get(language, "")
        for name in ("name", "summary", "conditions")
        for language in ("en", "nl")
    }
    return texts | {
        "slug": round.slug, "budget": round.budget_cents, "lowest": round.lowest_cents,
        "highest": round.highest_cents, "grace_minutes": stage.grace_minutes,
        "reviews_wanted": stage.reviews_wanted, "decide_by_on": round.decide_by_on,
        "form": f"row:{stage.form_id}", "rubric": f"row:{stage.rubric_id}",
        "is_sealed": round.is_sealed, "is_trial": round.is_trial, "is_blind": stage.is_blind,
        "shows_disclosure": round.shows_disclosure,
    }  # fmt: skip


def _page(fund: Fund, round: Round | None, form: RoundForm, status: int = 200) -> Any:
    return render_template("rounds/edit.html", fund=fund, round=round, form=form), status


@bp.get("/office/funds/<int:id>/rounds/new")
@guard(MANAGE, seen_fund)
def new(fund: Fund) -> Any:
    """Ask what a new round needs."""
    return _page(fund, None, _form(fund))


@bp.post("/office/funds/<int:id>/rounds/new")
@guard(MANAGE, seen_fund)
def create(fund: Fund) -> Any:
    """Prepare a round."""
    form = _form(fund)
    if done := once.result(form.once.data):
        return redirect(done)
    if not form.validate():
        return _page(fund, None, form, 422)
    values = form.values() | choices.chosen(form, fund)
    made = refusable(form, lambda: service.create(fund, **values, actor=actor(), at=g.arrived_at))
    if made is None:
        return _page(fund, None, form, 422)
    db.session.flush()  # its address carries its id
    once.remember(form.once.data, url_for(".show", id=made.id), at=g.arrived_at)
    db.session.commit()
    flash(_("The round is prepared. It is not visible to anyone outside the office yet."))
    return redirect(url_for(".show", id=made.id))


@bp.get("/office/rounds/<int:id>/edit")
@guard(MANAGE, seen)
def edit(round: Round) -> Any:
    """Show what can be changed about a round."""
    return _page(round.fund, round, _form(round.fund, round))


@bp.post("/office/rounds/<int:id>/edit")
@guard(MANAGE, seen)
def change(round: Round) -> Any:
    """Change a round: anything in draft, texts and dates later."""
    form = _form(round.fund, round)
    if not form.validate():
        return _page(round.fund, round, form, 422)
    values = form.values() | choices.chosen(form, round.fund) | {"reason": form.reason.data or ""}
    done = refusable(form, lambda: service.change(round, actor=actor(), at=g.arrived_at, **values))
    if done is None:
        return _page(round.fund, round, form, 422)
    db.session.commit()
    flash(_("Changed.") if done else _("Nothing was different, so nothing was changed."))
    return redirect(url_for(".show", id=round.id))
