"""What waits for reviewers: to say whether they have a tie, and to write."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select

from fundapp.accounts.models import RoleName, User
from fundapp.applications.models import Application
from fundapp.core import todo
from fundapp.reviews.blind import shown_title
from fundapp.reviews.models import Review, ReviewState
from fundapp.reviews.queries import own


def _reviews(kind: str, state: ReviewState, user: User) -> Select[Any] | None:
    if not user.holds(RoleName.REVIEWER):
        return None
    return (
        select(
            *todo.columns(
                kind, Review.id, shown_title(user), code=Application.code, due_at=Review.due_at,
                since_at=Review.state_at,
            )
        )
        .select_from(Review)
        .join(Application, Application.id == Review.application_id)
        .where(own(user), Review.state == state)
    )  # fmt: skip


def _invited(user: User, at: datetime) -> Select[Any] | None:
    return _reviews("invited", ReviewState.INVITED, user)


def _accepted(user: User, at: datetime) -> Select[Any] | None:
    return _reviews("review", ReviewState.ACCEPTED, user)


todo.add(
    todo.Kind("invited", _l("Say whether you can review this"), _invited, "reviews.card"),
    todo.Kind("review", _l("Write your review"), _accepted, "reviews.desk"),
)
