"""The ledger of a fund: figures that agree, and every posting behind them."""

from typing import Any

from flask import g, render_template, request, url_for
from flask_login import current_user

from fundapp.core.guard import guard
from fundapp.funds import ledger as entries
from fundapp.funds.models import Account, Fund
from fundapp.funds.queries import office_fund
from fundapp.payouts import books
from fundapp.payouts.ledger_words import ACCOUNT_WORDS, EVENT_WORDS
from fundapp.payouts.rules import MONEY, ROOM
from fundapp.payouts.views import bp


def load(user: Any, fund_id: int) -> Fund | None:
    """Load a fund for a page about its money, and show times in its zone."""
    found = office_fund(user, fund_id)
    if found is not None:
        g.zone = found.zone
    return found


@bp.get("/ledger/<int:fund_id>")
@guard(ROOM, load)
def ledger(fund: Fund) -> Any:
    """Show where a fund's money is; single postings to finance and auditors only."""
    figures = entries.figures(fund.id)
    held = entries.balances(fund.id)
    may_read = MONEY(current_user, fund)
    award_id, before = request.args.get("award", type=int), request.args.get("before", type=int)
    rows = books.postings(current_user, fund, award_id=award_id, before=before) if may_read else []
    return render_template(
        "payouts/ledger.html",
        fund=fund,
        figures=figures,
        bank=held[Account.BANK],
        agrees=figures.received - figures.paid == held[Account.BANK] and figures.budget == figures.received,
        may_read=may_read,
        rows=rows[: books.PAGE],
        page=_page(fund, rows, award_id),
        award_id=award_id,
        accounts=ACCOUNT_WORDS,
        events=EVENT_WORDS,
    )


def _page(fund: Fund, rows: Any, award_id: int | None) -> dict[str, Any]:
    there: dict[str, Any] = {"fund_id": fund.id, "award": award_id}
    older = url_for(".ledger", **there, before=rows[books.PAGE - 1].id) if len(rows) > books.PAGE else None
    newer = url_for(".ledger", **there) if request.args.get("before") else None
    return {"older_url": older, "newer_url": newer, "count_text": None}
