"""Who reviews what: by hand, by a plan, by a file."""

from typing import Any

from flask import flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from fundapp.accounts.rules import manager
from fundapp.core import once
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.reviews import assign_csv, assigning, office, planning, pool, queries, service
from fundapp.reviews.assign_page import Assigning
from fundapp.reviews.assign_page import assigning as page_of
from fundapp.reviews.forms.assigning import ApplyForm, AssignForm, CsvForm, PlanForm, ReassignForm
from fundapp.reviews.models import Review
from fundapp.reviews.planning import MOST, Settings
from fundapp.reviews.rules import MANAGE
from fundapp.reviews.views.blueprint import bp
from fundapp.reviews.workflow import WORDS
from fundapp.rounds.models import Round
from fundapp.rounds.queries import office_round


def _page(round: Round) -> Assigning:
    g.zone = round.fund.zone
    after, is_missing = request.args.get("after", "")[:40], "missing" in request.args
    return page_of(current_user, round, after=after, is_missing=is_missing, at=g.arrived_at)


# --- by hand -------------------------------------------------------------------------


@bp.get("/office/rounds/<int:id>/reviewers")
@guard(manager, office_round)
def office_assign(round: Round) -> Any:
    """Show who reviews what, for whom somebody is missing, and the load of each reviewer."""
    form = AssignForm(formdata=None)
    form.due.show(round.stage_at(g.arrived_at).reviews_due_at, round.fund.zone)
    return _assigning(round, form)


def _assigning(round: Round, form: AssignForm, status: int = 200) -> Any:
    page = _page(round)
    form.offer(page, round)
    kept: dict[str, Any] = {"missing": 1} if "missing" in request.args else {}
    older = url_for(".office_assign", id=round.id, after=page.older, **kept) if page.older else None
    newer = url_for(".office_assign", id=round.id, **kept) if request.args.get("after") else None
    return render_template(
        "reviews/office_assign.html", round=round, form=form, page=page, words=WORDS,
        is_missing=bool(kept), themes={theme["key"]: theme for theme in round.fund.themes},
        pager={"older_url": older, "newer_url": newer},
    ), status  # fmt: skip


@bp.post("/office/rounds/<int:id>/reviewers")
@guard(manager, office_round)
def assign(round: Round) -> Any:
    """Ask one reviewer for the ticked proposals."""
    form = AssignForm()
    if (done := once.result(form.once.data)) is not None:
        return redirect(done)
    form.offer(_page(round), round)
    asked = pool.reviewer(round, int(form.reviewer.data or 0)) if form.validate() else None
    if asked is None:
        return _assigning(round, form, 422)
    chosen = pool.chosen_applications(current_user, round, form.applications.data)
    made, refused = service.assign_all(
        chosen, asked, actor=current_user, at=g.arrived_at, due_at=form.due.instant
    )
    once.remember(form.once.data, url_for(".office_assign", id=round.id), at=g.arrived_at)
    db.session.commit()
    _say(asked.name, len(made), refused)
    return redirect(url_for(".office_assign", id=round.id))


def _say(name: str, count: int, refused: list[tuple[Any, str]]) -> None:
    if count:
        flash(
            ngettext(
                "%(name)s is asked for one proposal.",
                "%(name)s is asked for %(num)d proposals.",
                count,
                name=name,
            )
        )
    for application, why in refused:
        flash(f"{application.code} {application.title}: {why}", "warn")


# --- to somebody else ----------------------------------------------------------------


def _reassigning(review: Review, form: ReassignForm, status: int = 200) -> Any:
    g.zone = review.application.round.fund.zone
    return render_template("reviews/reassign.html", review=review, form=form), status


def _reassign_form(review: Review, **given: Any) -> ReassignForm:
    form, round = ReassignForm(**given), review.application.round
    people = [row for row in pool.pool(current_user, round) if row.id != review.reviewer_id]
    form.offer(people, round.fund.zone)
    return form


@bp.get("/office/reviews/<int:id>/reassign")
@guard(MANAGE, queries.office_review)
def ask_reassign(review: Review) -> Any:
    """Ask who reviews a proposal instead, and why."""
    form = _reassign_form(review, formdata=None)
    form.due.show(review.due_at, review.application.round.fund.zone)
    return _reassigning(review, form)


@bp.post("/office/reviews/<int:id>/reassign")
@guard(MANAGE, queries.office_review)
def reassign(review: Review) -> Any:
    """Take a review off one person and ask another."""
    form, round = _reassign_form(review), review.application.round
    to = pool.reviewer(round, int(form.reviewer.data or 0)) if form.validate() else None
    if to is None:
        return _reassigning(review, form, 422)
    given = {"due_at": form.due.instant, "actor": current_user._get_current_object(), "at": g.arrived_at}
    try:
        office.reassign(review, to, form.note.data, **given)
    except service.NotAssignable as refusal:
        db.session.rollback()
        form.reviewer.errors = [refusal.message]
        return _reassigning(review, form, 422)
    db.session.commit()
    flash(_("%(name)s is asked instead.", name=to.name))
    return redirect(url_for(".office_assign", id=round.id))


# --- by a plan -----------------------------------------------------------------------


@bp.get("/office/rounds/<int:id>/reviewers/plan")
@guard(manager, office_round)
def assign_plan(round: Round) -> Any:
    """Show the best plan, why each pairing, what can't be met; changes nothing."""
    form = PlanForm(request.args, data={"wanted": round.stage_at(g.arrived_at).reviews_wanted, "most": MOST})
    if request.args and not form.validate():
        return _plan(round, form, None, 422)
    return _plan(round, form, Settings(form.wanted.data, form.most.data))


def _plan(
    round: Round, form: PlanForm, settings: Settings | None, status: int = 200, message: str = ""
) -> Any:
    g.zone = round.fund.zone
    plan = planning.plan(current_user, round, settings, at=g.arrived_at) if settings else None
    return render_template(
        "reviews/assign_plan.html", round=round, form=form, plan=plan, message=message,
        told=assigning.told, unmet=assigning.unmet(plan) if plan else [],
    ), status  # fmt: skip


@bp.post("/office/rounds/<int:id>/reviewers/plan")
@guard(manager, office_round)
def apply_plan(round: Round) -> Any:
    """Carry out the plan that was shown: everybody gets one mail, or nobody is asked."""
    form = ApplyForm()
    if not form.validate():
        return redirect(url_for(".assign_plan", id=round.id))
    settings = Settings(form.wanted.data, form.most.data)
    user = current_user._get_current_object()
    try:
        made = assigning.apply_shown(user, round, settings, form.digest.data, at=g.arrived_at)
    except Refusal as refusal:
        db.session.rollback()
        again = PlanForm(None, data={"wanted": settings.wanted, "most": settings.most})
        return _plan(round, again, settings, refusal.status, refusal.message)
    db.session.commit()
    _say_all(len(made))
    return redirect(url_for(".office_assign", id=round.id))


def _say_all(count: int) -> None:
    flash(
        ngettext("One review is asked for.", "%(num)d reviews are asked for; one mail each person.", count)
        if count
        else _("There was nothing to ask.")
    )


# --- by a file -----------------------------------------------------------------------


@bp.get("/office/rounds/<int:id>/reviewers/lines")
@guard(manager, office_round)
def assign_lines(round: Round) -> Any:
    """Ask for a file of assignments."""
    return _lines(round, CsvForm(formdata=None))


def _lines(round: Round, form: CsvForm, reading: Any = None, status: int = 200) -> Any:
    g.zone = round.fund.zone
    return render_template("reviews/assign_lines.html", round=round, form=form, reading=reading), status


@bp.post("/office/rounds/<int:id>/reviewers/lines")
@guard(manager, office_round)
def look_at_lines(round: Round) -> Any:
    """Show what the lines would do, and what is wrong with them; changes nothing."""
    form = CsvForm()
    is_fine, reading = form.validate(), _read(form, round)
    if not is_fine or reading is None:
        return _lines(round, form, None, 422)
    return _lines(round, form, reading, 422 if reading.faults else 200)


@bp.post("/office/rounds/<int:id>/reviewers/lines/apply")
@guard(manager, office_round)
def apply_lines(round: Round) -> Any:
    """Carry out the lines that were shown: all of them, or none."""
    form, user = CsvForm(), current_user._get_current_object()
    try:
        made = assign_csv.apply(form.text, user, round, form.digest.data or "", at=g.arrived_at)
    except Refusal as refusal:
        db.session.rollback()
        flash(refusal.message, "warn")
        return _lines(round, form, _read(form, round), refusal.status)
    db.session.commit()
    _say_all(len(made))
    return redirect(url_for(".office_assign", id=round.id))


def _read(form: CsvForm, round: Round) -> Any:
    try:
        return assign_csv.read(form.text, current_user, round, at=g.arrived_at)
    except Refusal as refusal:
        form.lines.errors = [refusal.message]
        return None


@bp.get("/office/rounds/<int:id>/reviewers.csv")
@guard(manager, office_round)
def assignments_csv(round: Round) -> Any:
    """Give the assignments as lines that can be read in again."""
    answer = make_response(assign_csv.written(current_user, round))
    answer.headers["Content-Type"] = "text/csv; charset=utf-8"
    answer.headers["Content-Disposition"] = f'attachment; filename="reviewers-{round.slug}.csv"'
    return answer
