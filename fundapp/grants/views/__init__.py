"""Pages of grants: lists, one grant for both sides; the plan, the agreement and the account beside it."""

from typing import Any

from flask import Blueprint, current_app, g, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from fundapp.applications.rules import partner
from fundapp.core.guard import guard
from fundapp.core.rules import SIGNED_IN
from fundapp.core.web import language
from fundapp.core.words import pick
from fundapp.funds import money_bars
from fundapp.grants import paid_people, plan, queries
from fundapp.grants.models import Agreement, Award, AwardState
from fundapp.grants.rules import ENTER, PLAN, SEE
from fundapp.grants.service import ENDED
from fundapp.grants.views.agreed_parts import agreed
from fundapp.grants.workflow import (
    AGREEMENT_WORDS,
    AWARD_WORDS,
    BY_HAND,
    OWN_AGREEMENT_WORDS,
    agreements,
    workflow,
)

bp = Blueprint("grants", __name__)


def load(user: Any, id: int) -> Award | None:
    """Load a grant for a page, and show times in its fund's zone."""
    award = queries.grant(user, id)
    if award is not None:
        g.zone, g.currency = award.application.fund.zone, award.application.fund.currency
    return award


def load_paid(user: Any, id: int) -> Award | None:
    """Load a grant for who is paid a share of it: through the doors of the project, or as a payee only."""
    award = load(user, id) or paid_people.award_of(user, id)
    if award is not None:
        g.zone, g.currency = award.application.fund.zone, award.application.fund.currency
    return award


def load_own_share(user: Any, id: int) -> Agreement | None:
    """Load the version of which somebody has a share, as `load_under_way` does."""
    award = load_paid(user, id)
    if award is None or not award.agreements:
        return None
    return award.agreement_under_way or award.agreements[-1]


def load_under_way(user: Any, id: int) -> Agreement | None:
    """Load the version that is being written, offered or signed, or else the newest.

    A link from an older mail then leads back to the grant instead of nowhere.
    """
    award = load(user, id)
    if award is None or not award.agreements:
        return None
    return award.agreement_under_way or award.agreements[-1]


@bp.get("/grants")
@guard(SIGNED_IN)
def index() -> Any:
    """List the grants of the office, or one's own."""
    before = request.args.get("before", type=int)
    if not queries.is_office(current_user):
        rows = queries.own_grants(current_user, before=before)
        shared = paid_people.grants_of(current_user)
        return render_template("grants/own.html", **_page(rows, {}), words=_words, shared=shared)
    chosen = {"state": request.args.get("state", ""), "round": request.args.get("round", "")}
    state = AwardState(chosen["state"]) if chosen["state"] in set(AwardState) else None
    round_id = int(chosen["round"]) if chosen["round"].isdecimal() else None
    rows = queries.office_grants(current_user, state=state, round_id=round_id, before=before)
    return render_template(
        "grants/index.html",
        **_page(rows, chosen),
        words=_words,
        chosen=chosen,
        states=[(state.value, AWARD_WORDS[state][1]) for state in AwardState],
        rounds=[(row.id, pick(row.name, language())) for row in queries.rounds_with_grants(current_user)],
    )


def _page(rows: Any, chosen: dict[str, str]) -> dict[str, Any]:
    """Cut a list to one page, with what was paid on each grant and the ways to the other pages."""
    items = rows[: queries.PAGE]
    more, later = len(rows) > queries.PAGE, request.args.get("before")
    kept: dict[str, Any] = {name: value for name, value in chosen.items() if value}
    page = {
        "older_url": url_for(".index", before=items[-1].id, **kept) if more else None,
        "newer_url": url_for(".index", **kept) if later else None,
        "count_text": None if more or later else ngettext("%(num)s grant", "%(num)s grants", len(items)),
    }
    return {"rows": items, "page": page, "paid": queries.paid([row.id for row in items]) if items else {}}


def _words(row: Any) -> tuple[str, Any]:
    """Say where a grant stands; while it is planned, where its agreement stands."""
    if row.state is AwardState.PLANNING and row.agreement_state is not None:
        return AGREEMENT_WORDS[row.agreement_state]
    return AWARD_WORDS[row.state]


@bp.get("/grants/<int:id>")
@guard(SEE, load)
def show(award: Award) -> Any:
    """Show one grant to the grantee or to the office."""
    is_own = partner(current_user, award)
    version = award.agreement_under_way
    return render_template(
        "grants/show.html",
        award=award,
        fund=award.application.fund,
        is_own=is_own,
        state=AWARD_WORDS[award.state],
        agreement_words=OWN_AGREEMENT_WORDS if is_own else AGREEMENT_WORDS,
        version=version,
        plan=plan.shown(version.plan) if version else [],
        money=_money(award),
        moves=[move for move in workflow.open_to(current_user, award) if move.name in BY_HAND],
        steps={move.name for move in agreements.open_to(current_user, version)} if version else set(),
        may_redraft=PLAN(current_user, award) and award.state not in ENDED,
        can_enter=ENTER(current_user, award),
        proposal_url=_proposal(award, is_own=is_own),
        **agreed(award, version),
    )


def _proposal(award: Award, *, is_own: bool) -> str | None:
    """Give the address of the proposal, on the applicant's or the office's side."""
    endpoint = "applications.show" if is_own else "applications.office_show"
    known = endpoint in current_app.view_functions
    return url_for(endpoint, id=award.application_id) if known else None


def _money(award: Award) -> dict[str, Any]:
    """Give the figures of a grant and the bar that shows them."""
    standing = queries.standing(award)
    currency, lang = award.application.fund.currency, language()
    parts = [
        ("paid", standing.paid, _("paid")),
        ("under_way", standing.under_way, _("approved, on its way")),
        ("promised", standing.to_come, _("to come")),
    ]
    bar = money_bars.draw(parts, _("The grant in parts"), currency=currency, language=lang, uid="bar")
    return {"standing": standing, "bar": bar}


@bp.app_context_processor
def _for_other_pages() -> dict[str, Any]:
    return {"dossier_grant": queries.grant_of, "grant_words": AWARD_WORDS}


# The pages beside this one hang under the same blueprint.
from fundapp.grants.views import (  # noqa: E402
    account_check_pages,  # noqa: F401
    account_pages,  # noqa: F401
    agreement_pages,  # noqa: F401
    amendment_pages,  # noqa: F401
    condition_pages,  # noqa: F401
    milestone_pages,  # noqa: F401
    paid_people_pages,  # noqa: F401
    plan_pages,  # noqa: F401
    report_days_pages,  # noqa: F401
    report_pages,  # noqa: F401
    report_writing_pages,  # noqa: F401
    share_pages,  # noqa: F401
    step_pages,  # noqa: F401
    term_pages,  # noqa: F401
    timeline_pages,  # noqa: F401
    version_pages,  # noqa: F401
)
