"""What follows from the check of the conditions: who may go into review, who may be refused, and why."""

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import select

from fundapp.applications import conditions, conversations, queries
from fundapp.applications.knockouts import lines, screening
from fundapp.applications.models import Application, Checklist, Screening, Stand
from fundapp.core.db import db
from fundapp.core.refusals import Refusal
from fundapp.core.words import pick


def is_admissible(application: Application) -> bool:
    """Tell whether an application may go into review: every condition met, or the round sets none."""
    if conditions.of_round(application.round_id) is None:
        return True
    found = screening(application.id)
    return found is not None and found.stand is Stand.PASSED


def admissible(round_id: int, application_ids: Sequence[int]) -> set[int]:
    """Give those of the applications of a round that may go into review."""
    if conditions.of_round(round_id) is None:
        return set(application_ids)
    passed = select(Screening.application_id).where(
        Screening.round_id == round_id, Screening.stand == Stand.PASSED
    )
    return set(db.session.scalars(passed)) & set(application_ids)


def check_admission(application: Application) -> None:
    """Refuse to take an application into review before the conditions are checked and met."""
    if is_admissible(application):
        return
    found = screening(application.id)
    if found is not None and found.stand is Stand.REFUSED:
        raise Refusal(_("This application does not meet the conditions of the call."))
    raise Refusal(_("Check the conditions of the call first."))


def check_refusal(application: Application) -> None:
    """Refuse to propose "not eligible" before two people found so.

    A round without a list needs none, nor does what was not completed in time (Awb 4:5).
    """
    if conditions.of_round(application.round_id) is None or conversations.has_lapsed(application.id):
        return
    found = screening(application.id)
    if found is None or found.stand is not Stand.REFUSED:
        raise Refusal(_("Two people have to find that a condition is not met before this can be proposed."))


def reasons(application: Application) -> list[tuple[str, str]]:
    """List (key of the condition, reason) for each condition that is not met, as the letter may say it."""
    checklist = conditions.of_round(application.round_id)
    return _unmet(checklist, application) if checklist is not None else []


def _unmet(checklist: Checklist, application: Application) -> list[tuple[str, str]]:
    return [
        (row.key, row.ruling.reason if row.ruling else row.first.reason if row.first else "")
        for row in lines(checklist, application.id)
        if row.passed is False
    ]


def first_draft(application: Application) -> str:
    """Write down, in the language of the main applicant, which conditions are not met and why."""
    checklist = conditions.of_round(application.round_id)
    if checklist is None:
        return ""
    language = queries.language_of(application.id)
    labels = {item["key"]: pick(item["label"], language) for item in checklist.items}
    return "\n\n".join(f"{labels[key]}: {reason}" for key, reason in _unmet(checklist, application))
