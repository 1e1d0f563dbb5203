"""Pages on which the bank's answers are taken in and looked at."""

from typing import Any

from flask import current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from fundapp.accounts.rules import finance
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.refusals import Refusal
from fundapp.funds.models import Fund
from fundapp.payouts import open_lines, statement_rows, statement_task, statements
from fundapp.payouts.bank_xml import LARGEST
from fundapp.payouts.forms import StatementForm
from fundapp.payouts.models import BankStatement, LineState
from fundapp.payouts.rules import MONEY
from fundapp.payouts.statement_files import Taken
from fundapp.payouts.views import bp
from fundapp.payouts.views.ledger_pages import load
from fundapp.payouts.workflow import LINE_WORDS


@bp.get("/ledger/<int:fund_id>/statements")
@guard(MONEY, load)
def bank_statements(fund: Fund) -> Any:
    """List what the bank sent back, the newest first."""
    return _list(fund, StatementForm(formdata=None))


def _list(fund: Fund, form: StatementForm, status: int = 200) -> Any:
    return render_template(
        "payouts/statements.html", fund=fund, form=form, rows=statement_rows.of_fund(fund),
        may_take_in=finance(current_user, fund), waiting=open_lines.count(current_user, fund),
    ), status  # fmt: skip


@bp.post("/ledger/<int:fund_id>/statements")
@guard(finance, load)
def take_in_statement(fund: Fund) -> Any:
    """Take in a file of the bank; what can't be read is told beside the field, and nothing is booked."""
    form = StatementForm()
    file = form.file.data
    if not form.validate() or not file:
        return _list(fund, form, 422)
    content, name = file.read(LARGEST + 1), (file.filename or "statement.xml")[-80:]
    if statement_task.LARGE < len(content) <= LARGEST:
        return _later(content, name, fund)
    try:
        taken = statements.take_in(
            content, name=name, fund=fund, settings=current_app.config["SETTINGS"],
            actor=current_user, at=g.arrived_at,
        )  # fmt: skip
    except Refusal as fault:
        db.session.rollback()
        form.file.errors = [str(fault)]
        return _list(fund, form, 422)
    db.session.commit()
    _tell(taken)
    return redirect(url_for(".bank_statement", id=taken[0].statement.id))


def _later(content: bytes, name: str, fund: Fund) -> Any:
    """Leave a large file to the worker: nobody waits for an answer that takes minutes."""
    statement_task.order(content, name=name, fund=fund, actor=current_user, at=g.arrived_at)
    db.session.commit()
    flash(
        _("This file has many lines, so the worker takes it in. Here you see how far it is, then a report.")
    )
    return redirect(url_for("downloads.index"))


def _tell(taken: list[Taken]) -> None:
    if not any(one.is_new for one in taken):
        flash(_("This was taken in before. Nothing was booked a second time."), "info")
        return
    lines = [line for one in taken if one.is_new for line in one.statement.lines]
    matched = sum(line.state in (LineState.MATCHED, LineState.RETURNED) for line in lines)
    flash(ngettext("%(num)d line is booked.", "%(num)d lines are booked.", matched))
    if open_ := sum(line.state is LineState.UNMATCHED for line in lines):
        flash(ngettext("%(num)d line has no match.", "%(num)d lines have no match.", open_), "warn")


@bp.get("/statements/<int:id>")
@guard(MONEY, statement_rows.office_statement)
def bank_statement(statement: BankStatement) -> Any:
    """Show one statement or status report, line by line."""
    fund = db.session.get_one(Fund, statement.fund_id)
    g.zone = fund.zone
    rows = statement_rows.lines_of(current_user, statement, request.args.get("after", 0, type=int))
    shown = rows[: statement_rows.PAGE]
    return render_template(
        "payouts/statement.html", statement=statement, fund=fund, words=LINE_WORDS, lines=shown,
        more=shown[-1][0].id if len(rows) > len(shown) else None,
    )  # fmt: skip
