"""The blueprint of deciding, and what it lends to other pages."""

from typing import Any

from flask import Blueprint, current_app, request, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from fundapp.accounts.rules import auditor, manager
from fundapp.decisions import caps, letter_rows, queries, service
from fundapp.decisions.rules import staff
from fundapp.decisions.workflow import LETTER_WORDS, OUTCOME_WORDS, WORDS

bp = Blueprint("decisions", __name__)

TABS: tuple[tuple[Any, str], ...] = (
    (_l("Decisions"), "decisions.office_index"),
    (_l("Simulator"), "decisions.simulator"),
    (_l("Meetings"), "decisions.meetings_of_round"),
    (_l("Letters"), "decisions.outbox"),
    (_l("Reserve list"), "decisions.reserve_list"),
    (_l("Appeals"), "decisions.appeals_of"),
)


@bp.app_context_processor
def _lend() -> dict[str, Any]:
    """Lend the dossier and the applicant's own page what is decided: called only where it is drawn."""
    return {
        "may_propose": lambda application: staff(current_user, application),
        "dossier_decision": lambda application: queries.dossier_row(current_user, application),
        "released_decision": queries.released_decision,
        "decision_letters": letter_rows.sent_about,
        "own_letters": lambda application: letter_rows.sent_to(current_user, application),
        "decision_words": WORDS,
        "outcome_words": OUTCOME_WORDS,
        "letter_words": LETTER_WORDS,
        "possible_outcomes": service.POSSIBLE,
        "decision_tabs": _tabs,
        "may_office": lambda round: (manager | auditor)(current_user, round),
        "cap_warnings": caps.warnings,
    }


def _tabs(round: Any) -> list[tuple[str, str, bool]]:
    """List the pages about the decisions of a round, this one marked."""
    opens: Any = current_app.jinja_env.globals["opens"]
    return [
        (str(label), url_for(endpoint, id=round.id), endpoint == request.endpoint)
        for label, endpoint in TABS
        if opens(endpoint, round)
    ]
