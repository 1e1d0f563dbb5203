"""What the page about a round's reports shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from markupsafe import Markup
from sqlalchemy import Row

from fundapp.accounts.models import User
from fundapp.applications.workflow import WORDS
from fundapp.funds.models import Fund
from fundapp.reports import fund_words, queries
from fundapp.reports.fund_shape import FundReport
from fundapp.reports.models import Snapshot
from fundapp.reports.round_figures import funnel, money, pots
from fundapp.reports.round_words import keys, lead
from fundapp.reports.wording import STEPS, Say
from fundapp.rounds.models import Round

Drawing = tuple[Markup, str, list[tuple[str, str]]]


@dataclass(frozen=True)
class RoundPage:
    """One round's reports, newest first, and a page of its applications with their dossiers.

    newest: (label, figure, note) of the newest report; drawn: its (svg, caption, rows of label and
    figure). after: the code at which the next page of applications begins, if there is one.
    """

    is_tied: bool
    reports: Sequence[Snapshot]
    lead: str
    newest: list[tuple[str, str, str]]
    drawn: list[Drawing]
    applications: Sequence[Row[Any]]
    words: Any
    after: str | None


def round_page(user: User, round: Round, *, after: str, lang: str) -> RoundPage:
    """Gather the page; six queries, whatever the number of applications."""
    is_tied = queries.is_tied(user, round.id)
    reports = [] if is_tied else queries.reports_of(round.id)
    rows = queries.dossiers_of(user, round.id, after)
    shown = rows[: queries.PAGE]
    told, figures, drawn = _newest(reports[0].data, lang) if reports else ("", [], [])
    return RoundPage(
        is_tied=is_tied,
        reports=reports,
        lead=told,
        newest=figures,
        drawn=drawn,
        applications=shown,
        words=WORDS,
        after=shown[-1].code if len(rows) > queries.PAGE else None,
    )


@dataclass(frozen=True)
class FundPage:
    """The reports of a fund, newest first, and the newest one in a few words and figures."""

    reports: Sequence[Snapshot]
    lead: str
    newest: list[tuple[str, str, str]]


def fund_page(fund: Fund, *, lang: str) -> FundPage:
    """Gather the page of a fund's own reports; one query."""
    reports = queries.fund_reports(fund.id)
    if not reports:
        return FundPage(reports, "", [])
    figures, say = cast(FundReport, reports[0].data), Say(lang, fund.currency)
    return FundPage(reports, fund_words.lead(figures, say), fund_words.keys(figures, say))


def _newest(data: Any, lang: str) -> tuple[str, list[tuple[str, str, str]], list[Drawing]]:
    say = Say(lang, data["fund"]["currency"])
    steps, held = funnel(data) if data["headline"]["received"] else None, money(data, say)
    counts = [(str(STEPS[step["key"]]), say.number(step["count"])) for step in data["steps"]]
    amounts = [(str(pot["words"]), say.money(pot["cents"])) for pot in pots(data)]
    told = [(steps.svg, steps.caption, counts)] if steps else []
    return lead(data, say), keys(data, say), [*told, (held.svg, held.caption, amounts)]
