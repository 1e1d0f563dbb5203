"""The milestones of a proposal as text: to copy, to keep, to bring along."""

from typing import Any

from flask import Response, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.applications import planning, service, versions
from fundapp.applications.forms import PlanTextForm
from fundapp.applications.models import Application
from fundapp.applications.rules import writer
from fundapp.applications.views.blueprint import bp, own
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.money import show
from fundapp.core.refusals import Refusal
from fundapp.core.rules import SIGNED_IN
from fundapp.core.web import language


def _with_table(user: Any, id: int) -> Application | None:
    found = own(user, id)
    return found if found is not None and planning.table_of(found) is not None else None


@bp.get("/proposals/<int:id>/plan")
@guard(SIGNED_IN, _with_table)
def plan(application: Application) -> Any:
    """Show the milestones as text."""
    text = planning.write(application, planning.present(application))
    return _page(application, PlanTextForm(formdata=None, text=text))


@bp.post("/proposals/<int:id>/plan")
@guard(writer, _with_table)
def take_plan(application: Application) -> Any:
    """Take milestones over from text; every fault is told with its line."""
    form = PlanTextForm()
    if not form.validate():
        return _page(application, form), 422
    text = form.given()
    try:
        total = planning.take_over(
            application, text, actor=current_user._get_current_object(), at=g.arrived_at
        )
    except Refusal as refused:
        db.session.rollback()
        form.text.data = text
        form.text.errors = _told(refused)
        return _page(application, form), 422
    asked = planning.asked(planning.present(application))
    db.session.commit()
    _tell(application, total, asked)
    section = next(
        one
        for one in versions.form_of(application.stage.form).sections
        if any(q.key == "milestones" for q in one.fields)
    )
    return redirect(url_for(".edit", id=application.id, section=section.key, rows=1, _anchor="a_milestones"))


def _told(refused: Refusal) -> list[str]:
    if isinstance(refused, planning.UnreadablePlan):
        return [_("Line %(line)s: %(fault)s", line=line, fault=fault) for line, fault in refused.faults]
    return [refused.message]


def _tell(application: Application, total: int, asked: int | None) -> None:
    currency = application.fund.currency
    said = {"total": show(total, currency, language()), "asked": show(asked or 0, currency, language())}
    if asked is not None and asked != total:
        flash(
            _("The plan is taken over. It adds up to %(total)s, and you ask %(asked)s: change one.", **said),
            "warn",
        )
    else:
        flash(_("The plan is taken over. It adds up to %(total)s.", total=said["total"]))


@bp.get("/proposals/<int:id>/plan.takentaal")
@guard(SIGNED_IN, _with_table)
def plan_file(application: Application) -> Any:
    """Give the milestones as a takentaal file."""
    given = Response(planning.write(application, planning.present(application)), mimetype="text/plain")
    name = f"{application.code or application.id}.takentaal.txt"
    given.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return given


def _page(application: Application, form: PlanTextForm) -> str:
    may_write = writer(current_user, application) and application.state in service.WRITABLE
    return render_template("applications/plan.html", application=application, form=form, may_write=may_write)
