"""What reviewers found about one application, as figures of its dossier."""

from collections.abc import Iterable, Sequence

from fundapp.applications.models import Application
from fundapp.funds.models import Fund
from fundapp.reports import rows
from fundapp.reports.measures import average, known, middle
from fundapp.reports.shape import CriterionFigures, Mark, ReviewFigures, Totals
from fundapp.reports.sources import Given, day, is_profile, on, said, scale_of
from fundapp.reviews import scoring
from fundapp.reviews.pins import Placed
from fundapp.rounds.models import Criterion, Stage


def review_figures(given: Given, criteria: Sequence[Criterion], fund: Fund) -> ReviewFigures:
    """Give one review as a whole."""
    return {
        "reviewer": given.label,
        "submitted_on": day(given.review.submitted_at, fund) or "",
        "total": on(scale_of(criteria), given.total.total),
        "coverage": round(100 * float(given.total.coverage), 1),
        "is_ranked": given.total.is_ranked,
        "to_applicant": given.review.to_applicant,
    }


def _mark(given: Given, criterion: Criterion, pinned: Sequence[Placed]) -> Mark:
    score = given.scores.get(criterion.id)
    return {
        "reviewer": given.label,
        "value": score.value if score else None,
        "is_na": bool(score and score.is_na),
        "expected": score.expected if score else None,
        "reason": score.reason if score else "",
        "link": score.link if score else "",
        "pins": [
            {"words": one.words, "version": one.pin.version_number, "state": one.state.value}
            for one in pinned
            if (one.pin.review_id, one.pin.criterion_id) == (given.review.id, criterion.id)
        ],
    }


def criterion_figures(
    criterion: Criterion, given: Iterable[Given], pinned: Sequence[Placed]
) -> CriterionFigures:
    """Give one criterion with the scores of all reviews."""
    marks = [_mark(one, criterion, pinned) for one in given]
    values, expected = known(mark["value"] for mark in marks), known(mark["expected"] for mark in marks)
    return {
        "key": criterion.key,
        "name": said(criterion.name),
        "group": "profile" if is_profile(criterion) else "criteria",
        "weight": criterion.weight,
        "low": criterion.lowest,
        "high": criterion.highest,
        "levels": [
            {"value": one["value"], "label": said(one["label"]), "anchor": said(one["anchor"])}
            for one in criterion.levels
        ],
        "marks": marks,
        "scored": len(values),
        "na": sum(mark["is_na"] for mark in marks),
        "lowest": min(values, default=None),
        "highest": max(values, default=None),
        "median": middle(values),
        "mean": average(values),
        "spread": max(values) - min(values) if values else None,
        "expected": middle(expected),
    }


def totals_of(application: Application, stage: Stage, given: Sequence[Given]) -> Totals:
    """Give the totals of one stage together, and the place they give among its others."""
    scale = scale_of(stage.rubric.criteria)
    found = scoring.standing(one.total for one in given)
    counted = [one.total.total for one in given if one.total.is_ranked and one.total.total is not None]
    places = scoring.ranks(rows.means_of_round(application.round_id, stage.id))
    wide = scale["high"] - scale["low"]
    return {
        "scale": scale,
        "reviews": found.reviews,
        "set_aside": found.set_aside,
        "mean": on(scale, found.mean),
        "median": on(scale, found.median),
        "spread": None if found.spread is None else round(float(found.spread) * wide, 6),
        "lowest": on(scale, min(counted, default=None)),
        "highest": on(scale, max(counted, default=None)),
        "rank": places.get(application.id),
        "ranked": sum(place is not None for place in places.values()),
    }
