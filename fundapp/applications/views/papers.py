"""A proposal to read over: as reviewers will see it, and on paper."""

from typing import Any

from flask import Response, abort, render_template, request

from fundapp.applications import proposal_paper, queries, readers, reading
from fundapp.applications.models import Application, ApplicationVersion
from fundapp.applications.rules import OFFICE
from fundapp.applications.sheets import Sheet
from fundapp.applications.views import attaching
from fundapp.applications.views.blueprint import bp, own, own_sheet, seen
from fundapp.core.guard import guard
from fundapp.core.rules import SIGNED_IN
from fundapp.core.web import language
from fundapp.core.words import pick


@bp.get("/proposals/<int:id>/preview")
@guard(SIGNED_IN, own_sheet)
def preview(sheet: Sheet) -> Any:
    """Show the working copy exactly as reviewers will read it."""
    application = sheet.application
    hidden = readers.hidden_from_reviewers(application, sheet.form)
    parts = reading.sections(
        sheet.form.definition,
        sheet.values,
        language(),
        currency=application.fund.currency,
        is_blind=application.stage.is_blind,
        without=hidden,
        file_link=attaching.own_link,
    )
    return render_template(
        "applications/preview.html",
        application=application,
        pieces=parts,
        hidden=[pick(field.label, language()) for field in sheet.form.fields if field.key in hidden],
    )


@bp.get("/proposals/<int:id>/proposal.pdf")
@guard(SIGNED_IN, own)
def own_paper(application: Application) -> Response:
    """Give one's own proposal as PDF: the version asked for, else the working copy."""
    version = _version(application) if "version" in request.args else None
    return _given(application, version, proposal_paper.pdf(application, version, lang=language()))


@bp.get("/office/applications/<int:id>/proposal.pdf")
@guard(OFFICE, seen)
def seen_paper(application: Application) -> Response:
    """Give an application as PDF to the office."""
    version = _version(application) if "version" in request.args else application.current or abort(404)
    return _given(application, version, proposal_paper.pdf(application, version, lang=language()))


def _version(application: Application) -> ApplicationVersion:
    number = request.args.get("version", type=int) or 0
    return queries.version(application.id, number) or abort(404)


def _given(application: Application, version: ApplicationVersion | None, drawn: bytes) -> Response:
    answer = Response(drawn, mimetype="application/pdf")
    name = proposal_paper.name_of(application, version)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
