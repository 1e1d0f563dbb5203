"""What the reviews of a round say, of the proposals, of the criteria, and of the reviewers themselves.

Figures of totals are on the scale that all criteria share, else 0 to 100 (ranking.Scale). Definitions
and sources: scoring (means, median, spread, leave-one-out), agreement (alpha), severity, stability.
"""

from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from statistics import median
from typing import Any

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import lazyload

from fundapp.accounts.models import User
from fundapp.applications.models import Application, Conflict
from fundapp.core.db import db
from fundapp.core.shares import MILLION
from fundapp.reviews import scoring
from fundapp.reviews.agreement import Metric, alpha
from fundapp.reviews.models import Review, ReviewPurpose, ReviewState, Score
from fundapp.reviews.severity import Leaning, Severity, severity
from fundapp.reviews.sheet import scales
from fundapp.reviews.stability import Candidate, is_tied, stability
from fundapp.rounds.models import Criterion, Round, Stage

LEAST_PPM = int(scoring.LEAST_COVERAGE * MILLION)


@dataclass
class Judged:
    """One application and the totals of its reviews that count, on the scale.

    shares: the unweighted means of the same reviews, on the scale. set_aside: reviews that scored too
    little of the weight. corrected: the mean without the reviewers' leanings, None where not calibrated.
    stability: the share of replicates within the funding line, None without a total.
    """

    id: int
    code: str
    title: str
    asks_cents: int
    totals: list[float] = field(default_factory=list)
    plain: list[float] = field(default_factory=list)
    set_aside: int = 0
    na: int = 0
    corrected: float | None = None
    stability: float | None = None

    @property
    def weighted_mean(self) -> float | None:
        """The mean of the weighted totals: what the ranking goes by."""
        return sum(self.totals) / len(self.totals) if self.totals else None

    @property
    def mean(self) -> float | None:
        """The mean with all criteria weighing the same."""
        return sum(self.plain) / len(self.plain) if self.plain else None

    @property
    def median(self) -> float | None:
        """The median of the weighted totals."""
        return median(self.totals) if self.totals else None

    @property
    def spread(self) -> float | None:
        """The highest total minus the lowest."""
        return max(self.totals) - min(self.totals) if self.totals else None

    @property
    def leave_one_out(self) -> tuple[float, float] | None:
        """The lowest and highest mean when one review is left out; from two reviews."""
        count, whole = len(self.totals), sum(self.totals)
        if count < 2:
            return None
        without = [(whole - total) / (count - 1) for total in self.totals]
        return min(without), max(without)

    @property
    def is_tied(self) -> bool:
        """Whether it stands in the tie band."""
        return self.stability is not None and is_tied(self.stability)


@dataclass(frozen=True)
class Agreed:
    """How far reviewers agree on one criterion.

    alpha: Krippendorff's, ordinal; None where undefined. n: scores in proposals scored twice or more.
    """

    criterion: Criterion
    alpha: float | None
    n: int
    units: int
    scored: int
    na: int


@dataclass(frozen=True)
class Statistics:
    """All figures of one stage of a round. seed: what the resampling started from."""

    applications: list[Judged]
    criteria: list[Agreed]
    reviewers: list[tuple[User, Leaning]]
    alpha: float | None
    n: int
    is_connected: bool
    seed: str
    scale: tuple[int, int]


def of_round(
    round: Round,
    *,
    stage: Stage | None = None,
    where: ColumnElement[bool] | None = None,
    budget_cents: int | None = None,
    with_scores: bool = True,
    with_people: bool = True,
) -> Statistics:
    """Compute the figures of a stage (the first unless named) from the reviews handed in.

    where: which applications the asking person may know of. Reviews of somebody with a tie never count.
    with_scores: also what rests on single scores (mean of equal weights, alpha and N/A of each
    criterion). with_people: also who reviewed. One query, and one for each of the two.
    """
    stage = stage or round.stage
    criteria = stage.rubric.criteria
    scale = scale_of(stage)
    condition = counting(stage) & (true() if where is None else where)
    told = _totals(condition, scale)
    ratings = _scores(condition, criteria, scale, told) if with_scores else {}
    judged, leaned, seed = _weigh(told, round, stage, scale, budget_cents)
    chosen = select(User).where(User.id.in_(leaned.leanings)).options(lazyload(User.roles))
    people = {user.id: user for user in db.session.scalars(chosen)} if with_people else {}
    totals = [[round_to(total) for total in one.totals] for one in judged]
    named = [(people[key], one) for key, one in leaned.leanings.items() if key in people]
    return Statistics(
        applications=judged,
        criteria=[_agreed(one, ratings[one.id]) for one in criteria if one.id in ratings],
        reviewers=sorted(named, key=lambda pair: (pair[1].beta, pair[0].name)),
        alpha=_float(alpha(totals, Metric.INTERVAL)),
        n=sum(len(unit) for unit in totals if len(unit) > 1),
        is_connected=leaned.is_connected,
        seed=seed,
        scale=scale,
    )


def scale_of(stage: Stage) -> tuple[int, int]:
    """Give the scale that totals of a stage are on: what all criteria share, else 0 to 100."""
    return scoring.common_scale(scales(stage.rubric.criteria)) or (0, 100)


def round_to(figure: float) -> int:
    """Give a figure of the scale in whole millionths: equal figures stay equal."""
    return round(figure * MILLION)


# --- reading --------------------------------------------------------------------


@dataclass
class _Told:
    """The totals read so far: by application, and as triples for the model."""

    judged: dict[int, Judged] = field(default_factory=dict)
    triples: list[tuple[int, int, float]] = field(default_factory=list)


def counting(stage: Stage) -> ColumnElement[bool]:
    """Give the condition for reviews of a stage that count: handed in, and their writer not tied."""
    tied = select(Conflict.id).where(
        Conflict.application_id == Review.application_id,
        Conflict.user_id == Review.reviewer_id,
        Conflict.bars,
    )
    return (
        (Review.stage_id == stage.id)
        & (Review.purpose == ReviewPurpose.SELECTION)
        & (Review.state == ReviewState.SUBMITTED)
        & ~tied.exists()
    )


def _totals(condition: ColumnElement[bool], scale: tuple[int, int]) -> _Told:
    """Read the totals of the reviews that count."""
    reviews = db.session.execute(
        select(
            Application.id, Application.code, Application.title, Application.requested_cents,
            Review.reviewer_id, Review.total_ppm, Review.coverage_ppm,
        )
        .join(Application, Application.id == Review.application_id)
        .where(condition)
        .order_by(Application.id, Review.id)
    )  # fmt: skip
    return _collect(reviews, scale)


Ratings = dict[int, dict[int, list[int | None]]]


def _scores(
    condition: ColumnElement[bool], criteria: Sequence[Criterion], scale: tuple[int, int], told: _Told
) -> Ratings:
    """Read the scores: by criterion and application, None for N/A; complete what was told with them."""
    span = {one.id: (one.lowest, one.highest) for one in criteria}
    ratings: Ratings = {one.id: defaultdict(list) for one in criteria}
    sums: dict[int, tuple[int, float, int]] = {}
    columns = (
        Review.id, Review.application_id, Score.criterion_id, Score.value, Score.is_na, Review.coverage_ppm,
    )  # fmt: skip
    rows = db.session.execute(
        select(*columns)
        .join(Review, Review.id == Score.review_id)
        .join(Application, Application.id == Review.application_id)
        .where(condition)
        .execution_options(yield_per=5000)
    )
    for review, application, criterion, value, is_na, coverage in rows:
        if value is not None or is_na:
            ratings[criterion][application].append(value)
        if value is None:
            told.judged[application].na += is_na
        elif (coverage or 0) >= LEAST_PPM:
            lowest, highest = span[criterion]
            _key, share, count = sums.get(review, (application, 0.0, 0))
            sums[review] = (application, share + (value - lowest) / (highest - lowest), count + 1)
    low, high = scale
    for application, share, count in sums.values():
        told.judged[application].plain.append(low + (high - low) * share / count)
    return ratings


def _collect(rows: Iterable[Any], scale: tuple[int, int]) -> _Told:
    told, (low, high) = _Told(), scale
    for id, code, title, asks, reviewer, total, coverage in rows:
        one = told.judged.setdefault(id, Judged(id, code or "", title, asks or 0))
        if total is None or (coverage or 0) < LEAST_PPM:
            one.set_aside += 1
            continue
        on_scale = low + (high - low) * total / MILLION
        one.totals.append(on_scale)
        told.triples.append((id, reviewer, on_scale))
    return told


# --- working out ----------------------------------------------------------------


_known: OrderedDict[str, tuple[Severity, dict[int, float]]] = OrderedDict()
"""The last figures worked out, by what they were worked out from: reading a ranking again costs nothing."""
MOST_KNOWN = 32


def _weigh(
    told: _Told, round: Round, stage: Stage, scale: tuple[int, int], budget_cents: int | None
) -> tuple[list[Judged], Severity, str]:
    budget = round.budget_cents if budget_cents is None else budget_cents
    candidates = {
        key: Candidate(one.totals, one.asks_cents) for key, one in told.judged.items() if one.totals
    }
    seed = _seed(round, candidates, budget)
    threshold = stage.rubric.threshold_ppm
    low, high = scale
    above = None if threshold is None else low + (high - low) * threshold / MILLION
    key = sha256(f"{seed}|{above}|{told.triples}".encode()).hexdigest()
    if key not in _known:
        shares = stability(candidates, budget_cents=budget, seed=seed, above=above)
        _known[key] = severity(told.triples), shares
        while len(_known) > MOST_KNOWN:
            _known.popitem(last=False)
    leaned, shares = _known[key]
    for id, one in told.judged.items():
        one.corrected = leaned.corrected.get(id)
        one.stability = shares.get(id)
    ordered = sorted(told.judged.values(), key=lambda one: (-(one.weighted_mean or -1), one.code))
    return ordered, leaned, seed


def _seed(round: Round, candidates: dict[int, Candidate], budget: int) -> str:
    """Name what is resampled: the same reviews and the same money start from the same seed."""
    parts = [f"{key}:{sorted(map(round_to, one.totals))}:{one.asks_cents}" for key, one in candidates.items()]
    return sha256("|".join([str(round.id), str(budget), *sorted(parts)]).encode()).hexdigest()[:16]


def _agreed(criterion: Criterion, units: dict[int, list[int | None]]) -> Agreed:
    scored = [[value for value in unit if value is not None] for unit in units.values()]
    paired = [unit for unit in scored if len(unit) > 1]
    return Agreed(
        criterion=criterion,
        alpha=_float(alpha(paired, Metric.ORDINAL)),
        n=sum(map(len, paired)),
        units=len(paired),
        scored=sum(map(len, scored)),
        na=sum(unit.count(None) for unit in units.values()),
    )


def _float(found: Any) -> float | None:
    return None if found is None else float(found)
