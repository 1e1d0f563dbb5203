"""What every page shares: filters, security headers, error pages, and read-only GETs."""

from collections.abc import Callable
from contextlib import suppress
from contextvars import ContextVar
from datetime import date, datetime
from secrets import token_urlsafe
from typing import Any

import structlog
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, format_percent
from flask import Flask, Response, current_app, g, render_template, request, url_for
from flask.templating import Environment
from flask_babel import get_locale
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from fundapp.core import clock, countdowns, countries, markdown, money, newer, outages, proxies
from fundapp.core.db import db, writing
from fundapp.core.refusals import ChangedMeanwhile, Refusal
from fundapp.core.words import pick

log = structlog.get_logger()

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
arrival: ContextVar[datetime | None] = ContextVar("arrival", default=None)
"""When the request at hand reached the server, as far as that is known: it may have waited for its turn."""
PAGES = (400, 403, 404, 413, 429)


def language() -> str:
    """Give the language of the page at hand: en or nl."""
    return str(get_locale() or "en").split("_")[0]


def zone() -> str:
    """Give the zone of the page at hand: that of the fund it is about, else the instance's."""
    return str(getattr(g, "zone", None) or current_app.config["ZONE"])


# --- filters -----------------------------------------------------------------


def _when(at: datetime | None) -> str:
    """Write out an instant: Monday 7 December 2026, 12:00."""
    if at is None:
        return ""
    wall = clock.local(at, zone())
    seconds = ":ss" if wall.second else ""
    return format_datetime(wall, f"EEEE d MMMM y, HH:mm{seconds}", locale=language())


def _stamp(at: datetime | None) -> str:
    """Write an instant short, for dense lists: 7 Dec 2026, 12:00."""
    return format_datetime(clock.local(at, zone()), "d MMM y, HH:mm", locale=language()) if at else ""


def _day(on: date | datetime | None) -> str:
    """Write out a day: Monday 7 December 2026."""
    return format_date(_date(on), "EEEE d MMMM y", locale=language()) if on else ""


def _short_day(on: date | datetime | None) -> str:
    """Write a day short: 7 Dec 2026."""
    return format_date(_date(on), "d MMM y", locale=language()) if on else ""


def _date(on: date | datetime) -> date:
    return clock.day(on, zone()) if isinstance(on, datetime) else on


def _money(cents: int | None, currency: str = "EUR") -> str:
    return "" if cents is None else money.show(cents, currency, language())


def _iso(at: datetime | date | None) -> str:
    return at.isoformat() if at else ""


FILTERS: dict[str, Callable[..., Any]] = {
    "when": _when,
    "stamp": _stamp,
    "day": _day,
    "short_day": _short_day,
    "iso": _iso,
    "month": lambda on: format_date(on, "LLLL y", locale=language()),
    "weekday": lambda on: format_date(on, "EEEE d MMMM", locale=language()),
    "left": lambda at: countdowns.left(at, clock.now()) if at else "",
    "money": _money,
    "number": lambda value: "" if value is None else format_decimal(value, locale=language()),
    "percent": lambda share: "" if share is None else format_percent(share, locale=language()),
    "markdown": lambda text: markdown.render(text or ""),
    "country": lambda code: countries.names(language()).get(code, code) if code else "",
    "pick": lambda texts: pick(texts, language()),
}


class Pages(Environment):
    """Templates in which a word that only a newer version knows has neutral words of its own."""

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Look something up."""
        if newer.is_newer(argument) and isinstance(obj, dict) and argument not in obj:
            return newer.told(obj)
        return super().getitem(obj, argument)


# --- starting ----------------------------------------------------------------


def start(app: Flask) -> None:
    """Attach filters, headers and error pages to the application."""
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.globals.update(can=lambda rule, row=None: rule(current_user, row), now=clock.now, zone=zone)
    app.jinja_env.globals.update(opens=lambda endpoint, row=None: _opens(app, endpoint, row))
    app.context_processor(lambda: {"locale": language()})
    app.before_request(_begin)
    app.after_request(_finish)
    app.teardown_request(_end)
    for status in PAGES:
        app.register_error_handler(status, _http_page)
    app.register_error_handler(CSRFError, _expired)
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(StaleDataError, _stale)
    app.register_error_handler(IntegrityError, _collided)
    app.register_error_handler(Exception, _broken)


def _opens(app: Flask, endpoint: str, row: Any) -> bool:
    """Tell whether a page about a row is open to the person at hand: asked of the page's own guard."""
    view: Any = app.view_functions.get(endpoint)
    return view is not None and bool(view.rule(current_user, row))


def _begin() -> None:
    # Deadlines count from here, not from when the work is done.
    g.arrived_at = request.environ.get(proxies.BEGAN) or arrival.get() or clock.now()
    g.request_id = token_urlsafe(9)
    g.noting = newer.begin()
    g.writing = writing.set(request.method not in {"GET", "HEAD", "OPTIONS"})
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _finish(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "static" and "Cache-Control" not in response.headers:
        response.headers.setdefault("Cache-Control", "no-store" if _private() else "no-cache")
    return response


def _private() -> bool:
    with suppress(Exception):  # an error page must not fail for want of a user
        return bool(current_user.is_authenticated)
    return False


def _end(fault: BaseException | None) -> None:
    token = g.pop("writing", None)
    if token is not None:
        with suppress(ValueError):  # a streamed answer ends in another context
            writing.reset(token)
            newer.end(g.noting)
    structlog.contextvars.clear_contextvars()


# --- error pages -------------------------------------------------------------


def _http_page(fault: HTTPException) -> tuple[str, int]:
    db.session.rollback()
    return render_template(f"errors/{fault.code}.html"), int(fault.code or 400)


def _expired(fault: CSRFError) -> tuple[str, int]:
    """The page was open too long or in another session: keep what was typed and let it be sent again."""
    db.session.rollback()
    return _kept_page(400 if _private() else 401)  # scripts tell "sign in first" from "send it again"


def signed_out() -> tuple[str, int] | None:
    """Keep what somebody typed whose session ended meanwhile, until they signed in; None for no text."""
    return _kept_page(401) if _kept() else None


def _kept_page(status: int) -> tuple[str, int]:
    action = request.full_path.rstrip("?")
    return render_template(
        "errors/expired.html", kept=_kept(), action=action, is_signed_out=not current_user.is_authenticated
    ), status


def _kept() -> list[tuple[str, str]]:
    return [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in ("csrf_token", "once") and "password" not in name
    ]


def _refused(fault: Refusal) -> tuple[str, int]:
    db.session.rollback()
    given = {"message": fault.message}
    if isinstance(fault, ChangedMeanwhile):
        given |= {"mine": fault.yours, "theirs": fault.theirs}
    return render_template(f"errors/{fault.status}.html", **given), fault.status


def _stale(fault: StaleDataError) -> tuple[str, int]:
    db.session.rollback()
    return _refused(ChangedMeanwhile())


def _collided(fault: IntegrityError) -> tuple[str, int]:
    """The database refused what the pages should not have offered: say so, and log it."""
    db.session.rollback()
    log.warning("refused by the database", fault=str(fault.orig))
    return _refused(ChangedMeanwhile())


def _broken(fault: Exception) -> Any:
    if isinstance(fault, HTTPException):
        return fault
    with suppress(SQLAlchemyError):  # where the database is away there is nothing to take back
        db.session.rollback()
    if outages.is_away(fault):
        log.warning("the database is away", path=request.path, fault=outages.told(fault))
        return later()
    log.error("unexpected fault", path=request.path, newer=newer.met() or None, exc_info=fault)
    if newer.met():  # a page of this version could not show what a newer one wrote
        return later(is_newer=True)
    if g.get("raise_faults"):
        raise fault
    return _alone("errors/500.html"), 500


def _alone(template: str, **given: Any) -> str:
    """Draw a page that needs nothing of the database, as masthead and brand of other pages do."""
    page = current_app.jinja_env.get_template(template)
    return page.render(url_for=url_for, request_id=g.get("request_id", ""), **given)


def later(*, is_newer: bool = False) -> tuple[str, int, dict[str, str]]:
    """Ask for patience, and keep what somebody sent so that it can be sent again.

    is_newer: because a newer version is being put in place, and not because the database is away.
    """
    kept = [one for one in request.form.items(multi=True) if "password" not in one[0]]
    page = _alone(
        "errors/503.html",
        is_newer=is_newer,
        was_sent=request.method == "POST",
        had_files=any(file.filename for file in request.files.values()),
        address=request.full_path.rstrip("?"),
        kept=kept,
        typed=[(name, value) for name, value in kept if value and name not in ("csrf_token", "once")],
    )
    return page, 503, {"Retry-After": str(outages.RETRY_S), "Cache-Control": "no-store"}
