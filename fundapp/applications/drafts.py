"""The working copy: answers by field, each with a revision that tells two writers apart."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from fundapp.applications.models import Answer, Application
from fundapp.core.db import db
from fundapp.core.refusals import ChangedMeanwhile


@dataclass(frozen=True)
class Clash:
    """One answer that two people changed. revision: the one to send along when choosing."""

    field: str
    yours: Any
    theirs: Any
    revision: int
    saved_by: int | None
    saved_at: datetime


class AnswersChanged(ChangedMeanwhile):
    """Some answers were changed by somebody else; the others of the same sending are in the session.

    clashes: both values of each. revisions: of the fields that were taken.
    """

    def __init__(self, clashes: list[Clash], revisions: dict[str, int]) -> None:
        super().__init__(
            _("Somebody changed the same answer while you were writing. Choose which text to keep."),
            yours="\n\n".join(str(clash.yours) for clash in clashes),
            theirs="\n\n".join(str(clash.theirs) for clash in clashes),
        )
        self.clashes = clashes
        self.revisions = revisions


def answers_of(application_id: int) -> dict[str, Answer]:
    """Read the working copy anew, by field."""
    found = db.session.scalars(
        select(Answer)
        .where(Answer.application_id == application_id)
        .execution_options(populate_existing=True)
    )
    return {answer.field: answer for answer in found}


def take(
    application: Application,
    given: Mapping[str, Any],
    bases: Mapping[str, int],
    *,
    actor: Any,
    at: datetime,
) -> dict[str, int]:
    """Put answers into the working copy, whose application the caller holds; give the revisions.

    bases: the revision each answer was written upon; 0 or missing for a first answer.
    Raises AnswersChanged where a newer revision says something else.
    """

    def first(field: str, value: Any) -> None:
        db.session.add(_first(application, field, value, actor, at))

    taken, clashes = merge(answers_of(application.id), given, bases, first, actor=actor, at=at)
    db.session.flush()  # the caller reads the whole working copy next
    db.session.expire(application, ["answers"])
    if clashes:
        raise AnswersChanged(clashes, taken)
    return taken


def merge(
    before: Mapping[str, Any],
    given: Mapping[str, Any],
    bases: Mapping[str, int],
    first: Callable[[str, Any], None],
    *,
    actor: Any,
    at: datetime,
) -> tuple[dict[str, int], list[Clash]]:
    """Write answers upon rows with value, revision, saved_at and saved_by; give revisions and clashes.

    before: rows by field. first: makes the row of an answer that was not there.
    """
    taken: dict[str, int] = {}
    clashes: list[Clash] = []
    for field, value in given.items():
        answer = before.get(field)
        if answer is None:
            if value is not None:
                first(field, value)
                taken[field] = 1
        elif answer.value.get("v") == value:
            taken[field] = answer.revision
        elif answer.revision != bases.get(field, 0):
            clashes.append(_clash(field, answer, value))
        else:
            answer.value, answer.revision = {"v": value}, answer.revision + 1
            answer.saved_at, answer.saved_by = at, actor.id if actor is not None else None
            taken[field] = answer.revision
    return taken, clashes


def _first(application: Application, field: str, value: Any, actor: Any, at: datetime) -> Answer:
    return Answer(
        application_id=application.id,
        field=field,
        value={"v": value},
        saved_at=at,
        saved_by=actor.id if actor is not None else None,
    )


def _clash(field: str, answer: Any, yours: Any) -> Clash:
    return Clash(field, yours, answer.value.get("v"), answer.revision, answer.saved_by, answer.saved_at)
