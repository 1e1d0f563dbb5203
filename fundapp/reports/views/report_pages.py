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
from fundapp.core.pdf import set_paper
from fundapp.core.rules import SIGNED_IN
from fundapp.core.web import language
from fundapp.funds.queries import OFFICE_ROLES, office_funds
from fundapp.grants.workflow import AWARD_WORDS
from fundapp.reports import evaluation_queries, issuing, kinds, long_reports, printing, queries, service
from fundapp.reports import export as exports
from fundapp.reports.evaluation_words import COURSE_WORDS
from fundapp.reports.evaluation_workflow import WORDS as EVALUATION_WORDS
from fundapp.reports.models import Snapshot
from fundapp.reports.page import round_page
from fundapp.reports.rules import MAKE_DOSSIER, MAKE_ROUND, READ
from fundapp.reports.views.blueprint import bp
from fundapp.reports.views.shelf_pages import to_shelf
from fundapp.rounds.models import Round
from fundapp.rounds.workflow import WORDS

IN_MEMORY = 2 * 1024 * 1024


@bp.get("")
@guard(SIGNED_IN)
def index() -> Any:
    """List evaluations of funds, rounds and grants with their newest report, as far as the person may see."""
    is_office = bool(current_user.funds(*OFFICE_ROLES))
    evaluations = evaluation_queries.evaluations_of(current_user)
    if not is_office and not evaluations:
        abort(403)
    return render_template(
        "reports/index.html",
        rounds=queries.reports_index(current_user),
        funds=queries.funds_index(current_user),
        words=WORDS,
        evaluations=evaluations,
        states=EVALUATION_WORDS,
        courses=COURSE_WORDS,
        may_begin=[fund for fund in office_funds(current_user) if MAKE_ROUND(current_user, fund)],
        grants=evaluation_queries.grants_with_reports(current_user) if is_office else [],
        award_words=AWARD_WORDS,
        is_office=is_office,
    )


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
    made = service.take_round(round, actor=current_user, at=clock.now())
    db.session.flush()
    long_reports.ask_print(made, lang=language(), actor=current_user, at=clock.now())
    db.session.commit()
    flash(_("The report is made. It keeps these figures, whatever changes later."))
    return redirect(url_for(".show", id=round.id))


@bp.post("/rounds/<int:id>/dossiers")
@guard(READ, queries.report_round)
def ask_dossiers(round: Round) -> Any:
    """Have the dossiers of all applications printed that the person may see."""
    long_reports.ask_dossiers(round, lang=language(), actor=current_user, at=clock.now())
    db.session.commit()
    return to_shelf()


@bp.post("/rounds/<int:id>/applications/<any(csv, xlsx, json):format>")
@guard(READ, lambda user, id, format: queries.report_round(user, id))
def ask_applications(round: Round) -> Any:
    """Have all applications of a large round written to a file."""
    format = (request.view_args or {})["format"]
    long_reports.ask_applications(round, format, actor=current_user, at=clock.now())
    db.session.commit()
    return to_shelf()


@bp.post("/applications/<int:id>")
@guard(MAKE_DOSSIER, seen_application)
def make_dossier(application: Application) -> Any:
    """Make the dossier of one application from what the records say now."""
    service.take_application(application, actor=current_user, at=clock.now())
    db.session.commit()
    flash(_("The dossier of %(code)s is made.", code=application.code))
    return redirect(url_for(".show", id=application.round_id, _anchor=f"a{application.id}"))


# --- taking along ----------------------------------------------------------------


@bp.post("/<int:id>/<any(en, nl):lang>.pdf")
@guard(READ, lambda user, id, lang: queries.visible_snapshot(user, id))
def ask_print(snapshot: Snapshot) -> Any:
    """Have a long report set as PDF in the background."""
    lang = (request.view_args or {})["lang"]
    long_reports.ask_print(snapshot, lang=lang, actor=current_user, at=clock.now())
    db.session.commit()
    return to_shelf()


@bp.get("/<int:id>/<any(en, nl):lang>.<any(pdf, xlsx):format>")
@guard(READ, lambda user, id, lang, format: queries.visible_snapshot(user, id))
def spoken(snapshot: Snapshot) -> Any:
    """Give a report as PDF or workbook in the language asked for."""
    return _file(snapshot, **(request.view_args or {}))


@bp.get("/<int:id>/data.<any(csv, json):format>")
@guard(READ, lambda user, id, format: queries.visible_snapshot(user, id))
def data(snapshot: Snapshot) -> Any:
    """Give the main table of a report as CSV, or all its figures as JSON."""
    return _file(snapshot, **(request.view_args or {}))


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


def _file(snapshot: Snapshot, format: str, lang: str = "", **values: Any) -> Any:
    content = issuing.kept(snapshot, format, lang)
    if content is None and format == "pdf":
        paper = printing.paper(snapshot, lang=lang)
        if long_reports.is_long(paper):
            return _in_the_making(snapshot, lang)
        content = set_paper(paper)
    name = printing.file_name(snapshot, format, lang)
    return send_file(
        BytesIO(content or printing.printed(snapshot, format, lang)),
        mimetype=printing.FORMATS[format], as_attachment=True, download_name=name,
    )  # fmt: skip


def _in_the_making(snapshot: Snapshot, lang: str) -> str:
    """Say that a paper is too long to wait for, and offer to have it made."""
    is_asked = long_reports.is_asked(snapshot, lang, current_user)
    return render_template(
        "reports/long_paper.html", snapshot=snapshot, lang=lang, kind=kinds.of(snapshot), is_asked=is_asked
    )
