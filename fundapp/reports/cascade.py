"""Money passed on to third parties: to whom, where, how much, when, as European rules ask to list."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import case, func, select

from fundapp.accounts.models import Party, PartyKind
from fundapp.applications.models import Application
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.decisions.models import Decision
from fundapp.funds.models import Account, Fund, Posting, PublicationRule
from fundapp.grants.models import Award, Milestone, MilestoneState
from fundapp.reports.covering import settled
from fundapp.reports.published import free_of_embargo, published
from fundapp.rounds.models import Round


@dataclass(frozen=True)
class Passed:
    """One grant on the list. name: None where a private person's name is not published."""

    code: str
    name: str | None
    is_person: bool
    country: str | None
    title: str
    round_slug: str
    round_name: dict[str, Any]
    amount_cents: int
    paid_cents: int
    decided_on: date
    ends_on: date | None


def passed_on(fund: Fund, *, at: datetime, year: int | None = None, is_public: bool = False) -> list[Passed]:
    """List what a fund granted to third parties, by the day it was decided, with legal names.

    year: of the decision, where the fund is. is_public: private persons are named only by a fund that
    publishes under legal names.
    """
    last = (
        select(Milestone.due_on)
        .where(Milestone.award_id == Award.id, Milestone.state != MilestoneState.DROPPED)
        .order_by(Milestone.due_on.desc().nulls_last())
        .limit(1)
        .correlate(Award)
        .scalar_subquery()
    )
    rows = db.session.execute(
        published(
            Award.id, Application.code, Application.title, Application.country, Party.legal_name, Party.kind,
            Party.country.label("party_country"), Award.amount_cents, Award.ends_on, last.label("due_on"),
            Decision.released_at, Round.slug, Round.name.label("round_name"),
        )
        .where(Award.fund_id == fund.id, free_of_embargo(at))
        .order_by(Decision.released_at, Application.code)
    ).all()  # fmt: skip
    paid = paid_by_award(fund.id)
    found = [_passed(row, fund, paid.get(row.id, 0), is_public) for row in rows]
    return [one for one in found if year in (None, one.decided_on.year)]


def paid_by_award(fund_id: int) -> dict[int, int]:
    """Give what was paid for each award, less what came back, in cents: from the ledger."""
    way = case((Posting.credit == Account.BANK, Posting.amount_cents), else_=-Posting.amount_cents)
    rows = db.session.execute(
        select(Posting.award_id, func.sum(way))
        .where(
            Posting.fund_id == fund_id,
            Posting.award_id.is_not(None),
            (Posting.debit == Account.BANK) | (Posting.credit == Account.BANK),
        )
        .group_by(Posting.award_id)
    )
    return {id: int(cents) for id, cents in rows if id is not None}


def _passed(row: Any, fund: Fund, paid: int, is_public: bool) -> Passed:
    is_person = row.kind is PartyKind.PERSON
    hides = is_public and is_person and fund.publication_rule is not PublicationRule.LEGAL_NAME
    return Passed(
        code=row.code,
        name=None if hides else settled(row.legal_name).strip(),
        is_person=is_person,
        country=row.party_country or row.country,
        title=settled(row.title).strip(),
        round_slug=row.slug,
        round_name=row.round_name,
        amount_cents=row.amount_cents,
        paid_cents=paid,
        decided_on=clock.day(row.released_at, fund.zone),
        ends_on=row.ends_on or row.due_on,
    )
