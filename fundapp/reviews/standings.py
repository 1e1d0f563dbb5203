"""What the reviews of one application add up to, rewritten each time one of them changes."""

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from fundapp.applications.models import Application, Conflict
from fundapp.core.db import db, locked
from fundapp.core.shares import ppm
from fundapp.reviews import scoring
from fundapp.reviews.models import Review, ReviewPurpose, ReviewState, Standing
from fundapp.reviews.sheet import entry_of, scales, values
from fundapp.rounds.models import Criterion, Stage

Values = dict[str, int | None]


def total(review: Review) -> scoring.ReviewTotal:
    """Weigh the scores of one review as they stand now."""
    criteria = review.rubric.criteria
    entries = {score.criterion_id: entry_of(score) for score in review.scores}
    return scoring.review_total(scales(criteria), values(criteria, entries))


def refresh(application: Application, *, stage: Stage | None = None, at: datetime) -> Standing:
    """Compute an application's standing from its handed-in reviews, and give its row.

    stage: the present one unless named. Locks the application: two reviews handed in at once must both
    be counted. A review of somebody with a tie never counts.
    """
    locked(Application, application.id)
    stage = stage or application.stage
    reviews = _counting(application, stage)
    totals = [total(review) for review in reviews]
    row = db.session.get(Standing, (application.id, stage.id), populate_existing=True)
    if row is None:
        row = Standing(application_id=application.id, stage_id=stage.id)
        row.round_id, row.fund_id = application.round_id, application.fund_id
        db.session.add(row)
    row.computed_at = at
    _write(row, totals)
    criteria = stage.rubric.criteria
    row.detail = row.detail | {"criteria": _profiles(criteria, [_values(review) for review in reviews])}
    return row


def _counting(application: Application, stage: Stage) -> Sequence[Review]:
    tied = select(Conflict.user_id).where(Conflict.application_id == application.id, Conflict.bars)
    found = db.session.scalars(
        select(Review)
        .where(
            Review.application_id == application.id,
            Review.stage_id == stage.id,
            Review.purpose == ReviewPurpose.SELECTION,
            Review.state == ReviewState.SUBMITTED,
            Review.reviewer_id.not_in(tied),
        )
        .order_by(Review.id)
        .options(selectinload(Review.scores))
        .execution_options(populate_existing=True)  # what another person handed in while we waited
    )
    return found.all()


def _values(review: Review) -> Values:
    entries = {score.criterion_id: entry_of(score) for score in review.scores}
    return values(review.rubric.criteria, entries)


def _write(row: Standing, totals: list[scoring.ReviewTotal]) -> None:
    found = scoring.standing(totals)
    row.reviews = found.reviews
    row.mean_ppm, row.median_ppm, row.spread_ppm = map(_ppm, (found.mean, found.median, found.spread))
    coverage = sum((one.coverage for one in totals), Fraction(0))
    row.coverage_ppm = ppm(coverage / len(totals)) if totals else None
    row.detail = {
        "totals": sorted(ppm(one.total) for one in totals if one.is_ranked and one.total is not None),
        "set_aside": found.set_aside,
        "sd_ppm": found.sd_ppm,
        "without_one_ppm": [_ppm(found.lowest_without_one), _ppm(found.highest_without_one)],
    }


def _ppm(share: Fraction | None) -> int | None:
    return None if share is None else ppm(share)


def _profiles(criteria: Sequence[Criterion], given: list[Values]) -> dict[str, Any]:
    """Describe each criterion on its own scale: median (halves occur), spread, n, na."""
    found = {}
    for scale in scales(criteria):
        told = [review[scale.key] for review in given if scale.key in review]
        profile = scoring.profile(scale, told)
        found[scale.key] = {
            "median": None if profile.median is None else float(profile.median),
            "spread": profile.spread,
            "n": profile.scored,
            "na": profile.na,
        }
    return found
