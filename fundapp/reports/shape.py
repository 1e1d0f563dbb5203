"""The shape of a dossier's snapshot: every figure a report prints, computed once, as plain JSON.

Amounts are whole cents of `fund.currency`; days "2026-12-07", wall-clock times "2026-12-07T12:00", both
in the fund's zone; totals and scores are on the scale that stands beside them; shares are per cent.
A figure that does not exist is null, never 0. Words are texts in both languages.
"""

from typing import Literal, NotRequired, TypedDict

Words = dict[str, str]


class FundCard(TypedDict):
    """The fund as it signs: address lines and where to reach it."""

    slug: str
    name: Words
    currency: str
    zone: str
    lines: list[str]
    reach: str


class RoundCard(TypedDict):
    """The round as readers know it."""

    slug: str
    name: Words
    state: Words
    opened_on: str | None
    closed_on: str | None
    promised_on: str | None
    budget_cents: int | None
    threshold: float | None


class Scale(TypedDict):
    """From the lowest to the highest value a score or total can have."""

    low: float
    high: float


class Level(TypedDict):
    """One step of a criterion's scale, with the anchor that says when it applies."""

    value: int
    label: Words
    anchor: Words


class Passage(TypedDict):
    """A passage of the proposal on which a score rests. state: holds, moved, or stale (gone since)."""

    words: str
    version: int
    state: str


class Mark(TypedDict):
    """What one reviewer gave on one criterion; value is null when not applicable or not scored."""

    reviewer: str
    value: int | None
    is_na: bool
    expected: int | None
    reason: str
    link: str
    pins: NotRequired[list[Passage]]


class CriterionFigures(TypedDict):
    """One criterion with all its scores. group: profile (the principles) or criteria (the others)."""

    key: str
    name: Words
    group: Literal["profile", "criteria"]
    weight: int
    low: int
    high: int
    levels: list[Level]
    marks: list[Mark]
    scored: int
    na: int
    lowest: int | None
    highest: int | None
    median: float | None
    mean: float | None
    spread: int | None
    expected: float | None


class ReviewFigures(TypedDict):
    """One review as a whole; reviewer is a letter and number (R1), never a name."""

    reviewer: str
    submitted_on: str
    total: float | None
    coverage: float
    is_ranked: bool
    to_applicant: str


class Totals(TypedDict):
    """The review totals of one application together, on `scale`."""

    scale: Scale
    reviews: int
    set_aside: int
    mean: float | None
    median: float | None
    spread: float | None
    lowest: float | None
    highest: float | None
    rank: int | None
    ranked: int


class AnswerText(TypedDict):
    """One answer of the application as it was sent in.

    html: safe HTML; what the applicant typed is the same in both languages.
    """

    key: str
    label: Words
    html: Words


class DecisionFigures(TypedDict):
    """What was decided. reasons: words for each reason; html: what was written to the applicant."""

    outcome: str
    state: Words
    amount_cents: int | None
    decided_on: str | None
    released_on: str | None
    reasons: list[Words]
    html: str


class Question(TypedDict):
    """A question to the applicant and its answer."""

    question: str
    answer: str | None
    asked_on: str
    answered_on: str | None


class Task(TypedDict):
    """One milestone of the plan in force."""

    ref: str
    title: str
    deliverable: str
    amount_cents: int
    paid_cents: int
    due_on: str | None
    state: Words


class Event(TypedDict):
    """One step on the way; days: since the first one."""

    on: str
    key: str
    days: int


class StageFigures(TypedDict):
    """An earlier stage of the application: as it was sent in then, what was found, what was decided."""

    number: int
    name: Words
    version: int | None
    submitted_on: str | None
    answers: list[AnswerText]
    reviews: list[ReviewFigures]
    criteria: list[CriterionFigures]
    totals: Totals
    decision: DecisionFigures | None


class Dossier(TypedDict):
    """Everything the evaluation dossier of one application says."""

    kind: Literal["application"]
    made_at: str
    fund: FundCard
    round: RoundCard
    code: str
    title: str
    applicant: str
    place: Words
    theme: Words | None
    legal_form: Words | None
    state: Words
    version: int
    submitted_on: str | None
    asked_cents: int | None
    awarded_cents: int | None
    paid_cents: int
    summary: Words
    answers: list[AnswerText]
    asked_reviews: int
    reviews: list[ReviewFigures]
    criteria: list[CriterionFigures]
    totals: Totals
    conflicts: int
    questions: list[Question]
    decision: DecisionFigures | None
    tasks: list[Task]
    tasks_cents: int
    earlier: NotRequired[list[StageFigures]]
    events: list[Event]
