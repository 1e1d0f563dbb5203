"""The rows that the evaluation of one grant is gathered from."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, exists, func, select

from fundapp.applications.models import Conflict
from fundapp.core.db import db
from fundapp.decisions.models import Decision
from fundapp.grants.models import Award, ProgressReport, ReportKind, ReportState
from fundapp.payouts.models import Claim, Payment, PaymentState
from fundapp.reviews.models import Review, ReviewPurpose, ReviewState, Score
from fundapp.rounds.models import Criterion

GONE = (ReviewState.DECLINED, ReviewState.RELEASED)


def _rows(statement: Any) -> list[Row[Any]]:
    return list(db.session.execute(statement))


def decided_cents(award: Award) -> int:
    """Give the amount that the decision gave."""
    found = db.session.scalar(select(Decision.amount_cents).where(Decision.id == award.decision_id))
    return found or 0


def payments_of(award_id: int) -> list[Row[Any]]:
    """List the payments that arrived: (claim's code, day, cents)."""
    return _rows(
        select(Claim.code, Payment.paid_on, Payment.amount_cents)
        .join(Claim, Claim.id == Payment.claim_id)
        .where(Claim.award_id == award_id, Payment.state == PaymentState.PAID)
        .order_by(Payment.paid_on, Payment.id)
    )


def closing_scores(application_id: int) -> list[Row[Any]]:
    """List the scores given at the end, oldest review first, without those of tied people."""
    tied = exists().where(
        Conflict.application_id == Review.application_id,
        Conflict.user_id == Review.reviewer_id,
        Conflict.bars,
    )
    return _rows(
        select(
            Review.id.label("review_id"), Criterion.key, Score.value, Score.is_na, Score.reason, Score.link
        )
        .join(Score, Score.review_id == Review.id)
        .join(Criterion, Criterion.id == Score.criterion_id)
        .where(
            Review.application_id == application_id,
            Review.purpose == ReviewPurpose.CLOSING,
            Review.state == ReviewState.SUBMITTED,
            ~tied,
        )
        .order_by(Review.id, Criterion.position)
    )


def asked_again(application_id: int) -> int:
    """Count the reviewers who were asked to score at the end and did not decline."""
    asked = select(func.count(Review.id)).where(
        Review.application_id == application_id,
        Review.purpose == ReviewPurpose.CLOSING,
        Review.state.not_in(GONE),
    )
    return db.session.scalar(asked) or 0


def final_report(award_id: int) -> ProgressReport | None:
    """Give the final report that was accepted."""
    return db.session.scalar(
        select(ProgressReport).where(
            ProgressReport.award_id == award_id,
            ProgressReport.kind == ReportKind.FINAL,
            ProgressReport.state == ReportState.ACCEPTED,
        )
    )


def labels(review_ids: Sequence[int]) -> dict[int, str]:
    """Name assessors A1, A2 … in the order in which they were asked."""
    return {id: f"A{number}" for number, id in enumerate(dict.fromkeys(review_ids), 1)}
