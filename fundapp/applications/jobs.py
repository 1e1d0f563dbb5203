"""What the clock does with applications: questions that fall due, files that were let go."""

from datetime import datetime
from typing import Any

from fundapp.applications import import_task, lapsing, likenesses, questions, search_texts
from fundapp.core import files
from fundapp.core.db import db
from fundapp.core.jobs import job
from fundapp.core.task_work import Progress
from fundapp.core.tasks import Made, Task, task


@job(kind="expire-questions", minutes=5)
def expire_questions(at: datetime) -> dict[str, Any]:
    """End the questions whose term is over; what was not completed lapses."""
    return dict(questions.expire(at))


@job(kind="lapse-invitations", minutes=5)
def lapse_invitations(at: datetime) -> dict[str, Any]:
    """End the invitations that nobody used before the deadline."""
    return {"lapsed": lapsing.lapse(at)}


@job(kind="sweep-files", minutes=24 * 60)
def sweep_files(at: datetime) -> dict[str, Any]:
    """Remove the content of files that nothing holds any more."""
    return {"removed": files.sweep(at)}


@job(kind="find-look-alikes", minutes=5)
def find_look_alikes(at: datetime) -> dict[str, Any]:
    """Compare what came in with the rest of its fund, each few in a transaction of their own."""
    done = {"compared": 0, "alike": 0}
    for _turn in range(40):
        found = likenesses.find(at)
        db.session.commit()
        done = {key: done[key] + found[key] for key in done}
        if not found["compared"]:
            break
    return done


@job(kind="search-words", minutes=10)
def search_words(at: datetime) -> dict[str, Any]:
    """Take up the words of versions that search does not know yet: after an update, or a restored backup."""
    return {"written": search_texts.rebuild()}


@task(import_task.TASK, may=import_task.may, page="applications.import_show")
def import_applications(row: Task, progress: Progress) -> Made:
    """Look through a file of applications, or take it in."""
    return import_task.work(row, progress)
