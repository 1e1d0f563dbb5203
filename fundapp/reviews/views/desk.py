"""The desk: the proposal beside the score sheet, saved while one writes, handed in when it is whole."""

from typing import Any

from flask import flash, g, get_template_attribute, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from fundapp.core import clock
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.web import language
from fundapp.reviews import blind, desks, effort, queries, service, worklist
from fundapp.reviews.forms import RevisionForm, SheetForm, sheet_form
from fundapp.reviews.models import Review, ReviewState
from fundapp.reviews.rules import REVIEW
from fundapp.reviews.sheet import Clash, sheet_of
from fundapp.reviews.views.blueprint import bp


def desk_form(review: Review, kind: type[SheetForm] = SheetForm) -> SheetForm:
    """Give the form of the sheet, as it was sent or as it stands."""
    return sheet_form(review.rubric.criteria, sheet_of(review), kind)


def draw(review: Review, form: SheetForm, status: int = 200, **shown: Any) -> Any:
    """Draw the desk.

    shown: clashes (what another window changed), asks (say what is missing), pin_fault (criterion,
    words, what was sent).
    """
    g.zone = review.application.round.fund.zone
    page = desks.desk(current_user, review, language(), file_link)
    given = {"clashes": {}, "asks": False, "pin_fault": None, **shown}
    return render_template("reviews/desk.html", review=review, form=form, page=page, **given), status


def file_link(id: int) -> str:
    """Give the address of an attachment, for who works on its proposal."""
    return url_for("applications.seen_file", id=id)


@bp.get("/reviews/<int:id>/desk")
@guard(REVIEW, queries.own_desk)
def desk(review: Review) -> Any:
    """Show the proposal beside the criteria."""
    return draw(
        review, desk_form(review, RevisionForm if review.state is ReviewState.SUBMITTED else SheetForm)
    )


@bp.post("/reviews/<int:id>/desk")
@guard(REVIEW, queries.own_desk)
def save(review: Review) -> Any:
    """Keep what was written."""
    form = desk_form(review)
    if not form.validate():
        return draw(review, form, 422)
    if clashes := keep(review, form):
        return compare(review, form, clashes)
    flash(_("Saved at %(time)s.", time=_time(review)))
    return redirect(url_for(".desk", id=review.id))


@bp.post("/reviews/<int:id>/autosave")
@guard(REVIEW, queries.own_desk)
def autosave(review: Review) -> Any:
    """Keep what was written; tell the script the time, what is missing, and what the window shows."""
    form = desk_form(review)
    if not form.validate():
        return jsonify(refused=True), 422
    sheet = form.sheet(review.rubric.criteria)
    if service.save_sheet(review, sheet, actor=current_user, at=g.arrived_at):
        db.session.rollback()  # all of it stays in the browser until a person has compared
        return jsonify(changed=True), 409
    db.session.commit()
    version = sheet.shown_after(sheet_of(review))
    return jsonify(saved_at=_time(review), version=version, parts=_written_parts(review))


def _written_parts(review: Review) -> dict[str, str]:
    """Draw what changes with each save, by the id it has on the page."""
    written = desks.written(review)
    found = {name: piece(name)(written) for name in ("progress", "missing")}
    badge = piece("badge")
    scores = {f"s{key}": badge(entry) for key, entry in written.sheet.entries.items()}
    bar = _("%(scored)s of %(count)s scored", scored=written.scored, count=written.count)
    return {**found, **scores, "bar": bar}


def piece(name: str) -> Any:
    """Give one of the macros that draw a part of the desk."""
    return get_template_attribute("reviews/_desk.html", name)


def keep(review: Review, form: SheetForm) -> list[Clash]:
    """Keep what one window holds and commit; gives what another window changed first."""
    sheet = form.sheet(review.rubric.criteria)
    clashes = service.save_sheet(review, sheet, actor=current_user, at=g.arrived_at)
    db.session.commit()  # what nobody else touched is kept, also when something clashes
    return clashes


def compare(review: Review, form: SheetForm, clashes: list[Clash]) -> Any:
    """Show both texts; pressing the button again keeps the one in the field."""
    form.show(sheet_of(review))
    return draw(review, form, 409, clashes={clash.key: clash for clash in clashes})


def _time(review: Review) -> str:
    return f"{clock.local(g.arrived_at, review.application.round.fund.zone):%H:%M}"


@bp.post("/reviews/<int:id>/submit")
@guard(REVIEW, queries.own_desk)
def submit(review: Review) -> Any:
    """Keep what was written, then hand it in if nothing is missing."""
    form = desk_form(review)
    if not form.validate():
        return draw(review, form, 422)
    if clashes := keep(review, form):
        return compare(review, form, clashes)
    form.show(sheet_of(review))
    try:
        service.submit(review, read=_read(), actor=current_user, at=g.arrived_at)
    except service.Incomplete:
        return draw(review, form, 422, asks=True)
    db.session.commit()
    flash(
        _(
            "Your review of “%(title)s” is handed in. Thank you.",
            title=blind.title(current_user, review.application),
        )
    )
    return redirect(url_for(".index"))


def _read() -> int | None:
    return request.form.get("read", type=int)


@bp.post("/reviews/<int:id>/revise")
@guard(REVIEW, queries.own_desk)
def revise(review: Review) -> Any:
    """Change scores after handing in, with a reason."""
    form = desk_form(review, RevisionForm)
    if not form.validate():
        return draw(review, form, 422)
    sheet, why = form.sheet(review.rubric.criteria), form.why.data
    try:
        count, clashes = service.revise_sheet(
            review, sheet, why, read=_read(), actor=current_user, at=g.arrived_at
        )
    except service.Incomplete:
        db.session.rollback()
        return draw(review, form, 422, asks=True)
    if clashes:
        return compare(review, form, clashes)
    db.session.commit()
    flash(ngettext("One criterion is changed.", "%(num)d criteria are changed.", count))
    return redirect(url_for(".desk", id=review.id))


@bp.post("/reviews/<int:id>/read")
@guard(REVIEW, queries.own_desk)
def read_on(review: Review) -> Any:
    """Say that a newer version was read, and that a review which is in still stands."""
    service.read_on(review, _read() or 0, actor=current_user, at=g.arrived_at)
    db.session.commit()
    is_in = review.state is ReviewState.SUBMITTED
    flash(_("Your review stands for this version too.") if is_in else _("Noted: you read this version."))
    return redirect(url_for(".desk", id=review.id))


@bp.post("/reviews/<int:id>/skip")
@guard(REVIEW, queries.own_desk)
def skip(review: Review) -> Any:
    """Keep what was written, put this one at the end of the batch, and go to the next."""
    form = desk_form(review)
    if not form.validate():
        return draw(review, form, 422)
    if clashes := keep(review, form):
        return compare(review, form, clashes)
    after = worklist.neighbours(current_user, review).after
    service.skip(review, actor=current_user, at=g.arrived_at)
    db.session.commit()
    return redirect(url_for(".desk", id=after.id) if after else url_for(".index"))


@bp.post("/reviews/<int:id>/time")
@guard(REVIEW, queries.own_desk)
def beat(review: Review) -> Any:
    """Count half a minute in which this page was in view, for the script."""
    seconds = effort.beat(review, actor=current_user, at=g.arrived_at)
    db.session.commit()
    return jsonify(seconds=seconds)
