"""Large statements of the bank: taken in by the worker, with a report of every line."""

import csv
from datetime import datetime
from io import StringIO
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from fundapp.accounts.models import User
from fundapp.accounts.rules import finance
from fundapp.config import Settings
from fundapp.core import clock, files, handed_in
from fundapp.core.db import db
from fundapp.core.spreadsheet import harmless
from fundapp.core.task_work import Progress
from fundapp.core.tasks import Made, Task
from fundapp.funds.models import Fund
from fundapp.payouts import statements
from fundapp.payouts.models import BankStatement, StatementLine
from fundapp.payouts.workflow import LINE_WORDS

TASK = "bank-statement"
LARGE = 250_000
"""Bytes above which a statement (some hundreds of lines) is not taken in while somebody waits."""


def order(content: bytes, *, name: str, fund: Fund, actor: User, at: datetime) -> Task:
    """Have a large file of the bank taken in by the worker; the same file is not asked for twice."""
    title = {lang: f"{word} {name}" for lang, word in (("en", "Statement"), ("nl", "Afschrift"))}
    return handed_in.hand_in(
        TASK, content, name=name, media_type="application/xml", payload={"fund": fund.id}, title=title,
        actor=actor, fund_id=fund.id, at=at,
    )  # fmt: skip


def may(user: Any, row: Task) -> bool:
    """Tell whether somebody may take statements in for the fund of a task."""
    fund = db.session.get(Fund, row.payload.get("fund"))
    return fund is not None and bool(finance(user, fund))


def take_in(row: Task, progress: Progress, settings: Settings) -> Made:
    """Take the file in, whole or not at all, and tell what became of each line.

    A worker that begins anew after a crash finds what was taken in and only writes the report.
    """
    content, name = files.content(handed_in.given(row)), str(row.payload["name"])
    fund_id = row.payload["fund"]
    asker = row.asked_by
    with progress.writing():
        taken = statements.take_in(
            content, name=name, fund=db.session.get_one(Fund, fund_id), settings=settings,
            actor=db.session.get_one(User, asker), at=clock.now(), tell=progress,
        )  # fmt: skip
        ids = [one.statement.id for one in taken]
    return Made(f"{name.rsplit('.', 1)[0]}.csv", "text/csv", _report(ids), {"statements": ids})


def _report(ids: list[int]) -> bytes:
    """Write what became of each line, one below the other, amounts in the fund's currency."""
    text = StringIO()
    out = csv.writer(text)
    out.writerow([_("Statement"), _("Day"), _("Amount"), _("Other side"), _("Text"), _("State"), _("Why")])
    lines = (
        select(BankStatement.bank_id, StatementLine)
        .join(StatementLine, StatementLine.statement_id == BankStatement.id)
        .where(BankStatement.id.in_(ids))
        .order_by(StatementLine.id)
        .execution_options(yield_per=1000)
    )
    for bank_id, line in db.session.execute(lines):
        amount = _plain(line.amount_cents)
        state = str(LINE_WORDS[line.state][1])
        out.writerow(
            [harmless(bank_id), line.booked_on or "", amount, harmless(line.name),
             harmless(line.text), state, harmless(line.why)]
        )  # fmt: skip
    return text.getvalue().encode("utf-8-sig")


def _plain(cents: int | None) -> str:
    """Write cents as a number with a point, for a program that reads the report."""
    if cents is None:
        return ""
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"
