"""Pages of an applicant: what was found of their proposal, and questions nobody has to answer."""

from io import BytesIO
from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, send_file, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup

from fundapp.applications.models import Application
from fundapp.applications.queries import own_application
from fundapp.applications.rules import partner, writer
from fundapp.core import clock, once, papers
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.web import language
from fundapp.reports import diversity, own_dossier, printing
from fundapp.reports.forms.aftercare import DiversityForm
from fundapp.reports.forms.evaluating import EmptyForm
from fundapp.reports.models import Snapshot
from fundapp.reports.wording import Say

bp = Blueprint("own_reports", __name__)


def _own(user: Any, id: int, **values: Any) -> Application | None:
    found = own_application(user, id)
    if found is not None:
        g.zone = found.fund.zone
    return found


@bp.get("/proposals/<int:id>/dossier")
@guard(partner, _own)
def dossier(application: Application) -> Any:
    """Show the applicant what was found of their proposal, once the decision is sent."""
    made = own_dossier.newest_own(application.id)
    text = _on_screen(made, language()) if made else None
    return render_template("reports/own_dossier.html", application=application, made=made, text=text)


def _on_screen(made: Snapshot, lang: str) -> Markup:
    data: Any = made.data
    say = Say(lang, data["fund"]["currency"])
    with force_locale(lang):
        told = own_dossier.drawn(data, say)
        page = papers.page(
            "own_dossier_screen.html",
            lang=lang,
            made_at=made.made_at,
            currency=say.currency,
            d=data,
            fig=told,
        )
    return Markup(page)  # noqa: S704 - a template with escaping on wrote it


@bp.post("/proposals/<int:id>/dossier")
@guard(partner, _own)
def make_dossier(application: Application) -> Any:
    """Make the applicant's dossier from what the records say now."""
    if not EmptyForm().validate():
        abort(400)
    own_dossier.take_own(application, actor=current_user, at=clock.now())
    db.session.commit()
    return redirect(url_for(".dossier", id=application.id))


@bp.get("/proposals/<int:id>/dossier/<any(en, nl):lang>.pdf")
@guard(partner, _own)
def dossier_pdf(application: Application) -> Any:
    """Give the applicant's dossier as PDF."""
    made = own_dossier.newest_own(application.id)
    if made is None:
        abort(404)
    lang = (request.view_args or {})["lang"]
    name = printing.file_name(made, "pdf", lang)
    content = BytesIO(printing.pdf(made, lang=lang))
    return send_file(content, mimetype="application/pdf", as_attachment=True, download_name=name)


# --- questions nobody has to answer ----------------------------------------------------


@bp.get("/proposals/<int:id>/about-you")
@guard(writer, _own)
def about_you(application: Application) -> Any:
    """Ask the questions that nobody has to answer; what is answered is counted and kept of nobody."""
    return _about_you(application, DiversityForm())


def _about_you(application: Application, form: DiversityForm) -> str:
    return render_template(
        "reports/about_you.html",
        application=application,
        form=form,
        questions=diversity.QUESTIONS,
        is_given=diversity.is_given(application.id),
    )


@bp.post("/proposals/<int:id>/about-you")
@guard(writer, _own)
def tell_about_you(application: Application) -> Any:
    """Count what an applicant tells of themselves."""
    form, to = DiversityForm(), url_for("applications.show", id=application.id)
    if (done := once.result(form.once.data)) is not None:
        return redirect(done)
    if not form.validate():
        return _about_you(application, form), 422
    now = clock.now()
    diversity.give(application, form.answers(), actor=current_user, at=now)
    once.remember(form.once.data, to, at=now)
    db.session.commit()
    flash(_("Thank you. Your answers were counted, and nothing of them is kept with your proposal."))
    return redirect(to)
