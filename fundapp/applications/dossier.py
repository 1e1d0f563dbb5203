"""What the dossier of one application leads to: how its handling stands, and the next sensible step."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, or_, select

from fundapp.accounts.models import User
from fundapp.applications.models import (
    Application,
    ApplicationState,
    Audience,
    Checklist,
    Likeness,
    LikenessState,
    Screening,
    Stand,
    Thread,
    ThreadKind,
    ThreadState,
)
from fundapp.applications.rules import staff
from fundapp.applications.workflow import workflow
from fundapp.core.db import db

S = ApplicationState


@dataclass(frozen=True)
class Facts:
    """How the handling of one application stands. stand: of its check; None while nobody looked."""

    has_conditions: bool
    stand: Stand | None
    first_by: int | None
    asked: int
    waiting: int
    answered: int
    expired: int
    has_lapsed: bool
    alike: int
    successor_id: int | None


def facts(application: Application) -> Facts:
    """Count what waits around an application, in one query."""
    asked = [Thread.application_id == application.id, Thread.audience == Audience.APPLICANT]

    def count(*more: Any) -> Any:
        return select(func.count(Thread.id)).where(*asked, *more).scalar_subquery()

    alike = or_(Likeness.application_id == application.id, Likeness.other_id == application.id)
    row = db.session.execute(
        select(
            select(func.count(Checklist.id))
            .where(Checklist.round_id == application.round_id)
            .scalar_subquery(),
            select(Screening.stand).where(Screening.application_id == application.id).scalar_subquery(),
            select(Screening.first_by).where(Screening.application_id == application.id).scalar_subquery(),
            count(),
            count(Thread.state == ThreadState.OPEN),
            count(Thread.state == ThreadState.ANSWERED),
            count(Thread.state == ThreadState.EXPIRED, Thread.kind == ThreadKind.QUESTION),
            count(Thread.state == ThreadState.EXPIRED, Thread.kind == ThreadKind.COMPLETION),
            select(func.count(Likeness.id))
            .where(alike, Likeness.state == LikenessState.OPEN)
            .scalar_subquery(),
            select(func.min(Application.id))
            .where(Application.previous_id == application.id)
            .scalar_subquery(),
        )
    ).one()
    has, stand, first_by, asked_number, waiting, answered, expired, lapsed, alike_number, successor = row
    return Facts(
        bool(has), stand, first_by, asked_number, waiting, answered, expired, bool(lapsed), alike_number,
        successor,
    )  # fmt: skip


@dataclass(frozen=True)
class Action:
    """One step from the dossier: where it leads, and what it is called. is_post: a button, not a page."""

    endpoint: str
    label: LazyString
    is_post: bool = False


ADMIT = Action("applications.office_admit", _l("Take into review"), is_post=True)
CHECK = Action("applications.office_check", _l("Check the conditions"))
SETTLE = Action("applications.office_check", _l("Settle the difference"))
REFUSE = Action("decisions.propose", _l("Propose: not eligible"))
NOT_COMPLETED = Action("decisions.propose", _l("Propose to refuse it as not completed"))
READ = Action("applications.office_questions", _l("Read the answer"))
ASKED = Action("applications.office_questions", _l("See what was asked"))
COMPARE = Action("applications.office_alike", _l("Compare with a look-alike"))
DEFER = Action("applications.defer", _l("Move to the next call"))
ASK = Action("applications.ask", _l("Ask the applicants"))
COMPLETE = Action("applications.ask_completion", _l("Ask for what is missing"))
JOIN = Action("applications.office_alike", _l("Join with another"))


def next_action(user: User, application: Application, known: Facts, *, is_open: bool) -> Action | None:
    """Name the step that is most likely next for this person; None when there is none but reading.

    is_open: the applicant can still change the proposal, so that it is not judged yet.
    """
    if not staff(user, application):
        return None
    if application.state is S.SUBMITTED and not is_open:
        return _received(user, known)
    if application.state is S.INCOMPLETE:
        return ASKED
    if application.state is S.IN_REVIEW:
        return DEFER if known.expired else READ if known.answered else None
    return None


def _received(user: User, known: Facts) -> Action | None:
    if known.has_lapsed:
        return NOT_COMPLETED
    if known.expired:
        return DEFER
    if known.alike:
        return COMPARE
    return _checked(user, known) if known.has_conditions else ADMIT


def _checked(user: User, known: Facts) -> Action | None:
    if known.stand is None:
        return CHECK
    if known.stand is Stand.SECOND and known.first_by == user.id:
        return None
    return AFTER_CHECK[known.stand]


AFTER_CHECK: dict[Stand, Action] = {
    Stand.SECOND: CHECK,  # who gives the second look does not know that it is one
    Stand.APART: SETTLE,
    Stand.PASSED: ADMIT,
    Stand.REFUSED: REFUSE,
}
"""What follows on each stand of the check."""

OFFERS: tuple[tuple[Action, Callable[[User, Application], bool]], ...] = (
    (ASK, lambda user, row: row.state in (S.SUBMITTED, S.IN_REVIEW, S.RESERVE)),
    (COMPLETE, lambda user, row: workflow.allows("ask_completion", user, row)),
    (DEFER, lambda user, row: workflow.allows("defer", user, row)),
    (JOIN, lambda user, row: workflow.allows("merge", user, row)),
)
"""The other steps of the dossier, each with when it is open."""


def offered(user: User, application: Application, first: Action | None) -> list[Action]:
    """List the steps that are open beside the first, in a fixed order."""
    if not staff(user, application):
        return []
    return [action for action, is_open in OFFERS if is_open(user, application) and action is not first]
