"""Published evaluations of funds: a list, the page of each, its PDF."""

from io import BytesIO
from typing import Any

from flask import abort, g, render_template, request, send_file

from fundapp.core.guard import guard
from fundapp.core.rules import PUBLIC
from fundapp.core.web import language
from fundapp.public.views.blueprint import bp
from fundapp.reports import evaluation_queries as queries
from fundapp.reports import issuing, printing
from fundapp.reports.evaluation_page import whole
from fundapp.reports.evaluation_words import COURSE_WORDS
from fundapp.reports.models import Evaluation, EvaluationState


def _load(user: Any, fund_slug: str, number: int, **values: Any) -> Evaluation | None:
    found = queries.public_evaluation(fund_slug, number)
    if found is not None:
        g.zone = found.fund.zone
    return found


@bp.get("/evaluations")
@guard(PUBLIC)
def evaluations() -> Any:
    """List the evaluations that were published, with what was decided on them."""
    return render_template("public/evaluations.html", rows=queries.published(), courses=COURSE_WORDS)


@bp.get("/evaluations/<fund_slug>/<int:number>")
@guard(PUBLIC, _load)
def evaluation(row: Evaluation) -> Any:
    """Show a published evaluation as it was signed; a withdrawn one says so, and why."""
    is_withdrawn = row.state is EvaluationState.WITHDRAWN
    text = None if is_withdrawn else whole(row, language())
    return render_template("public/evaluation.html", row=row, text=text, is_withdrawn=is_withdrawn)


@bp.get("/evaluations/<fund_slug>/<int:number>/<any(en, nl):lang>.pdf")
@guard(PUBLIC, _load)
def evaluation_pdf(row: Evaluation) -> Any:
    """Give a published evaluation as PDF."""
    if row.state is EvaluationState.WITHDRAWN or row.document is None:
        abort(404)
    lang = (request.view_args or {})["lang"]
    name = f"evaluation-{row.fund.slug}-{row.number}-{lang}.pdf"
    content = BytesIO(issuing.kept(row.document, "pdf", lang) or printing.pdf(row.document, lang=lang))
    return send_file(content, mimetype="application/pdf", as_attachment=True, download_name=name)
