"""The evaluation of one grant, gathered from rows and the ledger into the data of a snapshot."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from fundapp.core import clock
from fundapp.funds import ledger
from fundapp.funds.models import Fund
from fundapp.grants.models import Agreement, Award, AwardState
from fundapp.grants.workflow import AWARD_WORDS
from fundapp.reports import application_data, fund_rows, governance, grant_rows, rows, task_figures
from fundapp.reports.answers import answers_of, laid_out
from fundapp.reports.grant_shape import (
    AgreementLine,
    AliveLine,
    CriterionChange,
    FinalReport,
    GrantMoney,
    GrantReport,
    PlanLine,
    Reason,
)
from fundapp.reports.group_figures import place, theme_words
from fundapp.reports.sources import day, fund_card, round_card, said

ENDED = (AwardState.COMPLETED, AwardState.TERMINATED)


def gather(award: Award, *, at: datetime) -> GrantReport:
    """Gather everything the evaluation of one grant says, at this instant."""
    application = rows.application_whole(award.application_id) or award.application
    fund = application.fund
    line = next(row for row in fund_rows.awards_of(fund.id) if row.id == award.id)
    tasks, paid = fund_rows.tasks_of([award.id]), fund_rows.paid_lines([award.id])
    versions = [one for one in award.agreements if one.in_force_at]
    closing = grant_rows.closing_scores(application.id)
    answers = answers_of(application.current, fund)
    summary = next((one["html"] for one in answers if one["key"] == application_data.SUMMARY), {})
    return {
        "kind": "grant",
        "made_at": clock.local(at, fund.zone).strftime("%Y-%m-%dT%H:%M"),
        "fund": fund_card(fund),
        "round": round_card(application.round),
        "code": application.code or f"G{award.id}",
        "title": application.title,
        "grantee": line.name or "",
        "place": place(application.country),
        "theme": theme_words(fund, application.theme),
        "state": said(AWARD_WORDS[award.state][1]),
        "started_on": day(min((one.in_force_at for one in versions if one.in_force_at), default=None), fund),
        "planned_end": _planned_end(award, versions, tasks),
        "ended_on": day(award.state_at, fund) if award.state in ENDED else None,
        "summary": summary,
        "money": _money(award, application.requested_cents),
        "tasks": [_task(one, paid.get(one.id, 0), versions, fund) for one in tasks],
        "totals": task_figures.totals(tasks, paid, fund.zone),
        "agreements": [_agreement(one, fund) for one in versions],
        "payments": [
            {"code": one.code, "on": one.paid_on.isoformat(), "cents": one.amount_cents}
            for one in grant_rows.payments_of(award.id)
        ],
        "criteria": _criteria(application.id, closing),
        "assessors": len({row.review_id for row in closing}),
        "asked_again": grant_rows.asked_again(application.id),
        "final": _final(award, fund),
        "alive": [_alive(one, fund) for one in fund_rows.alive_of([award.id])],
        "events": application_data.events(_dates(award, versions), fund),
    }


def _planned_end(award: Award, versions: Sequence[Agreement], tasks: Sequence[Any]) -> str | None:
    """Give the last day of the first plan that held; else that of the plan as it stands."""
    first = [line["due_on"] for line in (versions[0].plan if versions else []) if line.get("due_on")]
    now = [one.due_on.isoformat() for one in tasks if one.due_on]
    ends = award.ends_on.isoformat() if award.ends_on else None
    return max(first, default=None) or ends or max(now, default=None)


# --- money and plan ----------------------------------------------------------------


def _money(award: Award, asked_cents: int | None) -> GrantMoney:
    held = ledger.figures(award.fund_id, ledger.Where(award_id=award.id))
    decided = grant_rows.decided_cents(award)
    return {
        "asked": asked_cents,
        "decided": decided,
        "awarded": held.granted,
        "committed": held.committed,
        "approved": held.approved,
        "ordered": held.ordered,
        "paid": held.paid,
        "back": decided - held.granted,
    }


def _task(one: Any, paid_cents: int, versions: Sequence[Agreement], fund: Fund) -> PlanLine:
    first = _as_first_agreed(one.ref, versions)
    return {
        "ref": one.ref,
        "title": one.title,
        "deliverable": one.deliverable,
        "first_cents": first.get("amount_cents"),
        "amount_cents": one.amount_cents,
        "paid_cents": paid_cents,
        "first_due_on": first.get("due_on"),
        "due_on": one.due_on.isoformat() if one.due_on else None,
        "handed_in_on": day(one.handed_in_at, fund),
        "late": task_figures.days_late(one, fund.zone),
        "part": task_figures.part_of(one, paid_cents),
        "licence": one.licence or "",
        "place": one.place or "",
    }


def _as_first_agreed(ref: str, versions: Sequence[Agreement]) -> Mapping[str, Any]:
    """Find a task in the first version that held it."""
    found = (line for version in versions for line in version.plan if line.get("ref") == ref)
    return next(found, {})


def _agreement(one: Agreement, fund: Fund) -> AgreementLine:
    return {
        "number": one.number,
        "on": day(one.in_force_at, fund) or "",
        "total_cents": one.total_cents,
        "reason": one.reason,
    }


# --- governance, final report, afterwards --------------------------------------------


def _criteria(application_id: int, closing: Sequence[Any]) -> list[CriterionChange]:
    moved = governance.moved_of([application_id]).get(application_id, [])
    names = grant_rows.labels([row.review_id for row in closing])
    return [
        {
            "key": one.key,
            "name": said(one.name),
            "is_profile": one.is_profile,
            "low": one.low,
            "high": one.high,
            "baseline": one.baseline,
            "expected": one.expected,
            "reached": one.reached,
            "before": one.before,
            "after": one.after,
            "reasons": [_reason(row, names) for row in closing if row.key == one.key],
        }
        for one in moved
    ]


def _reason(row: Any, names: Mapping[int, str]) -> Reason:
    return {
        "assessor": names[row.review_id],
        "value": row.value,
        "is_na": row.is_na,
        "reason": row.reason,
        "link": row.link,
    }


def _final(award: Award, fund: Fund) -> FinalReport | None:
    found = grant_rows.final_report(award.id)
    if found is None or not found.versions or not found.questions:
        return None
    return {
        "accepted_on": day(found.state_at, fund) or "",
        "answers": laid_out(found.questions, found.versions[-1].answers, fund.currency),
    }


def _alive(one: Any, fund: Fund) -> AliveLine:
    return {
        "year": one.year,
        "due_on": one.due_on.isoformat(),
        "answered_on": day(one.answered_at, fund),
        "is_alive": one.is_alive,
        "released_on": one.released_on.isoformat() if one.released_on else None,
        "contributors": one.contributors,
        "users": one.users,
        "funding": one.funding,
        "link": one.link,
    }


def _dates(award: Award, versions: Sequence[Agreement]) -> dict[str, datetime | date | None]:
    claimed, first, last = rows.payment_dates(award.id)
    return {
        "released": award.created_at,
        "agreed": min((one.in_force_at for one in versions if one.in_force_at), default=None),
        "first_claim": claimed,
        "first_paid": first,
        "last_paid": last if last != first else None,
        "completed": award.state_at if award.state is AwardState.COMPLETED else None,
    }
