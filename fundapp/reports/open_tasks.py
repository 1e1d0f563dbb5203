"""Long work about openness, done in the worker: all scores of a round, its transparency pack."""

import zipfile
from typing import Any

from fundapp.accounts.models import User
from fundapp.applications.queries import seen
from fundapp.core import clock, files
from fundapp.core.db import db
from fundapp.core.refusals import Refusal
from fundapp.core.tasks import Made, Task, task
from fundapp.reports import queries, review_export, transparency_pack
from fundapp.reports.review_lines import Naming
from fundapp.reports.rules import MAKE_ROUND
from fundapp.reports.streaming import FORMATS
from fundapp.reports.wording import _
from fundapp.rounds.models import Round

REVIEWS = "reviews"
"""All scores of a round; payload: round_id, format, reviewers."""
ZIP = "application/zip"


def _round_of(user: User | None, asked: Task) -> Round:
    found = queries.report_round(user, asked.payload["round_id"]) if user else None
    if found is None:
        raise Refusal(_("You may not have this any more."))
    return found


def may_reviews(user: User, asked: Task) -> bool:
    """Tell whether somebody may have the scores: the office, and a round whose seal is off."""
    found = queries.report_round(user, asked.payload["round_id"])
    return found is not None and not found.is_sealed and not queries.is_tied(user, found.id)


@task(REVIEWS, may=may_reviews)
def scores_of_round(asked: Task, progress: Any) -> Made:
    """Write every score of a round that the person may see; a CSV goes with its codebook."""
    round, format = _round_of(asked.asker, asked), asked.payload["format"]
    naming, language = Naming(asked.payload.get("reviewers", "pseudonyms")), asked.asker.language
    place = progress.folder / f"reviews-{round.slug}.{format}"
    with place.open("wb") as stream:
        review_export.export_reviews(
            round, format, stream, only=seen(asked.asker), naming=naming, language=language, progress=progress
        )
    if format != "csv":
        return Made(place.name, FORMATS[format], place)
    whole = progress.folder / f"reviews-{round.slug}.zip"
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(place, place.name)
        book = review_export.codebook_csv(round, naming=naming, language=language)
        archive.writestr(f"reviews-{round.slug}.codebook.csv", book)
    return Made(whole.name, ZIP, whole)


def may_pack(user: User, asked: Task) -> bool:
    """Tell whether somebody may have the pack: a manager without a tie in the round."""
    found = queries.report_round(user, asked.payload["round_id"])
    return found is not None and MAKE_ROUND(user, found) and not queries.is_tied(user, found.id)


@task(transparency_pack.TASK, may=may_pack)
def pack_of_round(asked: Task, progress: Any) -> Made:
    """Make the transparency pack of a round; it waits for a person to publish it."""
    progress(0, 1)
    with progress.writing():
        round = _round_of(asked.asker, asked)
        made = transparency_pack.make(round, site=asked.payload["site"], actor=asked.asker, at=clock.now())
        db.session.flush()  # its file is read below
        file_id = made.file_id
    kept = db.session.get(files.File, file_id)
    progress(1, 1)
    if kept is None:
        raise Refusal(_("This pack is not there any more."))
    return Made(kept.name, ZIP, files.content(kept))
