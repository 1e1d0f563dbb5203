"""How long each step took: days over all cases, and how many were within their term."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from fundapp.core import clock
from fundapp.funds.models import Fund
from fundapp.reports import fund_rows, measures
from fundapp.reports.measures import days_between, percent
from fundapp.reports.round_shape import TimeFigures

Case = tuple[int | None, int | None]
"""The days of one case, and its term in days."""


def times(
    rounds: Sequence[Any], applications: Sequence[Any], last_reviews: Mapping[int, datetime], fund: Fund
) -> list[TimeFigures]:
    """List the days of each step that happened at least once, over these rounds together.

    rounds: rows with id, closes_at, decide_by_on. last_reviews: when the last review of an application
    came in. fund: gives the zone, and the terms of what no call promises. A step that seems to end before
    it began (an import with odd dates) is left out.
    """
    ids = [round.id for round in rounds]
    day = _Calendar(fund.zone)
    steps: dict[str, Iterable[Case]] = {
        "receipt": _spans(day, fund_rows.receipts_of(ids), fund.receipt_days),
        "review": _reviews(day, applications, last_reviews),
        "decision": _decisions(day, rounds, applications),
        "agreement": _spans(day, fund_rows.agreements_of(ids), fund.agreement_days),
        "payment": [
            (days_between(day(row.submitted_at), row.paid_on), fund.payment_days)
            for row in fund_rows.payments_of(ids)
        ],
    }
    found = {key: _known(cases) for key, cases in steps.items()}
    return [_time(key, cases) for key, cases in found.items() if cases]


class _Calendar:
    """Gives the calendar day of an instant where the fund is."""

    def __init__(self, zone: str) -> None:
        self.zone = zone

    def __call__(self, at: datetime | None) -> date | None:
        return clock.day(at, self.zone) if at else None


def _spans(day: _Calendar, pairs: Iterable[Any], term: int) -> list[Case]:
    return [(days_between(day(pair[0]), day(pair[1])), term) for pair in pairs]


def _reviews(day: _Calendar, applications: Sequence[Any], last: Mapping[int, datetime]) -> list[Case]:
    return [(days_between(day(row.submitted_at), day(last.get(row.id))), None) for row in applications]


def _decisions(day: _Calendar, rounds: Sequence[Any], applications: Sequence[Any]) -> list[Case]:
    """Count from the deadline, in rolling calls from the day of sending in; the term is the call's own."""
    closing = {round.id: day(round.closes_at) for round in rounds}
    term = {round.id: days_between(closing[round.id], round.decide_by_on) for round in rounds}
    return [
        (
            days_between(closing[row.round_id] or day(row.submitted_at), day(row.released_at)),
            term[row.round_id],
        )
        for row in applications
    ]


def _known(cases: Iterable[Case]) -> list[tuple[int, int | None]]:
    kept = [(days, term) for days, term in cases if days is not None and days >= 0]
    return sorted(kept, key=lambda case: case[0])


def _time(key: str, cases: Sequence[tuple[int, int | None]]) -> TimeFigures:
    days = [found for found, _term in cases]
    termed = [(found, term) for found, term in cases if term is not None]
    terms = {term for _found, term in termed}
    return {
        "key": key,
        "cases": len(days),
        "least": days[0],
        "median": measures.middle(days) or 0.0,
        "p90": measures.nine_in_ten(days),
        "most": days[-1],
        "promised": terms.pop() if len(terms) == 1 else None,
        "in_time": percent(sum(found <= term for found, term in termed), len(termed)) if termed else None,
    }
