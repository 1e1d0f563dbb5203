"""The page of an application on which a disclosure under the Woo begins."""

from typing import Any

from flask import abort, g, redirect, render_template, url_for
from flask_login import current_user

from fundapp.applications.models import Application
from fundapp.applications.queries import seen_application
from fundapp.applications.rules import staff
from fundapp.core import clock, once
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.reports import disclosing
from fundapp.reports import disclosures as queries
from fundapp.reports.disclosure_workflow import WORDS
from fundapp.reports.forms.disclosing import BeginForm
from fundapp.reports.views.blueprint import bp


def _application(user: Any, id: int) -> Application | None:
    found = seen_application(user, id)
    if found is not None:
        g.zone = found.fund.zone
    return found


@bp.get("/applications/<int:id>/disclosure")
@guard(staff, _application)
def disclosures(application: Application) -> Any:
    """Show what was disclosed of an application, and begin anew."""
    return _list(application, BeginForm(formdata=None))


@bp.post("/applications/<int:id>/disclosure")
@guard(staff, _application)
def begin_disclosure(application: Application) -> Any:
    """Freeze the file and begin to prepare what goes out."""
    form = BeginForm()
    if (done := once.result(form.once.data)) is not None:
        return redirect(done)
    if not form.validate():
        return _list(application, form, 422)
    given = {"language": form.language.data, "reference": form.reference.data, "asked_on": form.asked_on.data}
    try:
        made = disclosing.begin(application, **given, actor=current_user, at=clock.now())
    except Refusal as refused:
        db.session.rollback()
        form.form_errors.append(refused.message)
        return _list(_application(current_user, application.id) or abort(404), form, refused.status)
    db.session.flush()  # the address of the page has its number
    to = url_for(".disclosure", id=made.id)
    once.remember(form.once.data, to, at=clock.now())
    db.session.commit()
    return redirect(to)


def _list(application: Application, form: BeginForm, status: int = 200) -> Any:
    rows = queries.of_application(application.id)
    return render_template(
        "reports/disclosures.html", application=application, rows=rows, form=form, words=WORDS
    ), status
