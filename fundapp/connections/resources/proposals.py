"""Applications and the decisions about them, through the office's own filter."""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import case, false, select

from fundapp.accounts.models import Party, RoleName
from fundapp.applications.models import Application, ApplicationState, ApplicationVersion
from fundapp.applications.office_list import scope as handled
from fundapp.connections.declared import Caller, Field, Filter, Resource
from fundapp.connections.resources.calls import name_of_call
from fundapp.connections.resources.names import PARTY, WHO
from fundapp.connections.scopes import Scope
from fundapp.decisions.models import Decision, DecisionState, Outcome
from fundapp.funds.models import Fund
from fundapp.reports.published import free_of_embargo
from fundapp.rounds.models import Round, Stage

CALL = Field("call", "text", _l("Fund and short name of the call."), name_of_call)
IN_CALL = Filter(
    "call", "text", _l("Only of this call, by its short name."), lambda value: Round.slug == value
)


def readable(caller: Caller) -> Any:
    """Give the condition for the applications of the key's fund that its maker sees now, at work."""
    if caller.user is None or caller.fund is None:
        return false()
    return (Application.fund_id == caller.fund.id) & handled(caller.user, None)


changed_at: Any = case(
    (ApplicationVersion.made_at > Application.state_at, ApplicationVersion.made_at),
    else_=Application.state_at,
)
"""When a state or a version last changed: the later of the two."""


def _applications(caller: Caller) -> Any:
    return (
        select(
            Application.id, Application.code, Application.title, Application.state, Application.state_at,
            Application.theme, Application.country, Application.requested_cents, Application.submitted_at,
            Application.version_number, changed_at.label("changed_at"), Fund.currency,
            Fund.slug.label("fund"), Round.slug, *PARTY,
        )
        .join(Fund, Fund.id == Application.fund_id)
        .join(Round, Round.id == Application.round_id)
        .outerjoin(Party, Party.id == Application.party_id)
        .outerjoin(
            ApplicationVersion,
            (ApplicationVersion.application_id == Application.id)
            & (ApplicationVersion.number == Application.version_number),
        )
        .where(readable(caller))
    )  # fmt: skip


APPLICATIONS = Resource(
    "applications", "Application", _l("Applications, as the office sees them."), Scope.APPLICATIONS,
    (
        Field("code", "text", _l("Code of the application.")),
        Field("title", "text", _l("Name of the project.")),
        CALL,
        Field("state", "word", _l("Where it stands."), None, False, ApplicationState),
        Field("state_since", "instant", _l("Since when."), lambda line: line.state_at),
        Field("submitted_at", "instant", _l("When it was first sent in.")),
        Field("changed_at", "instant", _l("When its state or text last changed.")),
        Field("version", "count", _l("Number of the version that counts."), lambda line: line.version_number),
        Field("theme", "text", _l("Theme it is filed under."), None, True),
        Field("country", "text", _l("ISO 3166 code of the country."), None, True),
        Field("requested", "money", _l("What is asked for."), None, True),
        Field("applicant", "object", _l("Who applies."), fields=WHO),
    ),
    _applications, Application.id, lambda name: Application.code == name, "2026-11-001",
    (
        Filter(
            "state", "word", _l("Only in this state."), lambda value: Application.state == value,
            ApplicationState,
        ),
        IN_CALL,
        Filter(
            "changed_since", "instant", _l("Only what changed at or after this instant."),
            lambda at: changed_at >= at,
        ),
    ),
)  # fmt: skip


def _decisions(caller: Caller) -> Any:
    managed = caller.user.funds(RoleName.MANAGER, RoleName.AUDITOR) if caller.user else []
    return (
        select(
            Decision.id, Decision.number, Decision.outcome, Decision.amount_cents, Decision.state,
            Decision.released_at, Decision.reserve_place, Stage.number.label("stage"), Application.code,
            Fund.currency, Fund.slug.label("fund"), Round.slug,
        )
        .join(Application, Application.id == Decision.application_id)
        .join(Fund, Fund.id == Decision.fund_id)
        .join(Round, Round.id == Decision.round_id)
        .join(Stage, Stage.id == Decision.stage_id)
        .where(
            readable(caller),
            Decision.fund_id.in_(managed),
            Decision.released_at.is_not(None),
            free_of_embargo(caller.at),
        )
    )  # fmt: skip


def _number(name: str) -> int:
    """Read a whole number from an address; one that no row has for what is none."""
    return int(name) if name.isdecimal() and len(name) < 10 else 0


DECISIONS = Resource(
    "decisions", "Decision", _l("Decisions that were announced. Before that, none is told."), Scope.DECISIONS,
    (
        Field("code", "text", _l("Number of the decision."), lambda line: str(line.id)),
        Field("application", "text", _l("Code of the application."), lambda line: line.code),
        CALL,
        Field("stage", "count", _l("Number of the stage it is about.")),
        Field("number", "count", _l("Which decision about this application it is.")),
        Field("outcome", "word", _l("What was decided."), None, False, Outcome),
        Field("amount", "money", _l("What was granted; null when nothing was."), None, True),
        Field("reserve_place", "count", _l("Place on the reserve list."), None, True),
        Field("announced_at", "instant", _l("When it was announced."), lambda line: line.released_at),
        Field(
            "is_superseded", "flag", _l("Whether a later decision took its place."),
            lambda line: line.state is DecisionState.SUPERSEDED,
        ),
    ),
    _decisions, Decision.id, lambda name: Decision.id == _number(name), "17",
    (
        IN_CALL,
        Filter(
            "outcome", "word", _l("Only with this outcome."), lambda value: Decision.outcome == value, Outcome
        ),
        Filter(
            "announced_since", "instant", _l("Only what was announced at or after this instant."),
            lambda at: Decision.released_at >= at,
        ),
    ),
)  # fmt: skip
