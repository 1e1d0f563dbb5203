"""Pages of a report as it reads, and of the reports of a fund as it stands."""

from typing import Any

from flask import abort, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.accounts.models import User
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.core.forms import EmptyForm
from fundapp.core.guard import guard
from fundapp.core.web import language
from fundapp.funds.models import Fund
from fundapp.funds.queries import office_fund
from fundapp.reports import documents, evaluations, kinds, long_reports, queries
from fundapp.reports.models import Snapshot
from fundapp.reports.page import fund_page
from fundapp.reports.rules import READ
from fundapp.reports.views.blueprint import bp


def _fund(user: User, id: int) -> Fund | None:
    found = office_fund(user, id)
    if found is not None:
        g.zone = found.zone
    return found


@bp.get("/<int:id>")
@guard(READ, queries.visible_snapshot)
def read(snapshot: Snapshot) -> Any:
    """Show a report as a page, from the same record and template as on paper."""
    text = documents.screen(snapshot.data, lang=language(), made_at=snapshot.made_at)
    return render_template("reports/read.html", snapshot=snapshot, kind=kinds.of(snapshot), text=text)


@bp.get("/funds/<int:id>")
@guard(READ, _fund)
def fund(fund: Fund) -> Any:
    """Show the newest report of a fund, in all formats, and offer to make one now."""
    return render_template("reports/fund.html", fund=fund, page=fund_page(fund, lang=language()))


@bp.post("/funds/<int:id>")
@guard(READ, _fund)
def make_fund(fund: Fund) -> Any:
    """Make the report of a fund from what the records say now."""
    if not EmptyForm().validate():
        abort(400)
    made = evaluations.take_figures(fund, actor=current_user, at=clock.now())
    db.session.flush()
    long_reports.ask_print(made, lang=language(), actor=current_user, at=clock.now())
    db.session.commit()
    flash(_("The report is made. It keeps these figures, whatever changes later."))
    return redirect(url_for(".fund", id=fund.id))
