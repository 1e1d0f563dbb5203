"""The shape of one grant's evaluation; the conventions are those of shape.py."""

from typing import Literal, TypedDict

from fundapp.reports.fund_shape import TaskTotals
from fundapp.reports.shape import AnswerText, Event, FundCard, RoundCard, Words


class GrantMoney(TypedDict):
    """The money of a grant as the ledger has it, in cents.

    decided: what the decision gave; awarded: what stands now, the other four together; back: what went
    back to the round (or, when negative, came on top).
    """

    asked: int | None
    decided: int
    awarded: int
    committed: int
    approved: int
    ordered: int
    paid: int
    back: int


class PlanLine(TypedDict):
    """One task: as first agreed, as it stands, and as delivered. late: days, negative when early."""

    ref: str
    title: str
    deliverable: str
    first_cents: int | None
    amount_cents: int
    paid_cents: int
    first_due_on: str | None
    due_on: str | None
    handed_in_on: str | None
    late: int | None
    part: str
    licence: str
    place: str


class AgreementLine(TypedDict):
    """One version of what was agreed that came into force."""

    number: int
    on: str
    total_cents: int
    reason: str


class PaidLine(TypedDict):
    """One payment that arrived."""

    code: str
    on: str
    cents: int


class Reason(TypedDict):
    """What one assessor gave at the end on one criterion, and why; never by name."""

    assessor: str
    value: int | None
    is_na: bool
    reason: str
    link: str


class CriterionChange(TypedDict):
    """One criterion at the start, as expected, and at the end: medians. before, after: scored so often."""

    key: str
    name: Words
    is_profile: bool
    low: int
    high: int
    baseline: float | None
    expected: float | None
    reached: float | None
    before: int
    after: int
    reasons: list[Reason]


class AliveLine(TypedDict):
    """What is known of the project so many years after its grant."""

    year: int
    due_on: str
    answered_on: str | None
    is_alive: bool | None
    released_on: str | None
    contributors: int | None
    users: str
    funding: str
    link: str


class FinalReport(TypedDict):
    """What the grantee reported at the end, once it was accepted."""

    accepted_on: str
    answers: list[AnswerText]


class GrantReport(TypedDict):
    """Everything the evaluation of one grant says."""

    kind: Literal["grant"]
    made_at: str
    fund: FundCard
    round: RoundCard
    code: str
    title: str
    grantee: str
    place: Words
    theme: Words | None
    state: Words
    started_on: str | None
    planned_end: str | None
    ended_on: str | None
    summary: Words
    money: GrantMoney
    tasks: list[PlanLine]
    totals: TaskTotals
    agreements: list[AgreementLine]
    payments: list[PaidLine]
    criteria: list[CriterionChange]
    assessors: int
    asked_again: int
    final: FinalReport | None
    alive: list[AliveLine]
    events: list[Event]
