"""What the clock does with applications: questions that fall due."""

from datetime import datetime
from typing import Any

from fundapp.applications import questions
from fundapp.core.jobs import job


@job(kind="expire-questions", minutes=5)
def expire_questions(at: datetime) -> dict[str, Any]:
    """End the questions whose term is over; what was not completed lapses."""
    return dict(questions.expire(at))


@job(kind="remind-of-questions", minutes=30)
def remind_of_questions(at: datetime) -> dict[str, Any]:
    """Remind applicants of questions that fall due soon."""
    return dict(questions.remind(at))
