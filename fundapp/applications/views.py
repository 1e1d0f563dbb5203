"""Pages of the people who apply."""

from typing import Any

from flask import Blueprint, render_template

from fundapp.applications import queries
from fundapp.applications.models import Application
from fundapp.core.guard import guard
from fundapp.core.rules import SIGNED_IN

bp = Blueprint("applications", __name__)


@bp.get("/proposals/<int:id>")
@guard(SIGNED_IN, queries.own_application)
def show(application: Application) -> Any:
    """Show where a proposal stands, and what comes next."""
    return render_template("applications/show.html", application=application)
