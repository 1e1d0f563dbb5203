"""What the clock does with applications: questions that fall due, files that were let go."""

from datetime import datetime
from typing import Any

from fundapp.applications import questions
from fundapp.core import files
from fundapp.core.jobs import job


@job(kind="expire-questions", minutes=5)
def expire_questions(at: datetime) -> dict[str, Any]:
    """End the questions whose term is over; what was not completed lapses."""
    return dict(questions.expire(at))


@job(kind="remind-of-questions", minutes=30)
def remind_of_questions(at: datetime) -> dict[str, Any]:
    """Remind applicants of questions that fall due soon."""
    return dict(questions.remind(at))


@job(kind="sweep-files", minutes=24 * 60)
def sweep_files(at: datetime) -> dict[str, Any]:
    """Remove the content of files that nothing holds any more."""
    return {"removed": files.sweep(at)}
