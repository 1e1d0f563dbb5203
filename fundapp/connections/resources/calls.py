"""Funds, calls and funded projects: what everybody may read, and calls that are not published yet."""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import case, or_, select

from fundapp.accounts.models import Party, PartyKind
from fundapp.applications.models import Application
from fundapp.connections.declared import Caller, Field, Filter, Line, Resource
from fundapp.connections.scopes import Scope
from fundapp.decisions.models import Decision
from fundapp.funds.models import Fund, Regime
from fundapp.grants.models import Award, AwardState
from fundapp.reports.published import SHOWN_NAME, free_of_embargo, published
from fundapp.rounds.models import Round, RoundState, Stage
from fundapp.rounds.queries import HIDDEN


def name_of_call(line: Line) -> str:
    """Name the call of a row by its fund and short name."""
    return f"{line.fund}/{line.slug}"


FUND_SLUG = Field("fund", "text", _l("Short name of the fund."))


def _funds(caller: Caller) -> Any:
    return select(
        Fund.id, Fund.slug, Fund.name, Fund.summary, Fund.currency, Fund.zone, Fund.languages,
        Fund.legal_regime,
    )  # fmt: skip


FUNDS = Resource(
    "funds", "Fund", _l("The funds of this instance."), None,
    (
        Field("code", "text", _l("Short name of the fund."), lambda line: line.slug),
        Field("name", "names", _l("Name by language.")),
        Field("summary", "names", _l("What it is for, by language.")),
        Field("currency", "text", _l("ISO 4217 code of its currency.")),
        Field("zone", "text", _l("Time zone of its deadlines and days (IANA).")),
        Field("languages", "texts", _l("Its languages.")),
        Field("law", "word", _l("The law it gives under."), lambda line: line.legal_regime, False, Regime),
    ),
    _funds, Fund.id, lambda name: Fund.slug == name, "openweb",
)  # fmt: skip


def _calls(caller: Caller) -> Any:
    shown: Any = Round.state.not_in(HIDDEN)
    if caller.may(Scope.CALLS) and caller.fund is not None:
        shown = or_(shown, Round.fund_id == caller.fund.id)
    if caller.fund is not None:
        shown = shown & (Round.fund_id == caller.fund.id)
    return (
        select(
            Round.id, Round.slug, Round.name, Round.summary, Round.state, Round.is_sealed, Round.decide_by_on,
            Round.budget_cents, Round.lowest_cents, Round.highest_cents, Fund.currency,
            Fund.slug.label("fund"), Stage.opens_at, Stage.closes_at, _is_open(caller).label("is_open"),
        )
        .join(Fund, Fund.id == Round.fund_id)
        .join(Stage, (Stage.round_id == Round.id) & (Stage.number == 1))
        .where(shown, Round.is_trial.is_(False))
    )  # fmt: skip


def _is_open(caller: Caller) -> Any:
    """Open as everybody is told: the grace after the closing is never named."""
    until = or_(Stage.closes_at.is_(None), Stage.closes_at > caller.at)
    now = (Round.state == RoundState.PUBLISHED) & (Stage.opens_at <= caller.at) & until
    return case((now, True), else_=False)


CALLS = Resource(
    "calls", "Call", _l("Calls for proposals. Without a key: those that are published."), None,
    (
        Field("code", "text", _l("Fund and short name of the call."), name_of_call),
        FUND_SLUG,
        Field("name", "names", _l("Name by language.")),
        Field("summary", "names", _l("What it is about, by language.")),
        Field("state", "word", _l("Where it stands."), None, False, RoundState),
        Field("is_open", "flag", _l("Whether it takes proposals now.")),
        Field("is_sealed", "flag", _l("Whether what comes in stays closed until its deadline.")),
        Field("opens_at", "instant", _l("When it opens.")),
        Field("closes_at", "instant", _l("When it closes; null for one without an end."), None, True),
        Field("decide_by", "day", _l("When applicants hear."), lambda line: line.decide_by_on, True),
        Field("budget", "money", _l("What it gives away in all.")),
        Field("lowest", "money", _l("The least one can ask.")),
        Field("highest", "money", _l("The most one can ask.")),
    ),
    _calls, Round.id,
    lambda name: (Fund.slug == name.partition("/")[0]) & (Round.slug == name.partition("/")[2]),
    "openweb/autumn-2026",
    (
        Filter("state", "word", _l("Only in this state."), lambda value: Round.state == value, RoundState),
        Filter("fund", "text", _l("Only of this fund."), lambda value: Fund.slug == value),
    ),
    wider=Scope.CALLS,
)  # fmt: skip


def _projects(caller: Caller) -> Any:
    found = published(
        Award.id, Application.code, Application.title, Application.country, Award.amount_cents, Award.state,
        Award.ends_on, Decision.released_at, Fund.currency, Fund.slug.label("fund"), Round.slug,
        case((Party.kind == PartyKind.ORGANISATION, SHOWN_NAME), else_=None).label("grantee"),
    ).where(free_of_embargo(caller.at))  # fmt: skip
    return found if caller.fund is None else found.where(Award.fund_id == caller.fund.id)


PROJECTS = Resource(
    "projects", "Project", _l("Funded projects, as everybody may read of them."), None,
    (
        Field("code", "text", _l("Code of the application.")),
        Field("title", "text", _l("Name of the project.")),
        FUND_SLUG,
        Field("call", "text", _l("Fund and short name of the call."), name_of_call),
        Field("grantee", "text", _l("Who receives it; null for a private person."), None, True),
        Field("country", "text", _l("ISO 3166 code of the country."), None, True),
        Field("amount", "money", _l("What was granted.")),
        Field("state", "word", _l("Where the grant stands."), None, False, AwardState),
        Field("decided_at", "instant", _l("When it was announced."), lambda line: line.released_at),
        Field("ends_on", "day", _l("End of the grant."), None, True),
        Field("page", "link", _l("The page of the project."), lambda line: line.page),
    ),
    _projects, Award.id, lambda name: Application.code == name, "2026-11-001",
    (Filter("fund", "text", _l("Only of this fund."), lambda value: Fund.slug == value),),
    more=lambda rows, caller: {row.id: {"page": f"{caller.site}/projects/{row.code}"} for row in rows},
)  # fmt: skip
