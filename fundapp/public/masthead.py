"""What stands at the top of every page: the brand and the five or six words of the navigation."""

from typing import Any

from flask import current_app, has_request_context, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.accounts.models import RoleName
from fundapp.funds.queries import OFFICE_ROLES

Entry = tuple[str, str, tuple[str, ...]]


def _entries() -> list[Entry]:
    """List (word, endpoint, blueprints it stands for) for the person at hand."""
    if not current_user or not current_user.is_authenticated:
        return [
            (_("Calls"), "public.calls", ("public.calls", "public.call")),
            (_("Funded projects"), "public.projects", ("public.projects", "public.project")),
            (_("The money"), "public.money", ("public.money",)),
            (_("How we decide"), "public.how_we_decide", ("public.how_we_decide",)),
        ]
    entries: list[Entry] = []
    if current_user.funds(*OFFICE_ROLES):
        entries += [
            (_("Rounds"), "rounds.index", ("rounds.", "decisions.", "reviews.office", "applications.office")),
            (_("Grants"), "grants.index", ("grants.",)),
            (_("Payouts"), "payouts.index", ("payouts.",)),
            (_("Reports"), "reports.index", ("reports.",)),
            (_("Funds"), "funds.index", ("funds.",)),
        ]
    if current_user.holds(RoleName.REVIEWER):
        entries.append((_("My reviews"), "reviews.index", ("reviews.index", "reviews.desk", "reviews.card")))
    if not current_user.funds(*OFFICE_ROLES):
        entries.append(
            (
                _("My proposals"),
                "applications.index",
                ("applications.index", "applications.show", "applications.edit"),
            )
        )
        entries.append((_("Calls"), "public.calls", ("public.calls", "public.call")))
    if current_user.is_administrator:
        entries.append((_("Administration"), "admin.index", ("admin.",)))
    return entries


def masthead() -> dict[str, Any]:
    """Give brand, nav and account menu to every template; no query beyond the signed-in person."""
    if not has_request_context():  # mail is rendered by jobs too
        return {}
    known = current_app.view_functions
    here = request.endpoint or ""
    nav = [
        (
            word,
            url_for(endpoint),
            any(here == name or (name.endswith(".") and here.startswith(name)) for name in names),
        )
        for word, endpoint, names in _entries()
        if endpoint in known
    ]
    menu = [
        (word, url_for(endpoint))
        for word, endpoint in (
            (_("Your details"), "accounts.details"),
            (_("My proposals"), "applications.index"),
        )
        if endpoint in known
    ]
    brand = {"name": current_app.config["NAME"], "home_url": "/"}
    return {"brand": brand, "nav": nav, "account_menu": menu}
