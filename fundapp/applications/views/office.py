"""Pages of the office: the applications of a round, and the dossier of one."""

from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from fundapp.accounts.models import RoleName
from fundapp.accounts.queries import holders
from fundapp.applications import listings, queries, reading, service
from fundapp.applications.forms import FileForm, SettleForm
from fundapp.applications.models import Application, ApplicationState, Conflict, ConflictState
from fundapp.applications.rules import OFFICE, staff
from fundapp.applications.views import attaching, handling
from fundapp.applications.views.blueprint import bp, seen
from fundapp.applications.workflow import CONFLICT_WORDS, WORDS, settler
from fundapp.core.db import db
from fundapp.core.forms import EmptyForm, options
from fundapp.core.guard import guard
from fundapp.core.web import language
from fundapp.core.words import pick
from fundapp.rounds import queries as rounds
from fundapp.rounds.models import Round
from fundapp.rounds.rules import MANAGE

SETTLED = (ConflictState.CLEAR, ConflictState.BARRED)


def _round(user: Any, id: int) -> Round | None:
    found = rounds.office_round(user, id)
    if found is not None:
        g.zone = found.fund.zone
    return found


def _themes(round: Round) -> dict[str, str]:
    return {theme["key"]: pick(theme, language()) for theme in round.fund.themes}


@bp.get("/office/applications/<int:id>")
@guard(OFFICE, seen)
def office_show(application: Application) -> Any:
    """Show the dossier: the proposal, who is tied to it, what was done, what can be done."""
    number = request.args.get("version", type=int) or application.version_number
    version = queries.version(application.id, number) or abort(404)
    parts = reading.sections(
        version.form.definition,
        version.answers,
        language(),
        currency=application.fund.currency,
        file_link=attaching.seen_link,
    )
    may_handle = staff(current_user, application)
    next_step, other_steps = handling.steps(application)
    return render_template(
        "applications/office_show.html",
        application=application,
        version=version,
        pieces=parts,
        state=WORDS[application.state],
        ties=[tie for tie in application.conflicts if not tie.is_pinned],
        tie_words=CONFLICT_WORDS,
        next_step=next_step,
        other_steps=other_steps,
        form=_file_form(application) if may_handle else None,
        themes=_themes(application.round),
    )


@bp.get("/office/applications/<int:id>/history")
@guard(OFFICE, seen)
def office_history(application: Application) -> Any:
    """Show what was done with an application, by whom and when."""
    return render_template(
        "applications/history.html",
        application=application,
        state=WORDS[application.state],
        rows=listings.history(application.id),
        versions=queries.versions(application.id),
    )


def _file_form(application: Application) -> FileForm:
    form = FileForm(data={"theme": application.theme or "", "lead": str(application.lead_id or "")})
    form.theme.choices = options([("", _("No theme")), *_themes(application.round).items()])
    managers = listings.managers(application)
    form.lead.choices = options([("", _("Nobody yet")), *((row.id, row.name) for row in managers)])
    return form


@bp.post("/office/applications/<int:id>/file")
@guard(staff, seen)
def office_file(application: Application) -> Any:
    """Say under which theme an application falls and who looks after it."""
    form = _file_form(application)
    if form.validate():
        people = {str(user.id): user for user in holders(application.fund_id, RoleName.MANAGER)}
        service.file_under(
            application,
            theme=form.theme.data or None,
            lead=people.get(form.lead.data),
            actor=current_user._get_current_object(),
            at=g.arrived_at,
        )
        db.session.commit()
        flash(_("Changed."))
    return redirect(url_for(".office_show", id=application.id))


@bp.post("/office/applications/<int:id>/admit")
@guard(staff, seen)
def office_admit(application: Application) -> Any:
    """Take one received application into review."""
    service.admit(application, actor=current_user._get_current_object(), at=g.arrived_at)
    db.session.commit()
    flash(_("%(title)s is in review now.", title=application.title))
    return redirect(url_for(".office_show", id=application.id))


@bp.get("/office/rounds/<int:id>/admit")
@guard(MANAGE, _round)
def office_admit_all(round: Round) -> Any:
    """Ask before all received applications go into review."""
    number = listings.office_counts(current_user, round.id).get(ApplicationState.SUBMITTED, 0)
    return render_template("applications/admit.html", round=round, number=number, form=EmptyForm())


@bp.post("/office/rounds/<int:id>/admit")
@guard(MANAGE, _round)
def office_admit_all_now(round: Round) -> Any:
    """Take all received applications into review."""
    number = service.admit_all(round, actor=current_user._get_current_object(), at=g.arrived_at)
    db.session.commit()
    flash(
        ngettext("%(num)d application is in review now.", "%(num)d applications are in review now.", number)
    )
    return redirect(url_for(".office_index", id=round.id))


def _settle_form() -> SettleForm:
    form = SettleForm()
    form.state.choices = options((state, CONFLICT_WORDS[state][1]) for state in SETTLED)
    return form


@bp.get("/office/ties/<int:id>")
@guard(settler, queries.seen_conflict)
def office_settle(tie: Conflict) -> Any:
    """Ask what a declared tie means."""
    return render_template("applications/settle.html", tie=tie, form=_settle_form(), words=CONFLICT_WORDS)


@bp.post("/office/ties/<int:id>")
@guard(settler, queries.seen_conflict)
def office_settle_now(tie: Conflict) -> Any:
    """Decide about a declared tie."""
    form = _settle_form()
    if not form.validate():
        return render_template("applications/settle.html", tie=tie, form=form, words=CONFLICT_WORDS), 422
    service.settle_conflict(
        tie,
        ConflictState(form.state.data),
        kind=tie.kind,
        note=form.note.data,
        actor=current_user._get_current_object(),
        at=g.arrived_at,
    )
    db.session.commit()
    flash(_("Decided. %(name)s sees it on their own pages.", name=tie.user.name))
    return redirect(url_for(".office_show", id=tie.application_id))
