"""Reading reviews: each person their own; others' only after handing in; the office what is handed in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from flask_babel import LazyString
from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import joinedload, selectinload

from fundapp.accounts.models import RoleName, User
from fundapp.applications.models import (
    APPLICANTS,
    Access,
    Application,
    ApplicationState,
    Capacity,
    Conflict,
    ConflictState,
)
from fundapp.applications.queries import barred_for, seen
from fundapp.core.db import db
from fundapp.reviews.models import Review, ReviewPurpose, ReviewState, Score, Standing
from fundapp.reviews.sheet import SURE, Entry
from fundapp.reviews.workflow import LIVE, OPEN
from fundapp.rounds.models import Criterion, Round, RoundState, Rubric, Stage

RANKED = (
    ApplicationState.IN_REVIEW,
    ApplicationState.AWARDED,
    ApplicationState.RESERVE,
    ApplicationState.DECLINED,
)
"""What was admitted and not taken back: these stand in a ranking, before and after the release."""


# --- one review --------------------------------------------------------------


def own(user: User) -> ColumnElement[bool]:
    """Give the condition for a reviewer's live reviews, without those a tie bars them from."""
    return and_(
        Review.reviewer_id == user.id,
        Review.purpose == ReviewPurpose.SELECTION,
        Review.state.in_(LIVE),
        Review.fund_id.in_(user.funds(RoleName.REVIEWER)),
        Review.application_id.not_in(barred_for(user)),
        or_(
            Review.state == ReviewState.SUBMITTED,
            and_(
                Application.state == ApplicationState.IN_REVIEW, Review.stage_id == Application.stage_id
            ),  # what an earlier stage left open is read no more
        ),
    )


def own_review(user: User, id: int) -> Review | None:
    """Load one of the reviewer's own live reviews."""
    whole = joinedload(Review.application)
    return (
        db.session.scalars(
            select(Review)
            .join(Application, Application.id == Review.application_id)
            .where(Review.id == id, own(user))
            .options(
                whole.joinedload(Application.round).joinedload(Round.fund),
                whole.joinedload(Application.conflicts),
                joinedload(Review.stage).joinedload(Stage.form),
                joinedload(Review.rubric).selectinload(Rubric.criteria),
                selectinload(Review.scores),
            )
        )
        .unique()
        .one_or_none()
    )


def own_invited(user: User) -> list[Review]:
    """Load the invitations the reviewer has not answered."""
    return list(
        db.session.scalars(
            select(Review)
            .join(Application, Application.id == Review.application_id)
            .where(own(user), Review.state == ReviewState.INVITED)
            .order_by(Review.round_id.desc(), Review.due_at, Review.id)
        )
    )


def own_desk(user: User, id: int) -> Review | None:
    """Load one of the reviewer's own reviews whose proposal is open to them."""
    review = own_review(user, id)
    return review if review is not None and review.state is not ReviewState.INVITED else None


def office_review(user: User, id: int) -> Review | None:
    """Load one review for the office; never beside an open one of the person's own."""
    return db.session.scalar(
        select(Review)
        .join(Application, Application.id == Review.application_id)
        .where(
            Review.id == id,
            Review.purpose == ReviewPurpose.SELECTION,
            Review.fund_id.in_(user.funds(RoleName.MANAGER, RoleName.AUDITOR)),
            seen(user),
            Review.application_id.not_in(own_open(user)),
        )
        .options(
            joinedload(Review.application).joinedload(Application.round),
            joinedload(Review.reviewer),
            joinedload(Review.rubric).selectinload(Rubric.criteria),
            selectinload(Review.scores),
        )
    )


def own_open(user: User) -> Any:
    """Give the ids of applications the person is still to judge independently."""
    return (
        select(Review.application_id)
        .join(Stage, Stage.id == Review.stage_id)
        .where(
            Review.reviewer_id == user.id,
            Review.purpose == ReviewPurpose.SELECTION,
            Review.state.in_(OPEN),
            Stage.is_independent_first,
        )
    )


def open_people(application_id: int) -> Any:
    """Give the ids of those who are still to judge an application independently."""
    return (
        select(Review.reviewer_id)
        .join(Stage, Stage.id == Review.stage_id)
        .where(
            Review.application_id == application_id,
            Review.purpose == ReviewPurpose.SELECTION,
            Review.state.in_(OPEN),
            Stage.is_independent_first,
        )
    )


def asked_before(application: Application, reviewer: User) -> Review | None:
    """Find what this person was asked before about this application at this stage, whatever came of it."""
    return db.session.scalar(
        select(Review).where(
            Review.application_id == application.id,
            Review.stage_id == application.stage_id,
            Review.purpose == ReviewPurpose.SELECTION,
            Review.reviewer_id == reviewer.id,
        )
    )


def people(application_id: int) -> list[str]:
    """List the names of those who apply, the owner first: what a card shows."""
    return list(
        db.session.scalars(
            select(User.name)
            .join(Access, Access.user_id == User.id)
            .where(
                Access.application_id == application_id,
                Access.ended_at.is_(None),
                Access.capacity.in_(APPLICANTS),
            )
            .order_by(Access.capacity != Capacity.OWNER, Access.id)
        )
    )


def hint(review: Review) -> Conflict | None:
    """Load what a check found that might be a tie, to show beside the question."""
    return db.session.scalar(
        select(Conflict).where(
            Conflict.application_id == review.application_id,
            Conflict.user_id == review.reviewer_id,
            Conflict.state == ConflictState.HINTED,
        )
    )


# --- scores and criteria ------------------------------------------------------


def entries(review_ids: Iterable[int]) -> dict[int, dict[int, Entry]]:
    """Give what is written in each review: entries by review and criterion id."""
    found: dict[int, dict[int, Entry]] = {key: {} for key in review_ids}
    columns = (
        Score.review_id, Score.criterion_id, Score.value, Score.is_na, Score.expected, Score.reason,
        Score.link,
    )  # fmt: skip
    rows: Any = db.session.execute(select(*columns).where(Score.review_id.in_(found)))
    for row in rows:
        found[row.review_id][row.criterion_id] = Entry(*row[2:])
    return found


def criteria(rubric_ids: Iterable[int]) -> dict[int, list[Criterion]]:
    """Give the criteria of each rubric, in its order."""
    found: dict[int, list[Criterion]] = {key: [] for key in rubric_ids}
    chosen = select(Criterion).where(Criterion.rubric_id.in_(found))
    for criterion in db.session.scalars(chosen.order_by(Criterion.rubric_id, Criterion.position)):
        found[criterion.rubric_id].append(criterion)
    return found


# --- what was said -----------------------------------------------------------


class Weighed(NamedTuple):
    """What one needs to know of a criterion to read and weigh a score."""

    id: int
    key: str
    name: dict[str, Any]
    weight: int
    lowest: int
    highest: int
    asks_expected: bool


CRITERION = (
    Criterion.id.label("criterion_id"), Criterion.key, Criterion.name.label("criterion_name"),
    Criterion.weight, Criterion.lowest, Criterion.highest, Criterion.asks_expected,
)  # fmt: skip


@dataclass(frozen=True)
class Told:
    """One review as somebody else reads it. entries: by criterion id, with what the criteria are."""

    id: int
    reviewer_id: int
    reviewer: str
    state: ReviewState
    submitted_at: datetime | None
    total_ppm: int | None
    coverage_ppm: int | None
    confidence: int | None
    to_applicant: str
    internal: str
    seconds: int
    entries: dict[int, Entry] = field(default_factory=dict)
    criteria: dict[int, Any] = field(default_factory=dict)
    """By id, in the order of the rubric: key, name, weight, lowest, highest."""

    @property
    def sure(self) -> LazyString | None:
        """How sure the reviewer is, in words."""
        return SURE.get(self.confidence or 0)


def reviews_for(user: User, application: Application) -> list[Told]:
    """List the reviews of an application this person may read; one query.

    Independence first: whoever still has a review to hand in reads only that one. A reviewer who has
    handed in, the office, and the panel once the round is being decided, read all that is handed in.
    With a tie: nothing.
    """
    told = _told(user, application)
    own = [one for one in told if one.reviewer_id == user.id]
    if any(one.state in OPEN for one in own) and application.stage.is_independent_first:
        return own
    is_office = user.holds(RoleName.MANAGER, application.fund_id) or user.holds(
        RoleName.AUDITOR, application.fund_id
    )
    if not (is_office or own or _in_panel(user, application)):
        return []
    return [one for one in told if one.state is ReviewState.SUBMITTED or one.reviewer_id == user.id]


def _in_panel(user: User, application: Application) -> bool:
    decided = (RoundState.DECIDING, RoundState.RELEASED)
    return application.round_id in user.panels() and application.round.state in decided


def _told(user: User, application: Application) -> list[Told]:
    columns = (
        Review.id, Review.reviewer_id, User.name, Review.state, Review.submitted_at, Review.total_ppm,
        Review.coverage_ppm, Review.confidence, Review.to_applicant, Review.internal, Review.seconds,
    )  # fmt: skip
    scores = (Score.value, Score.is_na, Score.expected, Score.reason, Score.link)
    rows: Any = db.session.execute(
        select(*columns, *scores, *CRITERION)
        .join(User, User.id == Review.reviewer_id)
        .outerjoin(Score, Score.review_id == Review.id)
        .outerjoin(Criterion, Criterion.id == Score.criterion_id)
        .where(
            Review.application_id == application.id,
            Review.stage_id == application.stage_id,
            Review.purpose == ReviewPurpose.SELECTION,
            Review.state.in_(LIVE),
            Review.application_id.not_in(barred_for(user)),
        )
        .order_by(Review.submitted_at, Review.id, Criterion.position)
    )
    found: dict[int, Told] = {}
    for row in rows:
        one = found.setdefault(row.id, Told(*row[: len(columns)]))
        if row.criterion_id is not None:
            one.entries[row.criterion_id] = Entry(*row[len(columns) : len(columns) + len(scores)])
            one.criteria[row.criterion_id] = Weighed(*row[len(columns) + len(scores) :])
    return list(found.values())


def standing_of(application: Application) -> Standing | None:
    """Give what the reviews of an application add up to, at its present stage."""
    return db.session.get(Standing, (application.id, application.stage_id))


# --- the office --------------------------------------------------------------


def to_weigh(user: User, stage: Stage | None = None) -> ColumnElement[bool]:
    """Give the condition for applications whose figures the person may see: no tie, no open review of it.

    stage: also those that went on from there; None: each at its present stage.
    """
    ranked = Application.state.in_(RANKED) if stage is None else judged_at(stage)
    return and_(seen(user), ranked, Application.id.not_in(own_open(user)))


def judged_at(stage: Stage) -> ColumnElement[bool]:
    """Give the condition for applications that are, or were, judged at a stage: also those that went on."""
    later = select(Stage.id).where(Stage.round_id == stage.round_id, Stage.number > stage.number)
    here = and_(Application.stage_id == stage.id, Application.state.in_(RANKED))
    return and_(Application.round_id == stage.round_id, or_(here, Application.stage_id.in_(later)))


def ranking(user: User, round: Round, stage: Stage | None = None) -> Sequence[Any]:
    """List the applications judged in a round with their standing, best mean first, as plain rows.

    stage: as they stood there, also those that went on; None: each at its present stage.
    is_own_open: the asking person has not handed in their own review of it yet, and so must not see
    the figures. Figures are millionths, or None where no review counts.
    """
    columns = (
        Application.id, Application.code, Application.title, Application.applicant_name, Application.state,
        Application.theme, Application.requested_cents, Standing.reviews, Standing.mean_ppm,
        Standing.median_ppm, Standing.spread_ppm, Standing.coverage_ppm, Standing.detail,
        Application.id.in_(own_open(user)).label("is_own_open"),
    )  # fmt: skip
    stage_id = Application.stage_id if stage is None else stage.id
    same = and_(Standing.application_id == Application.id, Standing.stage_id == stage_id)
    here = and_(Application.round_id == round.id, Application.state.in_(RANKED))
    return db.session.execute(
        select(*columns)
        .outerjoin(Standing, same)
        .where(here if stage is None else judged_at(stage), seen(user))
        .order_by(Standing.mean_ppm.desc(), Application.id)
    ).all()
