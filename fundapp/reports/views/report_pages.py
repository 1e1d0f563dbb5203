"""Pages of the office about reports: make one, and take it along as PDF, workbook or data."""

from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.applications.models import Application
from fundapp.applications.queries import seen, seen_application
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.web import language
from fundapp.core.words import LANGUAGES
from fundapp.reports import export as exports
from fundapp.reports import queries, service, workbook
from fundapp.reports.models import Snapshot
from fundapp.reports.page import round_page
from fundapp.reports.rules import MAKE_DOSSIER, MAKE_ROUND, READ
from fundapp.reports.views.blueprint import bp
from fundapp.rounds.models import Round
from fundapp.rounds.workflow import WORDS

IN_MEMORY = 2 * 1024 * 1024
XLSX = exports.FORMATS["xlsx"]


@bp.get("")
@guard(READ)
def index() -> Any:
    """List the rounds with their newest report."""
    return render_template("reports/index.html", rounds=queries.reports_index(current_user), words=WORDS)


@bp.get("/rounds/<int:id>")
@guard(READ, queries.report_round)
def show(round: Round) -> Any:
    """Show what was made of one round, and offer to make more."""
    g.zone = round.fund.zone
    page = round_page(current_user, round, after=request.args.get("after", ""), lang=language())
    manages = MAKE_ROUND(current_user, round) and not round.is_sealed
    can_make = manages and not page.is_tied
    return render_template(
        "reports/show.html", round=round, page=page, can_make=can_make, can_make_dossiers=manages
    )


@bp.post("/rounds/<int:id>")
@guard(MAKE_ROUND, queries.report_round)
def make_round(round: Round) -> Any:
    """Make the report of a round from what the records say now."""
    service.take_round(round, actor=current_user, at=clock.now())
    db.session.commit()
    flash(_("The report is made. It keeps these figures, whatever changes later."))
    return redirect(url_for(".show", id=round.id))


@bp.post("/applications/<int:id>")
@guard(MAKE_DOSSIER, seen_application)
def make_dossier(application: Application) -> Any:
    """Make the dossier of one application from what the records say now."""
    service.take_application(application, actor=current_user, at=clock.now())
    db.session.commit()
    flash(_("The dossier of %(code)s is made.", code=application.code))
    return redirect(url_for(".show", id=application.round_id, _anchor=f"a{application.id}"))


# --- taking along ----------------------------------------------------------------


@bp.get("/<int:id>/<lang>.pdf")
@guard(READ, lambda user, id, lang: queries.visible_snapshot(user, id))
def pdf(snapshot: Snapshot) -> Any:
    """Give a report as PDF in the language asked for."""
    lang = _language_asked()
    return _file(snapshot, service.pdf(snapshot, lang=lang), f"-{lang}.pdf", "application/pdf")


@bp.get("/<int:id>/<lang>.xlsx")
@guard(READ, lambda user, id, lang: queries.visible_snapshot(user, id))
def xlsx(snapshot: Snapshot) -> Any:
    """Give a report as a workbook."""
    lang = _language_asked()
    return _file(snapshot, workbook.xlsx(snapshot, lang=lang), f"-{lang}.xlsx", XLSX)


@bp.get("/<int:id>/data.csv")
@guard(READ, queries.visible_snapshot)
def csv(snapshot: Snapshot) -> Any:
    """Give the main table of a report as CSV."""
    return _file(snapshot, workbook.csv_text(snapshot).encode(), ".csv", "text/csv")


@bp.get("/<int:id>/data.json")
@guard(READ, queries.visible_snapshot)
def json(snapshot: Snapshot) -> Any:
    """Give all figures of a report as JSON."""
    return _file(snapshot, workbook.json_text(snapshot).encode(), ".json", "application/json")


@bp.get("/rounds/<int:id>/applications.<any(csv, xlsx, json):format>")
@guard(READ, lambda user, id, format: queries.report_round(user, id))
def export(round: Round) -> Any:
    """Give all applications of a round that the person may see, with their answers."""
    format = request.view_args["format"] if request.view_args else "csv"
    out = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the response closes it
    exports.export_applications(round, format, out, only=seen(current_user))
    out.seek(0)
    name = f"applications-{round.slug}.{format}"
    return send_file(out, mimetype=exports.FORMATS[format], as_attachment=True, download_name=name)


def _language_asked() -> str:
    lang = (request.view_args or {}).get("lang", "")
    if lang not in LANGUAGES:
        abort(404)
    return str(lang)


def _file(snapshot: Snapshot, content: bytes, ending: str, mimetype: str) -> Any:
    name = service.file_name(snapshot) + ending
    return send_file(BytesIO(content), mimetype=mimetype, as_attachment=True, download_name=name)
