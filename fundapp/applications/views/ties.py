"""Ties on an application: a manager's own, which hands it over, and those the office adds."""

from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.applications import handover, queries, service
from fundapp.applications.forms.ties import AddTieForm, OwnTieForm
from fundapp.applications.models import Application, ConflictKind, ConflictSource, ConflictState
from fundapp.applications.rules import staff
from fundapp.applications.tie_words import KINDS, SOURCES, explain
from fundapp.applications.views.blueprint import bp, seen
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal


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
