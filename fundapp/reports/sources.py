"""What both reports are filled from: reviews with their scores, and the cards of fund and round."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from flask_babel import force_locale
from sqlalchemy import exists, select
from sqlalchemy.orm import selectinload

from fundapp.applications.models import Conflict
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.core.shares import MILLION
from fundapp.core.words import LANGUAGES, pick
from fundapp.funds.models import Fund
from fundapp.reports.measures import tidy
from fundapp.reports.shape import FundCard, RoundCard, Scale, Words
from fundapp.reviews import scoring
from fundapp.reviews.models import Review, ReviewPurpose, ReviewState, Score
from fundapp.reviews.sheet import entry_of, scales, values
from fundapp.rounds.models import Criterion, Round
from fundapp.rounds.workflow import WORDS as ROUND_WORDS

PROFILE = "principles"
"""The group of criteria that makes the governance profile; a key like P3 says the same."""


def said(text: object) -> Words:
    """Give a lazy text, a pair of texts or a plain word in both languages."""
    if isinstance(text, Mapping):
        return {lang: pick(text, lang) for lang in LANGUAGES}
    found = {}
    for lang in LANGUAGES:
        with force_locale(lang):
            found[lang] = str(text)
    return found


def is_profile(criterion: Criterion) -> bool:
    """Tell whether a criterion belongs to the governance profile."""
    return criterion.group == PROFILE or re.fullmatch(r"P[1-9]", criterion.key) is not None


def day(at: datetime | None, fund: Fund) -> str | None:
    """Give the calendar day of an instant where the fund is: "2026-12-07"."""
    return clock.day(at, fund.zone).isoformat() if at else None


def fund_card(fund: Fund) -> FundCard:
    """Give the fund as it signs."""
    contact = fund.contact or {}
    written = contact.get("address") or []
    lines = written.splitlines() if isinstance(written, str) else [str(line) for line in written]
    reach = [str(contact[key]) for key in ("email", "website") if contact.get(key)]
    return {
        "slug": fund.slug,
        "name": said(fund.name),
        "currency": fund.currency,
        "zone": fund.zone,
        "lines": lines,
        "reach": " · ".join(reach),
    }


def round_card(round: Round) -> RoundCard:
    """Give the round as readers know it."""
    stage, fund = round.stage, round.fund
    threshold = stage.rubric.threshold_ppm
    return {
        "slug": round.slug,
        "name": said(round.name),
        "state": said(ROUND_WORDS[round.state][1]),
        "opened_on": day(stage.opens_at, fund),
        "closed_on": day(stage.closes_at, fund),
        "promised_on": round.decide_by_on.isoformat() if round.decide_by_on else None,
        "budget_cents": round.budget_cents,
        "threshold": None if threshold is None else on(scale_of(stage.rubric.criteria), threshold),
    }


def scale_of(criteria: Sequence[Criterion]) -> Scale:
    """Give the scale that totals are shown on: the one all criteria share, else 0 to 100."""
    low, high = scoring.common_scale(scales(criteria)) or (0, 100)
    return {"low": low, "high": high}


def on(scale: Scale, ppm: int | Fraction | None) -> float | None:
    """Put a total of millionths, or a share, on the scale."""
    if ppm is None:
        return None
    share = ppm if isinstance(ppm, Fraction) else Fraction(ppm, MILLION)
    return tidy(float(Fraction(scale["low"]) + Fraction(scale["high"] - scale["low"]) * share))


@dataclass(frozen=True)
class Given:
    """One handed-in review with its scores by criterion id and its total."""

    review: Review
    scores: Mapping[int, Score]
    total: scoring.ReviewTotal
    label: str


def handed_in(criteria: Sequence[Criterion], *conditions: Any) -> list[Given]:
    """List the reviews that count, oldest first: handed in, to choose, by somebody without a tie.

    conditions: narrow to a round or an application. Reviewers are R1, R2 … in the order in which
    they first appear; two queries.
    """
    tied = exists().where(
        Conflict.application_id == Review.application_id,
        Conflict.user_id == Review.reviewer_id,
        Conflict.bars,
    )
    found = db.session.scalars(
        select(Review)
        .where(
            Review.purpose == ReviewPurpose.SELECTION,
            Review.state == ReviewState.SUBMITTED,
            ~tied,
            *conditions,
        )
        .order_by(Review.id)
        .options(selectinload(Review.scores))
    )
    reviews = list(found)
    people = list(dict.fromkeys(review.reviewer_id for review in reviews))
    labels = {person: f"R{number}" for number, person in enumerate(people, 1)}
    return [_given(criteria, review, labels[review.reviewer_id]) for review in reviews]


def _given(criteria: Sequence[Criterion], review: Review, label: str) -> Given:
    scores = {score.criterion_id: score for score in review.scores}
    entries = {key: entry_of(score) for key, score in scores.items()}
    return Given(review, scores, scoring.review_total(scales(criteria), values(criteria, entries)), label)
