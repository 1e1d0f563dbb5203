"""The office's list of requests, and what the lists of grants show of requests."""

from collections.abc import Sequence
from typing import Any

from flask import g, render_template, request, url_for
from flask_babel import ngettext
from flask_login import current_user

from fundapp.core import clock
from fundapp.core.guard import guard
from fundapp.payouts import claim_lists, idle, room
from fundapp.payouts.claim_lists import Wish
from fundapp.payouts.models import ClaimState
from fundapp.payouts.rules import ROOM
from fundapp.payouts.views import bp
from fundapp.payouts.workflow import CLAIM_WORDS

STATES = [state for state in ClaimState if state is not ClaimState.DRAFT]


@bp.get("/claims")
@guard(ROOM)
def claims() -> Any:
    """List the requests of one's funds, narrowed by state, age and what is late."""
    chosen = {name: request.args.get(name, "") for name in ("state", "fund", "age", "late")}
    funds = room.funds_of(current_user)
    wish = Wish(
        state=ClaimState(chosen["state"]) if chosen["state"] in set(STATES) else None,
        fund_id=next((one.id for one in funds if one.slug == chosen["fund"]), None),
        days=int(chosen["age"]) if chosen["age"] in {str(days) for days in claim_lists.AGES} else None,
        late=bool(chosen["late"]),
    )
    before = request.args.get("before", type=int)
    rows = claim_lists.office_claims(current_user, wish, at=g.arrived_at, before=before)
    items, more = rows[: claim_lists.PAGE], len(rows) > claim_lists.PAGE
    kept: dict[str, Any] = {name: value for name, value in chosen.items() if value}
    page = {
        "older_url": url_for(".claims", before=items[-1].id, **kept) if more else None,
        "newer_url": url_for(".claims", **kept) if before else None,
        "count_text": None if more or before else ngettext("%(num)s request", "%(num)s requests", len(items)),
    }
    return render_template(
        "payouts/claims.html",
        rows=[(row, claim_lists.is_late(row, g.arrived_at)) for row in items],
        page=page,
        chosen=chosen,
        is_narrowed=bool(kept),
        funds=funds,
        states=[(state.value, CLAIM_WORDS[state][1]) for state in STATES],
        ages=claim_lists.AGES,
        words=CLAIM_WORDS,
    )


def _claimable(rows: Sequence[Any]) -> dict[int, claim_lists.Claimable]:
    on = clock.day(g.arrived_at, "Europe/Amsterdam")
    return claim_lists.claimable([row.id for row in rows], on) if rows else {}


def _silent(rows: Sequence[Any]) -> dict[int, Any]:
    return idle.silent_since([row.id for row in rows], g.arrived_at) if rows else {}


@bp.app_context_processor
def _for_lists() -> dict[str, Any]:
    return {"claimable": _claimable, "silent_grants": _silent}
