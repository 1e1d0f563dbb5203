"""The public pages, and the way home after signing in."""

from datetime import datetime
from typing import Any

from flask import abort, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from fundapp.accounts.models import RoleName
from fundapp.core import clock
from fundapp.core.guard import guard
from fundapp.core.rules import PUBLIC, SIGNED_IN
from fundapp.core.web import language
from fundapp.funds import ledger
from fundapp.funds.queries import OFFICE_ROLES, all_funds, fund_by_slug
from fundapp.grants import progress_reports
from fundapp.grants.workflow import AWARD_WORDS, MILESTONE_WORDS
from fundapp.payouts import follow
from fundapp.payouts.views import follow_pages
from fundapp.public import money as public_money
from fundapp.public import queries
from fundapp.public.figures import Purse, days_left, purses
from fundapp.public.views.blueprint import bp
from fundapp.rounds import queries as rounds
from fundapp.rounds.models import Round
from fundapp.rounds.phases import WORDS, phase
from fundapp.rounds.rules import OFFICE

MOST_ON_FRONT = 12
"""Of many funds the front page shows so many open calls and purses, and leads to the pages with all."""


def _purses(most: int | None = None) -> list[Purse]:
    funds = all_funds()[:most]
    return purses(funds, ledger.figures_of([fund.id for fund in funds]), language())


def _countdown(round: Round, at: datetime) -> tuple[int, str] | None:
    closes = round.stage.closes_at
    return days_left((closes - at).total_seconds()) if closes and round.opens_for(at) else None


@bp.app_context_processor
def _names() -> dict[str, Any]:
    return {"phase": phase, "PHASES": WORDS, "countdown": _countdown}


@bp.get("/")
@guard(PUBLIC)
def front() -> Any:
    """Show what is open, where the money is, what was funded lately."""
    sent, given = queries.totals()
    open_now = rounds.open_rounds(clock.now())
    return render_template(
        "public/front.html",
        open=open_now[:MOST_ON_FRONT],
        more=len(open_now[MOST_ON_FRONT:]),
        purses=_purses(MOST_ON_FRONT),
        projects=queries.projects(limit=5)[:5],
        sent=sent,
        given=given,
        words=AWARD_WORDS,
    )


@bp.get("/calls")
@guard(PUBLIC)
def calls() -> Any:
    """List every call: open, announced, closed, decided."""
    return render_template("public/calls.html", rounds=rounds.public_rounds(clock.now()))


@bp.get("/calls/<fund_slug>/<round_slug>")
@guard(PUBLIC)
def call(fund_slug: str, round_slug: str) -> Any:
    """Show one call: what it pays, how proposals are judged, when."""
    round = rounds.public_round(fund_slug, round_slug)
    if round is None:
        abort(404)
    g.row, g.zone = round, round.fund.zone
    return render_template("public/call.html", round=round, criteria=queries.criteria(round.stage.rubric_id))


def _round(user: Any, id: int) -> Round | None:
    found = rounds.office_round(user, id)
    if found is not None:
        g.zone = found.fund.zone
    return found


@bp.get("/office/rounds/<int:id>/preview")
@guard(OFFICE, _round)
def preview(round: Round) -> Any:
    """Show the page of a call as applicants will see it, before or after it is published."""
    criteria = queries.criteria(round.stage.rubric_id)
    return render_template("public/call.html", round=round, criteria=criteria, is_preview=True)


@bp.get("/projects")
@guard(PUBLIC)
def projects() -> Any:
    """List what was funded, fifty a page."""
    before = request.args.get("before", type=int)
    found = queries.projects(before=before)
    shown = found[: queries.PAGE]
    older = url_for(".projects", before=shown[-1].id) if len(found) > queries.PAGE else None
    pages = {"older_url": older, "newer_url": url_for(".projects") if before else None, "count_text": ""}
    return render_template("public/projects.html", projects=shown, page=pages, words=AWARD_WORDS)


@bp.get("/projects/<code>")
@guard(PUBLIC)
def project(code: str) -> Any:
    """Show one funded project: what it is, what it got, what is published."""
    found = queries.project(code)
    if found is None:
        abort(404)
    return render_template(
        "public/project.html",
        project=found,
        abstract=queries.abstract(found.id),
        outcome=progress_reports.public_summaries([found.id]).get(found.id, ""),
        milestones=queries.milestones(found.id),
        words=MILESTONE_WORDS,
        award_words=AWARD_WORDS,
    )


@bp.get("/money")
@guard(PUBLIC)
def money() -> Any:
    """Show the money of every fund and who gave it."""
    return render_template("public/money.html", purses=_purses(), gifts=queries.gifts())


@bp.get("/money/<fund_slug>")
@guard(PUBLIC)
def money_of(fund_slug: str) -> Any:
    """Show how the money of one fund flows, from who gave it to what it paid, and its years."""
    fund = fund_by_slug(fund_slug)
    if fund is None:
        abort(404)
    found = follow.flow(fund.id, public_money.names(fund, language()), without_name_is_left=True)
    title = _("From who gave it to what it paid")
    return render_template(
        "public/money_of.html", fund=fund, years=public_money.years(fund),
        **follow_pages.drawn(found, fund, title, uid="flow"),
    )  # fmt: skip


@bp.get("/how-we-decide")
@guard(PUBLIC)
def how_we_decide() -> Any:
    """Say how a proposal becomes a decision."""
    return render_template("public/how_we_decide.html", open=rounds.open_rounds(clock.now()))


@bp.get("/home")
@guard(SIGNED_IN)
def home() -> Any:
    """Send a person to where their work is."""
    if current_user.funds(RoleName.FINANCE) and not current_user.funds(RoleName.MANAGER):
        return redirect(url_for("payouts.index"))
    if current_user.funds(*OFFICE_ROLES):
        return redirect(url_for("rounds.index"))
    if current_user.holds(RoleName.REVIEWER):
        return redirect(url_for("reviews.index"))
    if current_user.is_administrator:
        return redirect(url_for("admin.index"))
    return redirect(url_for("applications.index"))
