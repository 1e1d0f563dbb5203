"""The public pages, and the way home after signing in."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask_login import current_user

from fundapp.accounts.models import RoleName
from fundapp.core.guard import guard
from fundapp.core.rules import PUBLIC, SIGNED_IN
from fundapp.funds.queries import OFFICE_ROLES

bp = Blueprint("public", __name__)


@bp.get("/")
@guard(PUBLIC)
def front() -> Any:
    """Show what is open and what the money did."""
    return render_template("public/front.html")


@bp.get("/home")
@guard(SIGNED_IN)
def home() -> Any:
    """Send a person to where their work is."""
    if current_user.funds(RoleName.FINANCE) and not current_user.funds(RoleName.MANAGER):
        return redirect(url_for("payouts.index"))
    if current_user.funds(*OFFICE_ROLES):
        return redirect(url_for("rounds.index"))
    if current_user.holds(RoleName.REVIEWER):
        return redirect(url_for("reviews.index"))
    if current_user.is_administrator:
        return redirect(url_for("admin.index"))
    return redirect(url_for("applications.index"))
