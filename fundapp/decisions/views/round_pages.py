"""Pages of the decisions of a round: all of them, the release, the embargo, the reserve list."""

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from fundapp.accounts.rules import auditor, manager
from fundapp.core import once, web
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.decisions import pages, queries, reasons, releasing, reserve, service
from fundapp.decisions.forms import EmbargoForm, ManyForm, PlaceForm, ReleaseForm
from fundapp.decisions.models import Decision
from fundapp.decisions.rules import staff
from fundapp.decisions.views.blueprint import bp
from fundapp.rounds.models import Round
from fundapp.rounds.queries import office_round


@bp.get("/office/rounds/<int:id>/decisions")
@guard(manager | auditor, office_round)
def office_index(round: Round) -> Any:
    """Show every application of a round with what is proposed, approved and released."""
    return index_page(round, ManyForm(formdata=None))


def index_page(round: Round, form: ManyForm, refusal: str = "", status: int = 200) -> Any:
    """Draw the page with what is ticked and filled in."""
    g.zone = round.fund.zone
    page = pages.deciding(current_user, round)
    number = request.args.get("page", 1, type=int)
    given = reasons.reasons_of(round.fund_id, ended=True)
    form.offer([one for one in given if one.ended_at is None])
    return render_template(
        "decisions/office_index.html", round=round, page=page, form=form, refusal=refusal,
        part=pages.part(page.lines, number), may_decide=manager(current_user, round),
        ticked=request.form.getlist("applications"),
        counted=reasons.counted([line.decision for line in page.lines], given, web.language()),
    ), status  # fmt: skip


@bp.get("/office/rounds/<int:id>/release")
@guard(manager, office_round)
def release_round(round: Round) -> Any:
    """Ask before all letters of a round go out."""
    return _ask_round(round, ReleaseForm(formdata=None))


def _ask_round(round: Round, form: ReleaseForm, refusal: str = "", status: int = 200) -> Any:
    g.zone = round.fund.zone
    page = pages.deciding(current_user, round)
    return render_template(
        "decisions/release_round.html", round=round, page=page, form=form, refusal=refusal
    ), status


@bp.post("/office/rounds/<int:id>/release")
@guard(manager, office_round)
def release_all(round: Round) -> Any:
    """Release what this person may release of a round; pressed twice it does so once."""
    form, to = ReleaseForm(), url_for(".office_index", id=round.id)
    if (done := once.result(form.once.data)) is not None:
        return redirect(done)
    form.validate_on_submit()
    try:
        released = service.release_round(round, actor=current_user, at=g.arrived_at)
    except Refusal as fault:
        db.session.rollback()
        return _ask_round(round, form, fault.message, fault.status)
    once.remember(form.once.data, to, at=g.arrived_at)
    db.session.commit()
    _say_released(released)
    return redirect(to)


def _say_released(released: service.Released) -> None:
    flash(
        ngettext(
            "One decision is released; the letter goes out now.",
            "%(num)d decisions are released; the letters go out now.",
            released.sent,
        )
    )
    if released.waiting:
        flash(
            ngettext(
                "One decision waits for another manager.",
                "%(num)d decisions wait for another manager.",
                released.waiting,
            ),
            "warn",
        )


# --- embargo ---------------------------------------------------------------------


@bp.get("/office/rounds/<int:id>/embargo")
@guard(manager, office_round)
def embargo(round: Round) -> Any:
    """Ask until when the decisions of a round stay inside."""
    form = EmbargoForm(formdata=None)
    form.until.show(queries.embargo_of(round), round.fund.zone)
    return _embargo(round, form)


def _embargo(round: Round, form: EmbargoForm, status: int = 200) -> Any:
    g.zone = round.fund.zone
    return render_template("decisions/embargo.html", round=round, form=form), status


@bp.post("/office/rounds/<int:id>/embargo")
@guard(manager, office_round)
def set_embargo(round: Round) -> Any:
    """Set or lift the embargo on all decisions under way."""
    form = EmbargoForm()
    form.until.zone = round.fund.zone
    if not form.validate():
        return _embargo(round, form, 422)
    count = releasing.embargo(round, form.until.instant, actor=current_user, at=g.arrived_at)
    db.session.commit()
    said = (
        ngettext("One decision is under embargo.", "%(num)d decisions are under embargo.", count)
        if form.until.instant
        else _("The embargo is lifted.")
    )
    flash(said)
    return redirect(url_for(".office_index", id=round.id))


# --- the reserve list --------------------------------------------------------------


@bp.get("/office/rounds/<int:id>/reserve")
@guard(manager | auditor, office_round)
def reserve_list(round: Round) -> Any:
    """Show who is first when money comes free."""
    return _reserve(round)


def _reserve(round: Round, refusal: str = "", status: int = 200) -> Any:
    g.zone = round.fund.zone
    return render_template(
        "decisions/reserve.html", round=round, rows=reserve.reserve_list(current_user, round),
        refusal=refusal, left_cents=pages.left(round), may_decide=manager(current_user, round),
    ), status  # fmt: skip


@bp.post("/office/decisions/<int:id>/place")
@guard(staff, queries.office_decision)
def change_place(decision: Decision) -> Any:
    """Move one up or down on the reserve list."""
    form = PlaceForm()
    if not form.validate():
        return redirect(url_for(".reserve_list", id=decision.round_id))
    try:
        reserve.move(
            decision, up=form.up.data == "1", shown=form.shown.data, note=form.note.data or "",
            actor=current_user, at=g.arrived_at,
        )  # fmt: skip
    except Refusal as fault:
        db.session.rollback()
        return _reserve(decision.application.round, fault.message, fault.status)
    db.session.commit()
    return redirect(url_for(".reserve_list", id=decision.round_id))
