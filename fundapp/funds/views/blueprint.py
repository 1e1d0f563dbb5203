"""The blueprint of funds, and how its pages load what they are about."""

from typing import Any

from flask import Blueprint, Response, g

from fundapp.core.iban import grouped
from fundapp.funds import queries
from fundapp.funds.models import Fund

bp = Blueprint("funds", __name__)
bp.add_app_template_filter(grouped, "fours")


def seen(user: Any, id: int) -> Fund | None:
    """Load a fund the person works at, and show times in its zone."""
    found = queries.office_fund(user, id)
    if found is not None:
        g.zone = found.zone
    return found


def pdf(content: bytes, name: str) -> Response:
    """Answer with a PDF that no cache keeps."""
    answer = Response(content, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
