"""Ties: a manager's own, which hands an application over, those the office adds, the register of a round."""

from io import BytesIO
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.accounts.rules import auditor, manager
from fundapp.applications import handover, queries, service
from fundapp.applications import register as ties_of
from fundapp.applications.forms.ties import AddTieForm, OwnTieForm
from fundapp.applications.models import Application, ConflictKind, ConflictSource, ConflictState
from fundapp.applications.rules import staff
from fundapp.applications.tie_words import KINDS, SOURCES, explain
from fundapp.applications.views.blueprint import bp, place, seen
from fundapp.applications.workflow import CONFLICT_WORDS
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.core.words import LANGUAGES
from fundapp.rounds import queries as rounds
from fundapp.rounds.models import Round

PAGE = 100
"""Rows of the register on one page."""


@bp.app_context_processor
def _lend() -> dict[str, Any]:
    """Lend pages the words for ties."""
    return {"explain_tie": explain, "TIE_KINDS": KINDS, "TIE_SOURCES": SOURCES}


def _own_form(application: Application) -> OwnTieForm:
    form = OwnTieForm()
    others = [one for one in handover.free_managers(application) if one.id != current_user.id]
    form.offer(others)
    return form


@bp.get("/office/applications/<int:id>/ties/mine")
@guard(staff, seen)
def own_tie(application: Application) -> Any:
    """Ask a manager about a tie of their own."""
    return render_template("applications/own_tie.html", application=application, form=_own_form(application))


@bp.post("/office/applications/<int:id>/ties/mine")
@guard(staff, seen)
def declare_own_tie(application: Application) -> Any:
    """Take a manager's own tie: somebody else handles the application, and it is gone from their pages."""
    form = _own_form(application)
    if not form.validate():
        return render_template("applications/own_tie.html", application=application, form=form), 422
    others = {str(one.id): one for one in handover.free_managers(application)}
    person, round_id = current_user._get_current_object(), application.round_id
    service.declare_conflict(
        application,
        person,
        ConflictState.BARRED,
        kind=ConflictKind(form.kind.data),
        note=form.note.data or "",
        heir=others.get(form.heir.data or ""),
        actor=person,
        at=g.arrived_at,
    )
    db.session.commit()
    flash(_("Thank you for saying so. You see nothing of this proposal any more; the others go on with it."))
    return redirect(url_for(".office_index", id=round_id))


def _add_form(application: Application) -> AddTieForm:
    form = AddTieForm()
    form.offer(queries.may_be_tied(application, but=current_user))
    return form


@bp.get("/office/applications/<int:id>/ties/add")
@guard(staff, seen)
def add_tie(application: Application) -> Any:
    """Ask whose tie the office knows of."""
    return render_template("applications/add_tie.html", application=application, form=_add_form(application))


@bp.post("/office/applications/<int:id>/ties/add")
@guard(staff, seen)
def add_tie_now(application: Application) -> Any:
    """Keep somebody away from an application for what the office knows."""
    form = _add_form(application)
    if form.validate():
        people = {str(one.id): one for one in queries.may_be_tied(application, but=current_user)}
        try:
            name = _add(application, people[form.person.data], form)
        except Refusal as refusal:
            form.person.errors = [refusal.message]
        else:
            flash(_("%(name)s sees nothing of this proposal any more.", name=name))
            return redirect(url_for(".office_show", id=application.id))
    return render_template("applications/add_tie.html", application=application, form=form), 422


def _add(application: Application, person: Any, form: AddTieForm) -> str:
    tie = service.declare_conflict(
        application,
        person,
        ConflictState.BARRED,
        kind=ConflictKind(form.kind.data),
        source=ConflictSource.OFFICE,
        note=form.note.data,
        actor=current_user._get_current_object(),
        at=g.arrived_at,
    )
    tie.is_pinned = bool(form.is_pinned.data)
    db.session.commit()
    return str(person.name)


# --- the register of a round ---------------------------------------------------------


def _round(user: Any, id: int) -> Round | None:
    found = rounds.office_round(user, id)
    if found is not None:
        g.zone = found.fund.zone
    return found


@bp.get("/office/rounds/<int:id>/ties")
@guard(manager | auditor, _round)
def register(round: Round) -> Any:
    """Show the ties in a round."""
    found, state = ties_of.rows(current_user, round), request.args.get("state", "")
    chosen = ConflictState(state) if state in set(ConflictState) else None
    shown = [row for row in found if chosen in (None, row.state)]
    start = max(0, request.args.get("from", 0, type=int))
    return render_template(
        "applications/register.html", round=round, rows=found, chosen=chosen, words=CONFLICT_WORDS,
        shown=shown[start : start + PAGE], counts=ties_of.counts(found),
        may_settle=manager(current_user, round),
        pager=_pager(round, start, len(shown), state if chosen else None),
    )  # fmt: skip


def _pager(round: Round, start: int, number: int, state: str | None) -> dict[str, str | None]:
    def at(place: int) -> str:
        kept: dict[str, Any] = {"state": state, "from": place}
        return url_for(".register", id=round.id, **kept)

    older = at(start + PAGE) if start + PAGE < number else None
    return {"older_url": older, "newer_url": at(max(0, start - PAGE)) if start else None}


@bp.get("/office/rounds/<int:id>/ties.csv")
@guard(manager | auditor, _round)
def register_csv(round: Round) -> Any:
    """Give the ties in a round as CSV."""
    return _file(ties_of.written(current_user, round).encode(), f"ties-{round.slug}.csv", "text/csv")


@bp.get("/office/rounds/<int:id>/ties-<lang>.pdf")
@guard(manager | auditor, lambda user, id, lang: _round(user, id))
def register_pdf(round: Round) -> Any:
    """Give the ties in a round on paper, in the language asked for."""
    lang = place("lang") if place("lang") in LANGUAGES else abort(404)
    made = ties_of.printed(current_user, round, lang=lang, at=g.arrived_at)
    return _file(made, f"ties-{round.slug}-{lang}.pdf", "application/pdf")


def _file(content: bytes, name: str, mimetype: str) -> Any:
    return send_file(BytesIO(content), mimetype=mimetype, as_attachment=True, download_name=name)
