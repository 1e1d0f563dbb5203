"""Pinning passages of the proposal to a criterion, by script or by hand."""

from typing import Any, NamedTuple

from flask import g, jsonify, redirect, render_template_string, request, url_for
from flask_login import current_user

from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.core.web import language
from fundapp.reviews import desks, pins, queries
from fundapp.reviews.models import Review
from fundapp.reviews.rules import REVIEW
from fundapp.reviews.views.blueprint import bp
from fundapp.reviews.views.desk import compare, desk_form, draw, file_link, keep, piece
from fundapp.rounds.models import Criterion

PROPOSAL = """{% import "applications/_text.html" as texts %}{{ texts.proposal(sections) }}"""


class Sent(NamedTuple):
    """What was sent to be pinned."""

    criterion: Criterion | None
    field: str
    quote: str
    nth: int

    @classmethod
    def read(cls, review: Review) -> "Sent":
        """Read it: selected with the script, or chosen and pasted under a criterion."""
        key = request.form.get("pin", type=int)
        criterion = next((one for one in review.rubric.criteria if one.id == key), None)
        field = request.form.get("field", request.form.get(f"field-{key}", ""))
        quote = request.form.get("quote", request.form.get(f"quote-{key}", ""))
        return cls(criterion, field, quote, max(0, request.form.get("nth", 0, type=int)))


def _pin(review: Review, sent: Sent) -> None:
    if sent.criterion is not None:
        pins.pin(
            review, sent.criterion, field=sent.field, quote=sent.quote, nth=sent.nth,
            number=request.form.get("read", type=int), actor=current_user, at=g.arrived_at,
        )  # fmt: skip
        db.session.commit()


@bp.post("/reviews/<int:id>/pin")
@guard(REVIEW, queries.own_desk)
def pin(review: Review) -> Any:
    """Keep what was written and pin a passage to a criterion; the script sends the passage alone."""
    sent = Sent.read(review)
    if _is_script():
        return _pinned(review, sent)
    form = desk_form(review)
    if not form.validate():
        return draw(review, form, 422)
    if clashes := keep(review, form):
        return compare(review, form, clashes)
    try:
        _pin(review, sent)
    except Refusal as fault:
        db.session.rollback()
        key = sent.criterion.id if sent.criterion else 0
        return draw(review, desk_form(review), 422, pin_fault=(key, fault.message, sent))
    return redirect(
        url_for(".desk", id=review.id, _anchor=f"a{sent.criterion.id}" if sent.criterion else None)
    )


def _pinned(review: Review, sent: Sent) -> Any:
    try:
        _pin(review, sent)
    except Refusal as fault:
        return jsonify(said=fault.message), fault.status
    return jsonify(parts=_parts(review))


@bp.post("/reviews/<int:id>/unpin")
@guard(REVIEW, queries.own_desk)
def unpin(review: Review) -> Any:
    """Keep what was written and take a pin away."""
    if not _is_script():
        form = desk_form(review)
        if not form.validate():
            return draw(review, form, 422)
        if clashes := keep(review, form):
            return compare(review, form, clashes)
    pins.unpin(review, request.form.get("unpin", 0, type=int), actor=current_user)
    db.session.commit()
    return jsonify(parts=_parts(review)) if _is_script() else redirect(url_for(".desk", id=review.id))


def _is_script() -> bool:
    return request.accept_mimetypes.best == "application/json"


def _parts(review: Review) -> dict[str, str]:
    """Draw what a pin changes, by the id it has on the page."""
    page = desks.desk(current_user, review, language(), file_link)
    unpin_url, pinned = url_for(".unpin", id=review.id), piece("pinned")
    lists = {f"pins{one.id}": pinned(page.pins_on(one), unpin_url) for one in review.rubric.criteria}
    return {
        "proposal": render_template_string(PROPOSAL, sections=page.sections),
        "outline": piece("outline")(page.sections, page.counts),
        **lists,
    }
