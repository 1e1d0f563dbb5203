"""Lines of statements without a match: listed, and explained by hand."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.accounts.rules import finance
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.funds.models import Fund
from fundapp.payouts import handling, open_lines
from fundapp.payouts.forms.handlings import HandlingForm
from fundapp.payouts.models import StatementLine
from fundapp.payouts.rules import MONEY
from fundapp.payouts.views import bp
from fundapp.payouts.views.ledger_pages import load


@bp.get("/ledger/<int:fund_id>/unmatched")
@guard(MONEY, load)
def unmatched(fund: Fund) -> Any:
    """List what the bank told that nobody has explained yet."""
    rows = open_lines.of_fund(current_user, fund, request.args.get("before", type=int))
    more = rows[open_lines.PAGE - 1][0].id if len(rows) > open_lines.PAGE else None
    return render_template(
        "payouts/unmatched.html", fund=fund, rows=rows[: open_lines.PAGE], more=more,
        may_handle=finance(current_user, fund),
    )  # fmt: skip


@bp.get("/statements/lines/<int:id>")
@guard(finance, open_lines.line)
def ask_line(line: StatementLine) -> Any:
    """Ask what a line is."""
    return _page(line, HandlingForm(formdata=None))


def _page(line: StatementLine, form: HandlingForm) -> str:
    fund = db.session.get_one(Fund, line.fund_id)
    form.about.choices = open_lines.choices(current_user, line, fund)
    return render_template("payouts/line.html", line=line, fund=fund, form=form, notes=open_lines.noted(line))


@bp.post("/statements/lines/<int:id>")
@guard(finance, open_lines.line)
def handle_line(line: StatementLine) -> Any:
    """Keep what it is, and book it."""
    form, fund = HandlingForm(), db.session.get_one(Fund, line.fund_id)
    form.about.choices = open_lines.choices(current_user, line, fund)
    if not form.validate():
        return _page(line, form), 422
    kind, about = form.chosen()
    try:
        handling.handle(line, kind, about, form.note.data or "", actor=current_user, at=clock.now())
    except Refusal as fault:
        if type(fault) is not Refusal:
            raise
        db.session.rollback()
        form.about.errors = [str(fault)]
        return _page(line, form), 422
    db.session.commit()
    flash(_("Kept. The ledger follows."))
    return redirect(url_for(".unmatched", fund_id=fund.id))
