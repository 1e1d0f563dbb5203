"""The ledger to take along: CSV, workbook, audit file, statement of account."""

import io
from typing import Any

from flask import Response, abort, request
from flask_login import current_user

from fundapp.applications.queries import barred_for
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.core.guard import guard
from fundapp.core.web import language
from fundapp.funds.models import Fund
from fundapp.payouts import audit_file, ledger_files, year_account
from fundapp.payouts.rules import MONEY, ROOM
from fundapp.payouts.sheets import XLSX
from fundapp.payouts.views import bp
from fundapp.payouts.views.ledger_pages import load


def _year(fund: Fund, *, wanted: bool = False) -> int | None:
    """Read the year from the address; where one is wanted, that of the newest posting when none is given."""
    given = request.args.get("year", type=int)
    if given is not None and not 1900 < given < 3000:
        abort(404)
    return given or ((ledger_files.last_year(fund) or clock.now().year) if wanted else None)


def _hidden() -> frozenset[int]:
    return frozenset(db.session.scalars(barred_for(current_user)))


def _file(content: bytes, name: str, kind: str) -> Response:
    answer = Response(content, mimetype=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@bp.get("/ledger/<int:fund_id>/postings.csv")
@guard(MONEY, load)
def ledger_csv(fund: Fund) -> Any:
    """Give every posting as CSV."""
    year, out = _year(fund), io.StringIO(newline="")
    ledger_files.write_csv(fund, out, year, _hidden())
    return _file(out.getvalue().encode(), f"ledger-{fund.slug}{f'-{year}' if year else ''}.csv", "text/csv")


@bp.get("/ledger/<int:fund_id>/postings.xlsx")
@guard(MONEY, load)
def ledger_workbook(fund: Fund) -> Any:
    """Give every posting as a workbook with balances and a codebook."""
    year = _year(fund)
    content, _number = ledger_files.xlsx(fund, clock.now(), language(), year, _hidden())
    return _file(content, f"ledger-{fund.slug}{f'-{year}' if year else ''}.xlsx", XLSX)


@bp.get("/ledger/<int:fund_id>/audit-file.xml")
@guard(MONEY, load)
def ledger_audit_file(fund: Fund) -> Any:
    """Give a year as XML Auditfile Financieel."""
    year, out = _year(fund, wanted=True) or 0, io.BytesIO()
    audit_file.write(fund, year, out, made_at=clock.now(), hidden=_hidden())
    return _file(out.getvalue(), f"auditfile-{fund.slug}-{year}.xml", "application/xml")


@bp.get("/ledger/<int:fund_id>/statement.pdf")
@guard(ROOM, load)
def account_statement(fund: Fund) -> Any:
    """Give the statement of account of a year as PDF."""
    year = _year(fund, wanted=True) or 0
    content = year_account.pdf(fund, year, lang=language(), made_at=clock.now())
    return _file(content, f"account-{fund.slug}-{year}.pdf", "application/pdf")
