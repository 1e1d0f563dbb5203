"""What the reviews of a round add up to: totals, agreement, load, and the profile of what was funded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import cached_property
from statistics import median
from typing import Any

from sqlalchemy import select

from fundapp.core import clock
from fundapp.core.db import db
from fundapp.core.shares import ppm
from fundapp.reports.measures import average, days_between, known, leanings, middle, tidy
from fundapp.reports.round_shape import (
    AgreementFigures,
    ProfileFigures,
    ProfileSide,
    ReviewerFigures,
)
from fundapp.reports.shape import Scale
from fundapp.reports.sources import Given, handed_in, is_profile, on, said, scale_of
from fundapp.reviews import scoring
from fundapp.reviews.agreement import Metric, alpha
from fundapp.reviews.models import Review, ReviewPurpose, ReviewState
from fundapp.rounds.models import Criterion, Round, Stage


def reviewed(round: Round) -> "Reviewed":
    """Read the reviews that count in the stage of a round that is decided; three queries, or four."""
    stage = round.decided_stage
    criteria = stage.rubric.criteria
    given = handed_in(criteria, Review.round_id == round.id, Review.stage_id == stage.id)
    return Reviewed(criteria, given, _reviewed_before(round, stage))


def _reviewed_before(round: Round, stage: Stage) -> frozenset[int]:
    if stage.number == 1:
        return frozenset()
    before = select(Review.application_id).where(
        Review.round_id == round.id,
        Review.stage_id != stage.id,
        Review.purpose == ReviewPurpose.SELECTION,
        Review.state == ReviewState.SUBMITTED,
    )
    return frozenset(db.session.scalars(before.distinct()))


@dataclass(frozen=True)
class Reviewed:
    """The handed-in reviews of a round and what follows from them.

    before: the applications that were reviewed in an earlier stage.
    """

    criteria: Sequence[Criterion]
    given: Sequence[Given]
    before: frozenset[int] = frozenset()

    def has(self, application_id: int) -> bool:
        """Tell whether anybody's review of an application counts, in this stage or an earlier one."""
        return application_id in self.means or application_id in self.before

    @cached_property
    def scale(self) -> Scale:
        """The scale that totals are shown on."""
        return scale_of(self.criteria)

    @cached_property
    def by_application(self) -> dict[int, list[Given]]:
        """The reviews of each application."""
        found: dict[int, list[Given]] = {}
        for one in self.given:
            found.setdefault(one.review.application_id, []).append(one)
        return found

    @cached_property
    def standings(self) -> dict[int, scoring.Standing]:
        """Where each application stands."""
        return {
            key: scoring.standing(one.total for one in given) for key, given in self.by_application.items()
        }

    @cached_property
    def means(self) -> dict[int, int]:
        """The mean total in millionths, as rankings compare it; only where there is one."""
        return {key: ppm(one.mean) for key, one in self.standings.items() if one.mean is not None}

    @property
    def last_in(self) -> dict[int, datetime]:
        """When the last review of each application was handed in."""
        return {
            one.review.application_id: one.review.submitted_at
            for one in self.given
            if one.review.submitted_at
        }

    def mean(self, application_id: int) -> float | None:
        """Give the mean total on the scale."""
        found = self.standings.get(application_id)
        return on(self.scale, found.mean) if found else None

    def median(self, application_id: int) -> float | None:
        """Give the median total on the scale."""
        found = self.standings.get(application_id)
        return on(self.scale, found.median) if found else None

    def totals(self, application_id: int) -> list[float]:
        """Give the totals on the scale of the reviews that are ranked."""
        given = self.by_application.get(application_id, [])
        shown = [on(self.scale, one.total.total) for one in given if one.total.is_ranked]
        return [total for total in shown if total is not None]

    # --- agreement and load ----------------------------------------------------------

    @cached_property
    def alpha(self) -> float | None:
        """How far reviewers agree on the totals: Krippendorff's alpha, interval."""
        units = [
            [Fraction(ppm(one.total.total)) for one in given if one.total.total is not None]
            for given in self.by_application.values()
        ]
        found = alpha(units, Metric.INTERVAL)
        return None if found is None else tidy(float(found))

    def agreement(self) -> list[AgreementFigures]:
        """Give alpha per criterion, ordinal, with how often it was scored and set apart."""
        return [self._agreement(criterion) for criterion in self.criteria] if self.given else []

    def _agreement(self, criterion: Criterion) -> AgreementFigures:
        units = [_values(given, criterion) for given in self.by_application.values()]
        found = alpha(units, Metric.ORDINAL)
        scores = [one.scores.get(criterion.id) for one in self.given]
        return {
            "key": criterion.key,
            "name": said(criterion.name),
            "alpha": None if found is None else tidy(float(found)),
            "scored": sum(len(unit) for unit in units),
            "na": sum(bool(score and score.is_na) for score in scores),
        }

    def load(self, assignments: Sequence[Any], zone: str) -> list[ReviewerFigures]:
        """Give each reviewer's load and leaning; those who have not handed in yet come last."""
        labels = {one.review.reviewer_id: one.label for one in self.given}
        asked = [row for row in assignments if row.state not in (ReviewState.DECLINED, ReviewState.RELEASED)]
        for row in asked:
            labels.setdefault(row.reviewer_id, f"R{len(labels) + 1}")
        leans = leanings(self._totals_by_reviewer)
        return [
            self._reviewer(
                label, [row for row in asked if row.reviewer_id == person], leans.get(person), zone
            )
            for person, label in labels.items()
        ]

    @cached_property
    def _totals_by_reviewer(self) -> dict[int, dict[int, float]]:
        found: dict[int, dict[int, float]] = {}
        for one in self.given:
            total = on(self.scale, one.total.total)
            if total is not None:
                found.setdefault(one.review.application_id, {})[one.review.reviewer_id] = total
        return found

    def _reviewer(self, label: str, rows: Sequence[Any], lean: float | None, zone: str) -> ReviewerFigures:
        done = [row for row in rows if row.state is ReviewState.SUBMITTED]
        totals = [
            total
            for one in self.given
            if one.label == label and (total := on(self.scale, one.total.total)) is not None
        ]
        took = [(row.assigned_at, row.submitted_at) for row in done if row.submitted_at]
        days = known(days_between(clock.day(start, zone), clock.day(end, zone)) for start, end in took)
        return {
            "reviewer": label,
            "assigned": len(rows),
            "done": len(done),
            "mean": average(totals),
            "lean": lean,
            "days": middle(days),
        }

    # --- profile ---------------------------------------------------------------------

    def profile(self, funded: set[int]) -> list[ProfileFigures]:
        """Put the principles of funded applications beside those of the others; the median of medians."""
        if not self.given:
            return []
        return [
            {
                "key": criterion.key,
                "name": said(criterion.name),
                "low": criterion.lowest,
                "high": criterion.highest,
                "funded": self._side(criterion, {key for key in self.by_application if key in funded}),
                "others": self._side(criterion, {key for key in self.by_application if key not in funded}),
            }
            for criterion in self.criteria
            if is_profile(criterion)
        ]

    def _side(self, criterion: Criterion, applications: set[int]) -> ProfileSide:
        scored = [_values(self.by_application[key], criterion) for key in sorted(applications)]
        medians = [float(median(values)) for values in scored if values]
        return {
            "median": middle(medians),
            "lowest": min(medians, default=None),
            "highest": max(medians, default=None),
            "applications": len(medians),
        }


def _values(given: Sequence[Given], criterion: Criterion) -> list[int]:
    """Give the scores on one criterion; not applicable is left out."""
    scores = (one.scores.get(criterion.id) for one in given)
    return [score.value for score in scores if score is not None and score.value is not None]
