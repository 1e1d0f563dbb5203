"""The figures of a fund, gathered from rows and the ledger into the data of a snapshot."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from fundapp.applications.models import ConflictState
from fundapp.core import clock
from fundapp.funds import ledger
from fundapp.funds.models import Account, Fund
from fundapp.grants.workflow import AWARD_WORDS
from fundapp.reports import diversity, fund_rows, governance, task_figures
from fundapp.reports.afterwards import appeal_figures
from fundapp.reports.fund_gathered import Gathered, won
from fundapp.reports.fund_shape import (
    AliveFigures,
    FundHeadline,
    FundMoney,
    FundReport,
    GiftFigures,
    LicenceLine,
    MonthFigures,
    ProjectLine,
    Result,
    ReviewingFigures,
    RoundLine,
)
from fundapp.reports.group_figures import breakdowns
from fundapp.reports.measures import average, middle, percent
from fundapp.reports.models import AFTER
from fundapp.reports.round_data import DECIDED
from fundapp.reports.round_shape import ConflictFigures
from fundapp.reports.sources import day, fund_card, said
from fundapp.reports.time_figures import times
from fundapp.reports.wording import GIVERS
from fundapp.rounds.workflow import WORDS as ROUND_WORDS


def gather(fund: Fund, *, at: datetime) -> FundReport:
    """Gather everything that is counted about a fund, at this instant.

    Rounds that are still sealed are left out of every figure and counted as open; trials never count.
    """
    got = Gathered(fund, at)
    moved = governance.moved_of([row.application_id for row in got.awards])
    groups = breakdowns(got.applications, fund)
    return {
        "kind": "fund",
        "made_at": clock.local(at, fund.zone).strftime("%Y-%m-%dT%H:%M"),
        "fund": fund_card(fund),
        "founded_on": day(fund.created_at, fund),
        "headline": _headline(got),
        "money": _money(fund),
        "gifts": _gifts(fund),
        "months": _months(fund),
        "rounds": [_round(got, row) for row in got.rounds],
        "themes": groups["themes"],
        "countries": groups["countries"],
        "forms": groups["forms"],
        "licences": groups["licences"],
        "layers": groups["layers"],
        "first": groups["first"],
        "times": times(got.rounds, got.applications, got.last_reviews, fund),
        "reviewing": _reviewing(got),
        "conflicts": _conflicts(got),
        "appeals": appeal_figures(got.ids),
        "tasks": task_figures.totals(got.tasks, got.paid_tasks, fund.zone),
        "projects": [_project(got, row) for row in got.awards],
        "results": _results(got),
        "result_licences": _licences(got),
        "governance": governance.changes(moved),
        "scored_again": governance.scored_again(moved),
        "alive": _alive(got),
        "diversity": diversity.counted(got.ids),
    }


def _headline(got: Gathered) -> FundHeadline:
    every, funded = got.applications, won(got.applications)
    awards = sorted(row.amount_cents for row in got.awards if row.amount_cents)
    asked = sum(row.requested_cents or 0 for row in every)
    awarded = sum(row.amount_cents for row in got.awards)
    states = Counter(row.state for row in every)
    settled = [row for row in every if got.is_decided(row.round_id)]
    return {
        "rounds": len(got.rounds),
        "rounds_open": len(got.every_round) - len(got.rounds),
        "received": len(every),
        "applicants": len({row.party_id or f"-{row.id}" for row in every}),
        "eligible": len(got.taking_part()),
        "reviewed": sum(got.is_reviewed(row) for row in got.taking_part()),
        "decided": sum(states[state] for state in DECIDED),
        "funded": len(funded),
        "rate": percent(len(won(settled)), len(settled)),
        "asked_cents": asked,
        "awarded_cents": awarded,
        "awarded_of_asked": percent(awarded, asked),
        "paid_of_awarded": percent(sum(got.paid.values()), awarded),
        "median_award_cents": round(middle(awards) or 0) if awards else None,
        "countries": len({row.country for row in every if row.country}),
        "first_time": sum(row.party_id is not None and not row.is_known for row in every),
    }


# --- money -------------------------------------------------------------------------


def _money(fund: Fund) -> FundMoney:
    """Read the fund's money from the ledger, where every page and report reads it."""
    held = ledger.figures(fund.id)
    return {
        "received": held.received,
        "free": held.free,
        "reserved": held.reserved,
        "granted": held.granted,
        "committed": held.committed,
        "approved": held.approved,
        "ordered": held.ordered,
        "paid": held.paid,
        "costs": fund_rows.costs_of(fund.id),
    }


def _gifts(fund: Fund) -> list[GiftFigures]:
    found: list[Any] = fund_rows.gifts_of(fund.id)
    whole = sum(int(cents) for _kind, _number, cents in found)
    lines: list[GiftFigures] = [
        {
            "key": str(kind),
            "name": said(GIVERS.get(str(kind), str(kind))),
            "number": int(number),
            "cents": int(cents),
            "share": percent(int(cents), whole),
        }
        for kind, number, cents in found
    ]
    return sorted(lines, key=lambda one: -one["cents"])


def _months(fund: Fund) -> list[MonthFigures]:
    """Follow grants and payments month by month, from the first booking on a grant to the last."""
    steps: dict[str, list[int]] = {}
    flows: list[Any] = fund_rows.flows_of(fund.id)
    for booked_on, debit, credit, cents in flows:
        step = steps.setdefault(f"{booked_on:%Y-%m}", [0, 0])
        step[0] += int(cents) * _granted(debit, credit)
        step[1] += int(cents) * ((credit is Account.BANK) - (debit is Account.BANK))
    found: list[MonthFigures] = []
    granted = paid = 0
    for month in _every_month(sorted(steps)):
        more = steps.get(month, [0, 0])
        granted, paid = granted + more[0], paid + more[1]
        found.append({"month": month, "granted": granted, "paid": paid})
    return found


def _granted(debit: Account, credit: Account) -> int:
    """Say whether a booking adds to what is granted (+1), takes away from it (-1), or moves within it."""
    own = (Account.FREE, Account.RESTRICTED, Account.RESERVED, Account.TO_RECOVER)
    return (debit in own) - (credit in own)


def _every_month(months: Sequence[str]) -> list[str]:
    """Give the months from the first to the last, those without a booking too."""
    if not months:
        return []
    at, last, found = date.fromisoformat(f"{months[0]}-01"), months[-1], []
    while f"{at:%Y-%m}" <= last:
        found.append(f"{at:%Y-%m}")
        at = (at + timedelta(days=32)).replace(day=1)
    return found


# --- process -----------------------------------------------------------------------


def _round(got: Gathered, row: Any) -> RoundLine:
    every, part = got.of(row.id), got.taking_part(row.id)
    grants = [one for one in got.awards if one.round_id == row.id]
    took = times([row], every, {}, got.fund)
    decision = next((one for one in took if one["key"] == "decision"), None)
    return {
        "slug": row.slug,
        "name": said(row.name),
        "state": said(ROUND_WORDS[row.state][1]),
        "opened_on": day(row.opens_at, got.fund),
        "closed_on": day(row.closes_at, got.fund),
        "received": len(every),
        "eligible": len(part),
        "reviewed": sum(got.is_reviewed(one) for one in part),
        "funded": len(won(every)),
        "rate": percent(len(won(every)), len(every)) if got.is_decided(row.id) else None,
        "asked_cents": sum(one.requested_cents or 0 for one in every),
        "awarded_cents": sum(one.amount_cents for one in grants),
        "paid_cents": sum(got.paid.get(one.id, 0) for one in grants),
        "alpha": got.reviews[row.id].alpha,
        "days": decision["median"] if decision else None,
    }


def _reviewing(got: Gathered) -> ReviewingFigures:
    found = fund_rows.reviewing_of(got.ids)
    return {
        "reviewers": found.reviewers,
        "done": found.done,
        "hours": round(int(found.seconds) / 3600, 1),
        "changed": found.changed,
    }


def _conflicts(got: Gathered) -> ConflictFigures:
    ties = fund_rows.ties_of(got.ids)
    states = Counter(row.state for row in ties)
    return {
        "declared": len(ties),
        "barred": states[ConflictState.BARRED],
        "unsure": states[ConflictState.UNSURE],
        "clear": states[ConflictState.CLEAR],
        "applications": len({row.application_id for row in ties}),
    }


# --- outputs and what came after ---------------------------------------------------


def _project(got: Gathered, row: Any) -> ProjectLine:
    tasks = [one for one in got.tasks if one.award_id == row.id]
    late = [days for one in tasks if (days := task_figures.days_late(one, got.fund.zone)) is not None]
    rounds = {one.id: one.name for one in got.every_round}
    return {
        "code": row.code,
        "title": row.title,
        "name": row.name or "",
        "country": row.country or "",
        "round": said(rounds.get(row.round_id, "")),
        "state": said(AWARD_WORDS[row.state][1]),
        "group": row.state.value,
        "awarded_cents": row.amount_cents,
        "paid_cents": got.paid.get(row.id, 0),
        "planned": len(tasks),
        "delivered": sum(task_figures.part_of(one, 0) == "delivered" for one in tasks),
        "late": average(late),
    }


def _delivered(got: Gathered) -> list[Any]:
    return [one for one in got.tasks if task_figures.part_of(one, 0) == "delivered"]


def _results(got: Gathered) -> list[Result]:
    """List what was delivered and stands in public."""
    named = {row.id: row for row in got.awards}
    return [
        {
            "code": named[one.award_id].code,
            "project": named[one.award_id].title,
            "ref": one.ref,
            "title": one.deliverable or one.title,
            "licence": one.licence or "",
            "place": one.place or "",
        }
        for one in _delivered(got)
        if one.place
    ]


def _licences(got: Gathered) -> list[LicenceLine]:
    counts = Counter(one.licence for one in _delivered(got) if one.licence)
    return [{"licence": licence, "number": number} for licence, number in sorted(counts.items())]


def _alive(got: Gathered) -> list[AliveFigures]:
    """Count the projects that should have been asked by now, those that answered, and those alive."""
    checks = fund_rows.alive_of([row.id for row in got.awards])
    today = clock.day(got.at, got.fund.zone)
    found: list[AliveFigures] = []
    for year in AFTER:
        due = [one for one in checks if one.year == year and (one.due_on <= today or one.answered_at)]
        answered = [one for one in due if one.answered_at]
        if due:
            alive = sum(bool(one.is_alive) for one in answered)
            found.append({"year": year, "due": len(due), "answered": len(answered), "alive": alive})
    return found
