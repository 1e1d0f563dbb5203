"""Telling reviewers that a proposal changed while they review it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from fundapp.accounts.models import User
from fundapp.applications import readers
from fundapp.applications.models import Application, ApplicationVersion, Conflict
from fundapp.core import mail
from fundapp.core.db import db
from fundapp.reviews.models import Review, ReviewPurpose, ReviewState

READING = (ReviewState.ACCEPTED, ReviewState.SUBMITTED)


def tell(application: Application, version: ApplicationVersion, actor: User, at: datetime) -> None:
    """Write to each reviewer who reads or has read an application that there is a new version."""
    bars = select(Conflict.user_id).where(Conflict.application_id == application.id, Conflict.bars)
    reviews = db.session.scalars(
        select(Review)
        .where(
            Review.application_id == application.id,
            Review.stage_id == application.stage_id,
            Review.purpose == ReviewPurpose.SELECTION,
            Review.state.in_(READING),
            Review.reviewer_id.not_in(bars),
        )
        .options(joinedload(Review.reviewer))
        .order_by(Review.id)
    )
    for review in reviews.unique():
        mail.queue(
            "proposal-changed", key=f"proposal-changed:{version.id}:{review.id}", to=review.reviewer,
            at=at, application=application, version=version, review=review,
            is_in=review.state is ReviewState.SUBMITTED, title=readers.title(review.reviewer, application),
        )  # fmt: skip
