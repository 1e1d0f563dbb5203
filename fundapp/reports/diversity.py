"""What applicants tell of themselves if they wish to: counted at once, with nothing kept of anybody."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from fundapp.accounts.models import User
from fundapp.applications.models import Application
from fundapp.core import audit
from fundapp.core.db import db, locked
from fundapp.core.refusals import Refusal
from fundapp.reports.fund_shape import DiversityLine
from fundapp.reports.models import DiversityCount, DiversityGiven
from fundapp.rounds.models import Round

QUESTIONS: dict[str, tuple[LazyString, dict[str, LazyString]]] = {
    "gender": (
        _l("Who leads the project?"),
        {
            "woman": _l("A woman"),
            "man": _l("A man"),
            "other": _l("Somebody who is neither, or both"),
            "mixed": _l("Several people of different genders"),
        },
    ),
    "age": (
        _l("How old is who leads the project?"),
        {"30": _l("Younger than 30"), "45": _l("30 to 44"), "60": _l("45 to 59"), "older": _l("60 or older")},
    ),
    "seldom_heard": (
        _l("Do you belong to a group that is seldom heard in technology?"),
        {"yes": _l("Yes"), "no": _l("No")},
    ),
}
"""Each question with its answers; all of them may be left open."""


def give(application: Application, answers: Mapping[str, str], *, actor: User, at: datetime) -> None:
    """Count what an applicant tells, once for each application; the answers themselves are not kept.

    answers: choice by question; what is not among the choices is not counted. Raises Refusal the second
    time, and when nothing was answered.
    """
    known = {key: choice for key, choice in answers.items() if choice in QUESTIONS.get(key, ("", {}))[1]}
    if not known:
        raise Refusal(_("You have not answered any of the questions. That is fine; nothing was sent."))
    call = locked(Round, application.round_id)  # two who answer at once are both counted
    if db.session.get(DiversityGiven, application.id) is not None:
        raise Refusal(_("These questions were answered for this proposal already."))
    db.session.add(DiversityGiven(application_id=application.id))
    for question, choice in known.items():
        row = db.session.get(DiversityCount, (call.id, question, choice))
        if row is None:
            row = DiversityCount(round_id=call.id, fund_id=call.fund_id, question=question, choice=choice)
            row.number = 0
            db.session.add(row)
        row.number += 1
    audit.record("tell_of_themselves", application, actor=actor, at=at)


def is_given(application_id: int) -> bool:
    """Tell whether the questions were answered for an application."""
    return db.session.get(DiversityGiven, application_id) is not None


def counted(round_ids: Sequence[int]) -> list[DiversityLine]:
    """Add up what was told over these rounds, in the order of the questions and their answers."""
    found = db.session.execute(
        select(DiversityCount.question, DiversityCount.choice, func.sum(DiversityCount.number))
        .where(DiversityCount.round_id.in_(round_ids))
        .group_by(DiversityCount.question, DiversityCount.choice)
    )
    numbers = {(question, choice): int(number) for question, choice, number in found}
    return [
        {"question": question, "choice": choice, "number": numbers.get((question, choice), 0)}
        for question, (_words, choices) in QUESTIONS.items()
        if any(key == question for key, _choice in numbers)
        for choice in choices
    ]
