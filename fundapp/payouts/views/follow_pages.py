"""Follow the euro: a fund's money and one gift as a picture with its table; a payment back to its gifts."""

from typing import Any

from flask import g, render_template
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.core import money
from fundapp.core.charts.streams import streams
from fundapp.core.guard import guard
from fundapp.core.web import language
from fundapp.funds import gift_queries
from fundapp.funds.models import Contribution, Fund
from fundapp.funds.rules import OFFICE
from fundapp.payouts import follow, queries
from fundapp.payouts.models import Payment
from fundapp.payouts.rules import MONEY
from fundapp.payouts.views import bp
from fundapp.payouts.views.ledger_pages import load


def load_gift(user: Any, id: int) -> Contribution | None:
    """Load a gift to a fund the person works at, and show times in its zone."""
    found = gift_queries.office_gift(user, id)
    if found is not None:
        g.zone = found.fund.zone
    return found


def drawn(flow: follow.Flow, fund: Fund, title: str, *, uid: str) -> dict[str, Any]:
    """Give the picture of a flow, and the same as rows: from, to, cents."""
    lang = language()
    names = {stop.key: stop.name for column in flow.columns for stop in column}
    rows = [(names[one.source], names[one.target], one.cents) for one in flow.ribbons]
    sums = ((stop.name, money.show(stop.cents, fund.currency, lang)) for c in flow.columns for stop in c)
    told = "; ".join(f"{name} {sum_}" for name, sum_ in sums)
    picture = streams(
        flow.columns, flow.ribbons, title, told, lambda cents: money.show(cents, fund.currency, lang), uid=uid
    )
    return {"flow": flow, "picture": picture, "rows": rows}


@bp.get("/ledger/<int:fund_id>/flow")
@guard(OFFICE, load)
def follow_fund(fund: Fund) -> Any:
    """Show where all that was given to a fund went."""
    names = follow.office_names(current_user, fund, language())
    picture = drawn(follow.flow(fund.id, names), fund, _("From who gave it to what it paid"), uid="flow")
    return render_template("payouts/flow.html", fund=fund, gift=None, payments=[], **picture)


@bp.get("/gifts/<int:id>/flow")
@guard(OFFICE, load_gift)
def follow_gift(gift: Contribution) -> Any:
    """Show where one gift went, down to each payment."""
    fund = gift.fund
    names = follow.office_names(current_user, fund, language())
    found = follow.flow(fund.id, names, gift.id)
    picture = drawn(found, fund, _("From who gave it to what it paid"), uid="flow")
    return render_template(
        "payouts/flow.html", fund=fund, gift=gift, payments=follow.payments_of(current_user, gift), **picture
    )


@bp.get("/payments/<int:id>/gifts")
@guard(MONEY, queries.payment)
def origin(payment: Payment) -> Any:
    """Show which gifts a payment was paid from."""
    fund = payment.claim.award.application.fund
    g.zone = fund.zone
    return render_template(
        "payouts/origin.html", fund=fund, payment=payment, rows=follow.origin(payment.id),
        themes={theme["key"]: theme for theme in fund.themes},
    )  # fmt: skip
