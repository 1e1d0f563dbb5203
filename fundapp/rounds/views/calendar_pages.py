"""The calendar: the dates of all rounds, a month a page."""

from datetime import date
from typing import Any

from flask import g, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.core import clock
from fundapp.core.guard import guard
from fundapp.core.web import language, zone
from fundapp.core.words import pick
from fundapp.rounds import calendar
from fundapp.rounds.rules import OFFICE
from fundapp.rounds.views.blueprint import bp

FARTHEST = 50
"""Years to either side in which a month is still looked at."""


def _month(text: str, today: date) -> date:
    """Read 2026-12; anything else is the present month."""
    year, _dash, month = text.partition("-")
    is_month = year.isdecimal() and month.isdecimal() and len(year) == 4 and 1 <= int(month) <= 12
    if is_month and abs(int(year) - today.year) <= FARTHEST:
        return date(int(year), int(month), 1)
    return today.replace(day=1)


def _moved(month: date, by: int) -> date:
    place = month.year * 12 + month.month - 1 + by
    return date(place // 12, place % 12 + 1, 1)


@bp.get("/office/calendar")
@guard(OFFICE)
def calendar_show() -> Any:
    """Show what falls in a month: openings, closings, reviews, letters, milestones."""
    funds = calendar.funds(current_user)
    fund = next((one for one in funds if one.slug == request.args.get("fund")), None)
    if fund is not None or len(funds) == 1:
        g.zone = (fund or funds[0]).zone
    today = clock.day(g.arrived_at, zone())
    month = _month(request.args.get("month", ""), today)
    found = calendar.entries(
        current_user, month, _moved(month, 1), fund_id=fund.id if fund else None, language=language()
    )
    days: dict[date, list[Any]] = {}
    for one in found:
        days.setdefault(one.on, []).append(one)
    here, only = f"{month:%Y-%m}", fund.slug if fund else None
    tabs = [(_("All funds"), url_for(".calendar_show", month=here), fund is None)]
    tabs += [
        (pick(one.name, language()), url_for(".calendar_show", month=here, fund=one.slug), one is fund)
        for one in funds
    ]
    return render_template(
        "rounds/calendar.html",
        month=month,
        days=days,
        today=today,
        funds=funds,
        fund=fund,
        tabs=tabs,
        earlier=url_for(".calendar_show", month=f"{_moved(month, -1):%Y-%m}", fund=only),
        later=url_for(".calendar_show", month=f"{_moved(month, 1):%Y-%m}", fund=only),
    )
