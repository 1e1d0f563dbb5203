"""The money of one fund, for the public: its flow with what is published, and its years."""

from collections import defaultdict
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import extract, select

from fundapp.accounts.models import Party
from fundapp.applications.models import Application
from fundapp.core.db import db
from fundapp.funds.figures import booked
from fundapp.funds.models import Contribution, Fund, Posting
from fundapp.grants.models import Award
from fundapp.payouts import follow
from fundapp.reports.published import published

EVENTS = {
    "receipt": "received", "earmarked_receipt": "received", "commit": "given", "release": "back",
    "recovery": "back", "claim_back": "back", "write_off": "given",
    "pay": "paid", "return": "unpaid", "recovered": "unpaid",
}  # fmt: skip


@dataclass(frozen=True)
class Year:
    """What a fund received, gave and paid in one year, in cents; given and paid less what came back."""

    year: int
    received: int
    given: int
    paid: int


def names(fund: Fund, language: str) -> follow.Names:
    """Give what the public may read: givers who wish to be named, rounds, published grants."""
    gifts = db.session.execute(
        select(Contribution.id, Contribution.giver, Contribution.is_anonymous).where(
            Contribution.fund_id == fund.id
        )
    )
    awards = db.session.execute(
        published(Award.id, Application.title, Party.id).where(Award.fund_id == fund.id)
    )
    return follow.Names(
        {row.id: _("a giver") if row.is_anonymous else row.giver for row in gifts},
        follow.round_names(fund, language),
        {row[0]: row[1] for row in awards},
    )


def years(fund: Fund) -> list[Year]:
    """List the years of a fund, the newest first; one query."""
    year = extract("year", Posting.booked_on)
    sums: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    rows = db.session.execute(
        select(year, Posting.event, booked())
        .where(Posting.fund_id == fund.id, Posting.event.in_(sorted(EVENTS)))
        .group_by(year, Posting.event)
    )
    for on, event, cents in rows:
        sums[int(on)][EVENTS[event]] += int(cents)
    return [
        Year(on, one["received"], one["given"] - one["back"], one["paid"] - one["unpaid"])
        for on, one in sorted(sums.items(), reverse=True)
    ]
