"""The shape of a round report's snapshot; the conventions are those of shape.py."""

from typing import Literal, TypedDict

from fundapp.reports.shape import FundCard, RoundCard, Scale, Words


class StepFigures(TypedDict):
    """One step of the procedure. left: how many fell out here; of_received, of_previous: per cent."""

    key: str
    count: int
    left: int
    of_received: float | None
    of_previous: float | None
    asked_cents: int


class GroupFigures(TypedDict):
    """Applications of one theme, country, legal form …; share: of all money awarded, per cent."""

    key: str
    name: Words
    received: int
    funded: int
    rate: float | None
    asked_cents: int
    awarded_cents: int
    share: float | None


class TimeFigures(TypedDict):
    """Days of one step over all its cases; in_time: per cent within what was promised."""

    key: str
    cases: int
    least: int
    median: float
    p90: int
    most: int
    promised: int | None
    in_time: float | None


class ReviewerFigures(TypedDict):
    """One reviewer's load and leaning; lean: mean distance to the others on the same applications."""

    reviewer: str
    assigned: int
    done: int
    mean: float | None
    lean: float | None
    days: float | None


class AgreementFigures(TypedDict):
    """How far reviewers agree on one criterion, or on totals (key "total"); alpha null: undefined."""

    key: str
    name: Words
    alpha: float | None
    scored: int
    na: int


class Ranked(TypedDict):
    """One application in the ranking. group: funded, reserve, declined, open or unranked.

    stability: in so many per cent of the draws it would be within the funding line.
    """

    rank: int | None
    code: str
    title: str
    applicant: str
    country: str
    group: str
    state: Words
    reviews: int
    mean: float | None
    median: float | None
    lowest: float | None
    highest: float | None
    spread: float | None
    asked_cents: int | None
    awarded_cents: int | None
    stability: float | None


class ConflictFigures(TypedDict):
    """Declarations of interest in the round."""

    declared: int
    barred: int
    unsure: int
    clear: int
    applications: int


class AppealFigures(TypedDict):
    """What applicants had against decisions."""

    received: int
    upheld: int
    changed: int
    withdrawn: int
    open: int


class MovementFigures(TypedDict):
    """Scores that were changed after they were handed in, each with a reason."""

    scores: int
    reviews: int
    up: int
    down: int


class MoneyFigures(TypedDict):
    """The round's money as the ledger has it, in cents.

    budget: the sum of the five parts; granted: the last four, less what is to come back.
    """

    budget: int
    granted: int
    reserved: int
    committed: int
    approved: int
    ordered: int
    paid: int


class ProfileSide(TypedDict):
    """One principle over a group of applications: the median of their medians, and the range."""

    median: float | None
    lowest: float | None
    highest: float | None
    applications: int


class ProfileFigures(TypedDict):
    """One principle, funded against not funded."""

    key: str
    name: Words
    low: int
    high: int
    funded: ProfileSide
    others: ProfileSide


class Reviewing(TypedDict):
    """How much was reviewed and how far reviewers agree; far_apart: reviews a fifth of the scale apart."""

    alpha: float | None
    reviewers: int
    reviews_wanted: int
    reviews_done: int
    far_apart: int


class Headline(Reviewing):
    """The figures at the top of a round report. rates in per cent; times: how often the budget was asked."""

    received: int
    applicants: int
    eligible: int
    reviewed: int
    decided: int
    funded: int
    reserve: int
    rate: float | None
    asked_cents: int
    awarded_cents: int
    awarded_of_asked: float | None
    times_asked: float | None
    awarded_of_budget: float | None
    left_cents: int | None
    median_award_cents: int | None
    lowest_award_cents: int | None
    highest_award_cents: int | None
    days_median: float | None
    days_p90: int | None


class RoundReport(TypedDict):
    """Everything the report of one round says."""

    kind: Literal["round", "round_public"]
    made_at: str
    fund: FundCard
    round: RoundCard
    headline: Headline
    steps: list[StepFigures]
    themes: list[GroupFigures]
    countries: list[GroupFigures]
    forms: list[GroupFigures]
    licences: list[GroupFigures]
    layers: list[GroupFigures]
    first: list[GroupFigures]
    scale: Scale
    ranking: list[Ranked]
    times: list[TimeFigures]
    reviewers: list[ReviewerFigures]
    agreement: list[AgreementFigures]
    conflicts: ConflictFigures
    appeals: AppealFigures
    movement: MovementFigures
    money: MoneyFigures
    profile: list[ProfileFigures]
