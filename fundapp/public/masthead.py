"""What stands at the top of every page: the brand and the five or six words of the navigation."""

from typing import Any

from flask import current_app, g, has_request_context, request, url_for
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from fundapp.accounts.models import RoleName
from fundapp.core.db import db
from fundapp.core.web import language
from fundapp.core.words import pick
from fundapp.funds.models import Fund
from fundapp.funds.queries import OFFICE_ROLES
from fundapp.rounds.models import Round

HOUSE_COLOUR = "#1d4f91"
"""What our own stylesheet carries already."""

Entry = tuple[LazyString, str, tuple[str, ...]]
"""(word, endpoint, beginnings of the endpoints it stands for)."""

ROUND_PAGES = (
    "rounds.",
    "decisions.",
    "reviews.office_",
    "applications.office_",
    "mails.about",
    "applications.settle",
    "applications.register",
)
OWN_REVIEWS = tuple(
    f"reviews.{page}"
    for page in (
        "index",
        "card",
        "desk",
        "save",
        "submit",
        "declare",
        "decline",
        "revise",
        "pin",
        "unpin",
        "skip",
        "packet",
        "together",
        "talk",
        "profile",
    )
)
OWN_PROPOSALS = tuple(
    f"applications.{page}"
    for page in (
        "index", "show", "edit", "check", "submit", "begin", "version", "withdraw", "compare", "copy",
        "copied", "people", "invite", "ask_about_person", "add_partner", "edit_partner", "change_partner",
        "leave", "plan", "take_plan", "prefilling", "look_at_description", "preview",
    )
)  # fmt: skip

CALLS: Entry = (_l("Calls"), "public.calls", ("public.call",))
VISITOR: tuple[Entry, ...] = (
    CALLS,
    (_l("Funded projects"), "public.projects", ("public.project",)),
    (_l("The money"), "public.money", ("public.money",)),
    (_l("How we decide"), "public.how_we_decide", ("public.how_we_decide",)),
)
TO_DO: Entry = (_l("To do"), "reminders.to_do", ("reminders.to_do",))
ALL_APPLICATIONS = tuple(f"applications.office_{page}" for page in ("all", "view", "step", "tags", "tag_"))
OFFICE: tuple[Entry, ...] = (
    (_l("Rounds"), "rounds.index", ROUND_PAGES),
    (_l("Applications"), "applications.office_all", ALL_APPLICATIONS),
    (_l("Grants"), "grants.index", ("grants.",)),
    (_l("Payouts"), "payouts.index", ("payouts.",)),
    (_l("Reports"), "reports.index", ("reports.",)),
    (
        _l("Funds"),
        "funds.index",
        (
            "funds.",
            "parties.",
            "admin.people",
            "mails.text",
            "mails.sent",
            "mails.version",
            "mails.ask_restore",
            "reviews.pool_",
            "reviews.invite",
            "reviews.ask_take_back",
        ),
    ),
)
REVIEWER: tuple[Entry, ...] = ((_l("My reviews"), "reviews.index", OWN_REVIEWS),)
PANEL_PAGES = tuple(f"decisions.{one}" for one in ("panel", "meeting", "item", "minutes"))
PANEL: tuple[Entry, ...] = ((_l("Panel"), "decisions.panel", PANEL_PAGES),)
APPLICANT: tuple[Entry, ...] = (
    (_l("My proposals"), "applications.index", OWN_PROPOSALS),
    (_l("My grants"), "grants.index", ("grants.", "payouts.")),
    CALLS,
)
ADMINISTRATOR: tuple[Entry, ...] = ((_l("Administration"), "admin.index", ("admin.",)),)
MENU = (
    (_l("Your details"), "accounts.details"),
    (_l("Reminders"), "reminders.settings"),
    (_l("Days away"), "reminders.absence"),
    (_l("Downloads"), "downloads.index"),
    (_l("My proposals"), "applications.index"),
)


def _entries() -> tuple[Entry, ...]:
    if not current_user or not current_user.is_authenticated:
        return VISITOR
    works_here = bool(current_user.funds(*OFFICE_ROLES))
    return (
        TO_DO,
        *(OFFICE if works_here else ()),
        *(REVIEWER if current_user.holds(RoleName.REVIEWER) else ()),
        *(PANEL if current_user.panels() and not works_here else ()),
        *(() if works_here else APPLICANT),
        *(ADMINISTRATOR if current_user.is_administrator else ()),
    )


def masthead() -> dict[str, Any]:
    """Give brand, nav and account menu to every template; no query beyond the signed-in person."""
    if not has_request_context():  # mail is rendered by jobs too
        return {}
    here = request.endpoint or ""
    entries = _entries()
    current = max(entries, key=lambda entry: _fit(here, entry))  # of two that fit, the closer one
    nav = [(one[0], url_for(one[1]), one is current and _fit(here, one) > 0) for one in entries]
    menu = [(word, url_for(endpoint)) for word, endpoint in MENU]
    return {"brand": _brand(), "is_trial": _is_trial(), "nav": nav, "account_menu": menu}


def _fit(here: str, entry: Entry) -> int:
    """Give how much of a page's name an entry stands for."""
    return max((len(page) for page in entry[2] if here.startswith(page)), default=0)


def _brand() -> dict[str, str | None]:
    """Give the name, colour and logo of the fund the page is about, or of the instance."""
    fund_id = _of_row("fund_id")
    fund = db.session.get(Fund, fund_id) if fund_id else None
    if fund is None:
        return {"name": current_app.config["NAME"], "home_url": "/"}
    slug, colour = fund.slug, fund.brand.removeprefix("#")
    logo = url_for("funds.logo", slug=slug, v=fund.logo_id) if fund.logo_id else None
    css = url_for("funds.brand", slug=slug, v=colour) if fund.brand != HOUSE_COLOUR else None
    return {"name": pick(fund.name, language()), "home_url": "/", "css_url": css, "logo_url": logo}


def _is_trial() -> bool:
    """Tell whether the page is about something of a trial round: every such page says so."""
    round_id = _of_row("round_id")
    round = db.session.get(Round, round_id) if round_id else None
    return round is not None and round.is_trial


def _of_row(name: str) -> int | None:
    """Read a key of the row the page is about, or of the application it hangs under."""
    row = g.get("row")
    found = getattr(row, name, None) or getattr(getattr(row, "application", None), name, None)
    return found if isinstance(found, int) else None
