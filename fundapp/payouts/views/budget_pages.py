"""The budget of a fund by round and by theme, and when promised money will be asked for."""

from typing import Any

from flask import Response, abort, render_template, request
from flask_babel import gettext as _

from fundapp.core import clock, money
from fundapp.core.charts.months import MonthBars, month_bars
from fundapp.core.charts.screen import swatch
from fundapp.core.guard import guard
from fundapp.core.web import language
from fundapp.funds import ledger, money_bars
from fundapp.funds.ledger import Figures
from fundapp.funds.models import Fund
from fundapp.payouts import budget, budget_files, sheets
from fundapp.payouts.forecast import Forecast, delay, forecast
from fundapp.payouts.rules import ROOM
from fundapp.payouts.sheets import XLSX
from fundapp.payouts.views import bp
from fundapp.payouts.views.ledger_pages import load


def bar_of(figures: Figures, fund: Fund, uid: str) -> money_bars.MoneyBar:
    """Draw where the money of a fund or a round is."""
    way = figures.approved + figures.ordered
    parts = [
        ("paid", figures.paid, _("paid")),
        ("under_way", way, _("approved, on its way")),
        ("promised", figures.promised - way, _("promised, not approved")),
        ("reserved", figures.reserved, _("set apart, not given")),
        ("free", figures.free, _("free")),
    ]
    title = _("Where the money is")
    return money_bars.draw(parts, title, currency=fund.currency, language=language(), uid=uid)


@bp.get("/ledger/<int:fund_id>/budget")
@guard(ROOM, load)
def budget_of(fund: Fund) -> Any:
    """Show the budget of a fund and of each round: left, promised, late."""
    figures, today = ledger.figures(fund.id), clock.day(clock.now(), fund.zone)
    return render_template(
        "payouts/budget.html", fund=fund, figures=figures,
        lines=budget.rounds(fund, today, budget.open_steps(fund)), bar=bar_of(figures, fund, "whole"),
    )  # fmt: skip


@bp.get("/ledger/<int:fund_id>/themes")
@guard(ROOM, load)
def budget_by_theme(fund: Fund) -> Any:
    """Show the budget by theme: what was earmarked, and what projects got."""
    return render_template("payouts/budget_themes.html", fund=fund, rows=budget.themes(fund))


@bp.get("/ledger/<int:fund_id>/forecast")
@guard(ROOM, load)
def forecast_of(fund: Fund) -> Any:
    """Show the payments to come by month, as planned and as experience says."""
    seen, today = _forecast(fund), clock.day(clock.now(), fund.zone)
    return render_template(
        "payouts/forecast.html", fund=fund, seen=seen, picture=_drawn(seen, fund), today=today,
        late_gifts=budget.late_gifts(fund, today), delay=budget_files.delay_words(seen),
        swatches=[swatch(place, uid="months") for place in (0, 1)],
    )  # fmt: skip


def _forecast(fund: Fund) -> Forecast:
    sums, today = ledger.figures(fund.id), clock.day(clock.now(), fund.zone)
    way = sums.approved + sums.ordered
    steps = budget.open_steps(fund)
    return forecast(today, seen=delay(fund), promised=sums.promised, under_way=way, steps=steps)


def _drawn(seen: Forecast, fund: Fund) -> Any:
    lang = language()
    rows = [
        MonthBars(one.first.strftime("%m/%y"), one.planned, one.experienced if seen.delay.is_enough else 0)
        for one in seen.months
    ]
    return month_bars(
        rows,
        _("Payments to come by month"),
        _("Two bars a month: as planned, and as experience says. The table below has the sums."),
        lambda cents: money.show(cents, fund.currency, lang),
        uid="months",
    )


@bp.get("/ledger/<int:fund_id>/budget.xlsx")
@guard(ROOM, load)
def budget_workbook(fund: Fund) -> Any:
    """Give rounds, themes and forecast as a workbook."""
    today = clock.day(clock.now(), fund.zone)
    content = sheets.workbook(budget_files.sheets(fund, today, language()), clock.now(), language())
    return _file(content, f"budget-{fund.slug}-{today.isoformat()}.xlsx", XLSX)


@bp.get("/ledger/<int:fund_id>/budget.csv")
@guard(ROOM, load)
def budget_csv(fund: Fund) -> Any:
    """Give one part of the budget as CSV: rounds, themes or forecast."""
    today, asked = clock.day(clock.now(), fund.zone), request.args.get("part", "rounds")
    found = [sheet for sheet in budget_files.sheets(fund, today, "en") if sheet.key == asked]
    if not found:
        abort(404)
    name = f"budget-{fund.slug}-{asked}-{today.isoformat()}.csv"
    return _file(sheets.csv_text(found[0]).encode(), name, "text/csv")


def _file(content: bytes, name: str, kind: str) -> Response:
    answer = Response(content, mimetype=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
