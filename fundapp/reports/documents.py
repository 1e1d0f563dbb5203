"""The two reports as documents: a snapshot's data in, a page or a PDF out, in either language."""

from datetime import datetime

from flask_babel import force_locale

from fundapp.core import papers
from fundapp.core.pdf import render
from fundapp.reports.figures import dossier
from fundapp.reports.round_figures import round_report
from fundapp.reports.round_shape import RoundReport
from fundapp.reports.shape import Dossier
from fundapp.reports.wording import Say


def page(data: Dossier | RoundReport, *, lang: str, made_at: datetime) -> str:
    """Give the report as a page for paper. made_at: when the snapshot was made, aware UTC."""
    say = Say(lang, data["fund"]["currency"])
    with force_locale(lang):
        if data["kind"] == "application":
            template, figures = "dossier.html", dossier(data, say)
        else:
            template, figures = "round.html", round_report(data, say)
        return papers.page(template, lang=lang, made_at=made_at, currency=say.currency, d=data, fig=figures)


def pdf(data: Dossier | RoundReport, *, lang: str, made_at: datetime) -> bytes:
    """Give the report as PDF/UA-1; the same snapshot gives the same bytes. Raises PdfEngineMissing."""
    return render(page(data, lang=lang, made_at=made_at), lang=lang, made_at=made_at)
