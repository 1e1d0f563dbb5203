"""The payout room; beside it the pages of requests, batches and the ledger."""

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, g, render_template, request, url_for
from flask_babel import ngettext
from flask_login import current_user

from fundapp.accounts.rules import finance
from fundapp.applications.rules import partner
from fundapp.core import clock
from fundapp.core.guard import guard
from fundapp.funds import ledger
from fundapp.funds.models import PaymentScheme
from fundapp.grants.models import Award, MilestoneState
from fundapp.grants.views.milestone_pages import by_hand
from fundapp.grants.workflow import MILESTONE_WORDS
from fundapp.payouts import room
from fundapp.payouts.progress import Progress, progress, step_of
from fundapp.payouts.rules import ASK, MONEY, ROOM
from fundapp.payouts.warnings import Hands, hands_of
from fundapp.payouts.workflow import BATCH_WORDS

bp = Blueprint("payouts", __name__)


@bp.get("/payouts")
@guard(ROOM)
def index() -> Any:
    """Show what waits to be checked and paid at one fund, its open batch, and what went lately."""
    funds = room.funds_of(current_user)
    fund = next((one for one in funds if one.slug == request.args.get("fund")), funds[0])
    g.zone = fund.zone
    waiting = room.waiting(current_user, fund)
    rows = [(row, hands_of(row, current_user, fund, clock.now())) for row in waiting]
    return render_template(
        "payouts/index.html",
        fund=fund,
        funds=funds,
        rows=rows,
        refs=room.refs_of([row.id for row in waiting]) if waiting else {},
        title=_title(rows),
        batch=room.open_batch(fund),
        held={account.value: cents for account, cents in ledger.balances(fund.id).items()},
        accounts=room.unconfirmed(current_user, fund) if finance(current_user, fund) else [],
        recent=room.batches_of(fund) if MONEY(current_user, fund) else [],
        batch_words=BATCH_WORDS,
        may_pay=finance(current_user, fund),
        may_read=MONEY(current_user, fund),
    )


def _title(rows: list[tuple[Any, Hands]]) -> str:
    waiting = ngettext("%(num)s request waits", "%(num)s requests wait", len(rows))
    ready = sum(1 for _row, hands in rows if hands.is_ready)
    return str(waiting) + ", " + str(ngettext("%(num)s ready to pay", "%(num)s ready to pay", ready))


@bp.app_context_processor
def _for_other_pages() -> dict[str, Any]:
    return {
        "grant_progress": _grant_progress,
        "milestone_work": step_of,
        "milestone_words": MILESTONE_WORDS,
        "amendment_url": _amendment_url,
    }


def _amendment_url(award: Award) -> str:
    """Give the address where another agreement is begun."""
    return url_for("grants.amendment", id=award.id)


def _grant_progress(award: Award) -> dict[str, Any]:
    """Give what a grant's page shows of milestones and requests."""
    found = progress(award)
    return {
        "progress": found,
        "is_own": partner(current_user, award),
        "may_ask": _may_ask(award, found),
        "owners": found.owners,
        "until": max(
            (step.last_day for step in found.steps if step.last_day and step.rest_cents), default=None
        ),
        "draft": found.draft if partner(current_user, award) else None,
        "words": MILESTONE_WORDS,
        "moves": _moves,
        "host": _host,
    }


def _host(link: str) -> str:
    """Name the machine an address leads to, which says more than a whole address."""
    return urlsplit(link).hostname or link


def _may_ask(award: Award, found: Progress) -> bool:
    """Tell whether the person can ask for milestones; a grant with an advance is settled as a whole."""
    by_milestone = award.scheme is PaymentScheme.MILESTONES and award.state == "active"
    return by_milestone and ASK(current_user, award) and _has_rest(found)


def _has_rest(found: Progress) -> bool:
    return any(step.rest_cents > 0 and step.milestone.state is MilestoneState.OPEN for step in found.steps)


def _moves(milestone: Any) -> list[Any]:
    """List the steps a person may take with a milestone from the page of its grant."""
    return by_hand(current_user, milestone)


# The pages beside this one hang under the same blueprint.
from fundapp.payouts.views import (  # noqa: E402
    advance_pages,  # noqa: F401
    asking_pages,  # noqa: F401
    batch_pages,  # noqa: F401
    budget_pages,  # noqa: F401
    claim_list_pages,  # noqa: F401
    claim_pages,  # noqa: F401
    evidence_pages,  # noqa: F401
    follow_pages,  # noqa: F401
    ledger_file_pages,  # noqa: F401
    ledger_pages,  # noqa: F401
    line_pages,  # noqa: F401
    opinion_pages,  # noqa: F401
    payment_pages,  # noqa: F401
    recovery_pages,  # noqa: F401
    release_pages,  # noqa: F401
    safety_pages,  # noqa: F401
    scheme,  # noqa: F401
    settlement_pages,  # noqa: F401
    statement_pages,  # noqa: F401
    talk_pages,  # noqa: F401
    terms_pages,  # noqa: F401
)
