"""Pages on which the office compares applications that look alike, and joins those that are the same."""

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from fundapp.accounts.rules import auditor, manager
from fundapp.applications import joining, like_lists, queries, side_by_side
from fundapp.applications import likenesses as service
from fundapp.applications.forms.handling import DifferentForm, FindForm, SameForm
from fundapp.applications.models import Application, Likeness, LikenessState
from fundapp.applications.rules import OFFICE, staff
from fundapp.applications.views.blueprint import bp, seen
from fundapp.applications.views.office_list import office_round
from fundapp.applications.workflow import WORDS, workflow
from fundapp.core import once
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.rules import Rule
from fundapp.core.web import language
from fundapp.rounds.models import Round

HINTS = {
    "title": _l("the same title"),
    "url": _l("the same address on the web"),
    "party": _l("the same party"),
    "person": _l("one and the same person applies"),
    "domain": _l("applicants with mail at one organisation"),
}
BOTH = Rule(
    lambda user, alike: OFFICE(user, alike.application) and OFFICE(user, alike.other), "office of both"
)
STAFF_OF_BOTH = Rule(
    lambda user, alike: staff(user, alike.application) and staff(user, alike.other), "staff of both"
)


def _alike(user: Any, id: int) -> Likeness | None:
    found = like_lists.seen_likeness(user, id)
    if found is not None:
        g.zone = found.application.fund.zone
    return found


STATES = {
    LikenessState.OPEN: ("now", _l("Nobody looked yet")),
    LikenessState.DIFFERENT: ("none", _l("Not the same")),
    LikenessState.JOINED: ("ok", _l("Joined with another")),
}
"""Shape and word of what was said of two that look alike."""


@bp.get("/office/rounds/<int:id>/alike")
@guard(manager | auditor, office_round)
def alike_in_round(round: Round) -> Any:
    """List all pairs that look alike in which a round has a part, the most alike first."""
    wanted = request.args.get("state", LikenessState.OPEN.value)
    state = LikenessState(wanted) if wanted in set(LikenessState) else None
    rows = like_lists.in_round(current_user, round.id, state, after=_after(request.args.get("after", "")))
    shown = rows[: like_lists.PAGE]
    last = shown[-1][0] if len(rows) > len(shown) else None
    more = (
        url_for(".alike_in_round", id=round.id, state=wanted, after=f"{last.text_ppm}-{last.id}")
        if last
        else None
    )
    first = url_for(".alike_in_round", id=round.id, state=wanted) if "after" in request.args else None
    return render_template(
        "applications/alike_in_round.html", round=round, rows=shown, state=state, states=STATES,
        counts=like_lists.counts(current_user, round.id), hints=HINTS, words=WORDS,
        page={"older_url": more, "newer_url": first},
    )  # fmt: skip


def _after(text: str) -> tuple[int, int] | None:
    """Read a place in the list from an address; None for what is none."""
    parts = text.split("-")
    whole = [int(part) for part in parts if part.isascii() and part.isdigit() and len(part) < 10]
    return (whole[0], whole[1]) if len(parts) == len(whole) == 2 else None


@bp.get("/office/applications/<int:id>/alike")
@guard(OFFICE, seen)
def office_alike(application: Application) -> Any:
    """List what looks like an application, and what it was joined with."""
    return _list(application, FindForm())


def _list(application: Application, form: FindForm) -> str:
    return render_template(
        "applications/alike.html",
        application=application,
        state=WORDS[application.state],
        rows=like_lists.around(current_user, application),
        joined=joining.joined_with(current_user, application),
        hints=HINTS,
        words=WORDS,
        form=form if workflow.allows("merge", current_user, application) else None,
    )


@bp.post("/office/applications/<int:id>/alike")
@guard(staff, seen)
def office_alike_with(application: Application) -> Any:
    """Compare an application with one that somebody names by its number."""
    form = FindForm()
    found = like_lists.by_code(current_user, application, form.code.data) if form.validate() else None
    if found is None:
        if not form.errors:
            form.code.errors = [
                _("There is no other application of this fund with that number that you may see.")
            ]
        return _list(application, form), 422
    alike = service.pair(application, found, at=g.arrived_at)
    db.session.commit()
    return redirect(url_for(".compare_alike", id=alike.id))


@bp.get("/office/alike/<int:id>")
@guard(BOTH, _alike)
def compare_alike(alike: Likeness) -> Any:
    """Show two applications side by side with what is the same, and what can be said of them."""
    return _compare(alike, DifferentForm())


def _compare(alike: Likeness, form: DifferentForm) -> str:
    both = (alike.application, alike.other)
    versions = [queries.version(one.id, one.version_number) for one in both]
    pairs = (
        side_by_side.pairs(versions[0], versions[1], language(), currency=both[0].fund.currency)
        if versions[0] and versions[1]
        else []
    )
    return render_template(
        "applications/compare_alike.html",
        alike=alike,
        both=both,
        pairs=pairs,
        hints=[HINTS[hint] for hint in alike.hints if hint in HINTS],
        words=WORDS,
        form=form,
        settled_by=queries.names({alike.settled_by}).get(alike.settled_by) if alike.settled_by else None,
        may_settle=STAFF_OF_BOTH(current_user, alike),
        directions=[
            (source, target)
            for source, target in ((both[1], both[0]), both)
            if workflow.allows("merge", current_user, source) and target.state in joining.TARGETS
        ],
    )


@bp.post("/office/alike/<int:id>/different")
@guard(STAFF_OF_BOTH, _alike)
def call_different(alike: Likeness) -> Any:
    """Remember that two applications are not the same."""
    form = DifferentForm()
    if not form.validate():
        return _compare(alike, form), 422
    actor = current_user._get_current_object()
    service.call_different(alike, note=form.note.data or "", actor=actor, at=g.arrived_at)
    db.session.commit()
    flash(_("Remembered: they are not the same. They will not be shown to you as look-alikes again."))
    return redirect(url_for(".office_alike", id=alike.application_id))


@bp.get("/office/applications/<int:id>/join/<int:into>")
@guard(staff, like_lists.source_and_target)
def join_with(pair: like_lists.Joining) -> Any:
    """Ask before an application is joined with another."""
    form = SameForm(data={"lets_read": pair.has_same_people})
    return render_template("applications/join_with.html", pair=pair, application=pair.application, form=form)


@bp.post("/office/applications/<int:id>/join/<int:into>")
@guard(staff, like_lists.source_and_target)
def join_with_now(pair: like_lists.Joining) -> Any:
    """Join an application with another, which alone goes on."""
    form = SameForm()
    if done := once.result(form.once.data):
        return redirect(done)
    if not form.validate():
        return render_template(
            "applications/join_with.html", pair=pair, application=pair.application, form=form
        ), 422
    joining.merge(
        pair.application,
        pair.into,
        lets_read=form.lets_read.data,
        note=form.note.data or "",
        actor=current_user._get_current_object(),
        at=g.arrived_at,
    )
    target = url_for(".office_show", id=pair.into.id)
    once.remember(form.once.data, target, at=g.arrived_at)
    db.session.commit()
    flash(_("%(title)s is joined with this one; its applicants get a mail.", title=pair.application.title))
    return redirect(target)
