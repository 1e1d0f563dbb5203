"""The shape of a fund's figures; the conventions are those of shape.py."""

from typing import Literal, TypedDict

from fundapp.reports.round_shape import AppealFigures, ConflictFigures, GroupFigures, TimeFigures
from fundapp.reports.shape import FundCard, Words


class GiftFigures(TypedDict):
    """What came in from one kind of giver."""

    key: str
    name: Words
    number: int
    cents: int
    share: float | None


class FundMoney(TypedDict):
    """The fund's money as the ledger has it, in cents.

    granted: the last four; received less refunds and costs: all parts together.
    """

    received: int
    free: int
    reserved: int
    granted: int
    committed: int
    approved: int
    ordered: int
    paid: int
    costs: int


class MonthFigures(TypedDict):
    """Money on grants, cumulative at the end of a month ("2024-03"), in cents."""

    month: str
    granted: int
    paid: int


class RoundLine(TypedDict):
    """One round in the fund's account of itself. days: the median from deadline to decision."""

    slug: str
    name: Words
    state: Words
    opened_on: str | None
    closed_on: str | None
    received: int
    eligible: int
    reviewed: int
    funded: int
    rate: float | None
    asked_cents: int
    awarded_cents: int
    paid_cents: int
    alpha: float | None
    days: float | None


class FundHeadline(TypedDict):
    """The figures at the top; rates in per cent, days as medians."""

    rounds: int
    rounds_open: int
    received: int
    applicants: int
    eligible: int
    reviewed: int
    decided: int
    funded: int
    rate: float | None
    asked_cents: int
    awarded_cents: int
    awarded_of_asked: float | None
    paid_of_awarded: float | None
    median_award_cents: int | None
    countries: int
    first_time: int


class ReviewingFigures(TypedDict):
    """How much was reviewed; hours: as far as they were measured; changed: scores moved afterwards."""

    reviewers: int
    done: int
    hours: float
    changed: int


class TaskSum(TypedDict):
    """Tasks in one state, and what they were to pay."""

    key: str
    number: int
    cents: int


class TaskTotals(TypedDict):
    """Planned against delivered. late: median days after the planned day; in_time: per cent of `timed`."""

    planned: int
    planned_cents: int
    parts: list[TaskSum]
    timed: int
    late: float | None
    in_time: float | None
    with_licence: int
    with_place: int


class ProjectLine(TypedDict):
    """One grant under its public name."""

    code: str
    title: str
    name: str
    country: str
    round: Words
    state: Words
    group: str
    awarded_cents: int
    paid_cents: int
    planned: int
    delivered: int
    late: float | None


class Result(TypedDict):
    """One published deliverable."""

    code: str
    project: str
    ref: str
    title: str
    licence: str
    place: str


class LicenceLine(TypedDict):
    """How many published deliverables carry one licence."""

    licence: str
    number: int


class ChangeFigures(TypedDict):
    """One principle over the grants that were scored again: medians of their medians, and how many moved."""

    key: str
    name: Words
    low: int
    high: int
    baseline: float | None
    expected: float | None
    reached: float | None
    grants: int
    rose: int
    same: int
    fell: int


class AliveFigures(TypedDict):
    """Projects so many years after their grant; alive: of those that answered."""

    year: int
    due: int
    answered: int
    alive: int


class DiversityLine(TypedDict):
    """How often one answer was given, by applicants who chose to tell."""

    question: str
    choice: str
    number: int


class FundReport(TypedDict):
    """Everything that is counted about a fund."""

    kind: Literal["fund"]
    made_at: str
    fund: FundCard
    founded_on: str | None
    headline: FundHeadline
    money: FundMoney
    gifts: list[GiftFigures]
    months: list[MonthFigures]
    rounds: list[RoundLine]
    themes: list[GroupFigures]
    countries: list[GroupFigures]
    forms: list[GroupFigures]
    licences: list[GroupFigures]
    layers: list[GroupFigures]
    first: list[GroupFigures]
    times: list[TimeFigures]
    reviewing: ReviewingFigures
    conflicts: ConflictFigures
    appeals: AppealFigures
    tasks: TaskTotals
    projects: list[ProjectLine]
    results: list[Result]
    result_licences: list[LicenceLine]
    governance: list[ChangeFigures]
    scored_again: int
    alive: list[AliveFigures]
    diversity: list[DiversityLine]
