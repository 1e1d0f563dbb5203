"""Reviews from a table, as rows: checked line by line, then all of it or nothing."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select, true
from sqlalchemy.orm import joinedload, selectinload

from fundapp.accounts import queries as people
from fundapp.accounts import service as accounts
from fundapp.accounts.models import RoleName, User
from fundapp.applications.models import APPLICANTS, Application, ApplicationState, ApplicationVersion
from fundapp.applications.queries import seen
from fundapp.config import Settings
from fundapp.core import audit
from fundapp.core.db import db
from fundapp.reviews import standings
from fundapp.reviews.imports import (
    Fault,
    Line,
    Taken,
    Unreadable,
    criterion_named,
    entry_of_line,
    folded,
)
from fundapp.reviews.models import Review, ReviewPurpose, ReviewState, Score
from fundapp.reviews.scores import count, put
from fundapp.reviews.sheet import Entry, Lack, entry_of, missing, sheet_of
from fundapp.rounds.models import Criterion, Round, Rubric, Stage

CLOSED = (
    ApplicationState.DRAFT, ApplicationState.WITHDRAWN, ApplicationState.MERGED, ApplicationState.DEFERRED,
    ApplicationState.LAPSED,
)  # fmt: skip
Tell = Callable[[int, int], object]
"""Hears how many reviews of how many are written."""
NOBODY = "reviewers.invalid"
"""Where the address of somebody known by name only ends: no mail ever goes there (RFC 2606)."""


@dataclass
class Ground:
    """What the lines are checked against, read once.

    by: who takes them in, None on the command line. known: the lines whose score stands there already.
    """

    round: Round
    stage: Stage | None
    texts: dict[int, dict[int, int]]
    applications: dict[str, Application]
    reviewers: dict[str, User]
    reviews: dict[tuple[int, int, int], Review]
    at: datetime
    by: User | None = None
    names: dict[str, str] = field(default_factory=dict)
    known: set[int] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)

    def review(self, application: Application, key: str) -> Review | None:
        """Find the review that stands there already."""
        person, stage = self.reviewers.get(key), self.stage_of(application)
        return self.reviews.get((application.id, person.id, stage.id)) if person and stage else None

    def stage_of(self, application: Application) -> Stage | None:
        """Give the stage that is judged: the one named, else that of its latest text; None without a text."""
        there = self.texts.get(application.id, {})
        wanted = self.stage.id if self.stage else max(there, key=lambda id: there[id], default=None)
        return next((one for one in self.round.stages if one.id == wanted and one.id in there), None)

    def fault(self, line: Line, message: str) -> None:
        self.faults.append(Fault(line.number, message))


def take_in(
    round: Round,
    lines: list[Line],
    *,
    stage: Stage | None = None,
    settings: Settings,
    at: datetime,
    actor: User | None = None,
    tell: Tell = lambda done, total: None,
) -> Taken:
    """Take in reviews that were written elsewhere, as handed in; twice changes nothing.

    stage: the stage that was judged; not given, for each application the one of its latest text.
    Reviewers are found by address or by name; who is not known gets an account without a password.
    Scores that stand there already are known, other ones are refused: nothing is overwritten. actor: takes
    in only what they may see; None on the command line. tell: hears how far it is. Raises Unreadable with
    what is wrong, line by line; then nothing was changed.
    """
    ground = ground_of(round, stage, at, by=actor)
    wanted = checked(ground, lines)
    if ground.faults:
        raise Unreadable(sorted(ground.faults, key=lambda fault: fault.line))
    taken = Taken()
    for number, ((application, reviewer_key), entries) in enumerate(wanted.items()):
        tell(number, len(wanted))
        reviewer = ground.reviewers.get(reviewer_key) or _add(ground, reviewer_key, taken, settings)
        _write(ground, _review(ground, application, reviewer, taken), entries, taken)
    db.session.flush()
    for application in {application for application, _key in wanted}:
        standings.refresh(application, stage=ground.stage_of(application), at=at)
    return taken


def ground_of(round: Round, stage: Stage | None, at: datetime, *, by: User | None = None) -> Ground:
    """Read what lines are checked against: of the applications only those that `by` may see."""
    rubrics = [one.rubric_id for one in round.stages]
    db.session.scalars(
        select(Rubric).where(Rubric.id.in_(rubrics)).options(selectinload(Rubric.criteria))
    ).all()
    applications = db.session.scalars(
        select(Application)
        .where(Application.round_id == round.id, Application.code.is_not(None), seen(by) if by else true())
        .options(
            selectinload(Application.access),
            selectinload(Application.conflicts),
            joinedload(Application.stage),
        )
    ).unique()
    reviews = db.session.scalars(
        select(Review)
        .where(Review.round_id == round.id, Review.purpose == ReviewPurpose.SELECTION)
        .options(selectinload(Review.scores))
    )
    held = people.holders(round.fund_id, RoleName.REVIEWER)
    known = {folded(person.name): person for person in held} | {person.email: person for person in held}
    return Ground(
        round, stage, _texts(round.id), {folded(one.code or ""): one for one in applications}, known,
        {(one.application_id, one.reviewer_id, one.stage_id): one for one in reviews}, at, by,
    )  # fmt: skip


def _texts(round_id: int) -> dict[int, dict[int, int]]:
    """Give the highest version of each application in each stage it came to."""
    rows = db.session.execute(
        select(
            ApplicationVersion.application_id,
            ApplicationVersion.stage_id,
            func.max(ApplicationVersion.number).label("number"),
        )
        .join(Application, Application.id == ApplicationVersion.application_id)
        .where(Application.round_id == round_id)
        .group_by(ApplicationVersion.application_id, ApplicationVersion.stage_id)
    )
    found: dict[int, dict[int, int]] = {}
    for row in rows:
        found.setdefault(row.application_id, {})[row.stage_id] = row.number
    return found


# --- checking ----------------------------------------------------------------------------


def checked(ground: Ground, lines: Iterable[Line]) -> dict[tuple[Application, str], dict[int, Entry]]:
    """Sort the lines by review; what is wrong, and what is known, is noted."""
    wanted: dict[tuple[Application, str], dict[int, Entry]] = {}
    for line in lines:
        application = _application(ground, line)
        criterion = _criterion(ground, line, application)
        key = _reviewer(ground, line, application)
        if application is None or criterion is None or key is None:
            continue
        entry = entry_of_line(line, criterion)
        if isinstance(entry, str):
            ground.fault(line, entry)
            continue
        entries = wanted.setdefault((application, key), {})
        if entries.setdefault(criterion.id, entry) != entry:
            ground.fault(line, _("This criterion has another score further up in the file."))
        _check_standing(ground, line, ground.review(application, key), (criterion, entry))
    return wanted


def _application(ground: Ground, line: Line) -> Application | None:
    found = ground.applications.get(folded(line.code))
    if found is None:
        ground.fault(line, _("No application %(code)s in this round.", code=line.code or "–"))
    elif found.state in CLOSED:
        ground.fault(line, _("Application %(code)s is not under review.", code=line.code))
    elif ground.stage_of(found) is None:
        ground.fault(line, _("Application %(code)s has no proposal in this stage.", code=line.code))
    else:
        return found
    return None


def _criterion(ground: Ground, line: Line, application: Application | None) -> Criterion | None:
    """Find the criterion in the rubric of the stage that is judged; of no application in none."""
    stage = ground.stage_of(application) if application else ground.stage or ground.round.stage
    criteria = stage.rubric.criteria if stage else []
    found = criterion_named(line.criterion, criteria)
    if found is None:
        keys = ", ".join(one.key for one in criteria)
        ground.fault(
            line, _("No criterion “%(key)s”; this stage has %(keys)s.", key=line.criterion or "–", keys=keys)
        )
    return found


def _reviewer(ground: Ground, line: Line, application: Application | None) -> str | None:
    key = folded(line.reviewer)
    ground.names.setdefault(key, line.reviewer)
    if not key:
        ground.fault(line, _("No reviewer."))
        return None
    person = ground.reviewers.get(key) or (people.user_by_email(key) if "@" in key else None)
    if person is None or application is None:
        return key
    ground.reviewers.setdefault(key, person)
    if any(tie.user_id == person.id and tie.bars for tie in application.conflicts):
        ground.fault(line, _("%(name)s has a tie with this proposal.", name=person.name))
        return None
    if any(one.user_id == person.id and one.capacity in APPLICANTS for one in application.access):
        ground.fault(line, _("%(name)s is one of the applicants.", name=person.name))
        return None
    return key


def _check_standing(
    ground: Ground, line: Line, review: Review | None, given: tuple[Criterion, Entry]
) -> None:
    if review is None:
        return
    if review.state is not ReviewState.SUBMITTED:
        ground.fault(
            line, _("%(name)s was asked for this review here, and has not handed it in.", name=line.reviewer)
        )
        return
    criterion, entry = given
    now = next((entry_of(score) for score in review.scores if score.criterion_id == criterion.id), None)
    if now is None:
        return
    ground.known.add(line.number)
    if (now.value, now.is_na, now.reason) != (entry.value, entry.is_na, entry.reason):
        ground.fault(line, _("Another score or reason stands there already; nothing is overwritten."))


# --- writing -----------------------------------------------------------------------------


def _add(ground: Ground, key: str, taken: Taken, settings: Settings) -> User:
    """Make an account for a reviewer nobody knew yet, without a password."""
    slug = re.sub(r"[^a-z0-9]+", "-", key).strip("-") or "reviewer"
    email = key if "@" in key else f"{slug}@{ground.round.fund.slug}.{NOBODY}"
    name = ground.names[key].partition("@")[0]
    user = people.user_by_email(email) or accounts.add(email, name, at=ground.at, settings=settings)
    db.session.flush()  # the role refers to its id
    ground.reviewers[key] = user
    taken.people.append(user.name)
    return user


def _review(ground: Ground, application: Application, reviewer: User, taken: Taken) -> Review:
    if not reviewer.holds(RoleName.REVIEWER, ground.round.fund_id):
        accounts.grant_role(reviewer, ground.round.fund_id, RoleName.REVIEWER, actor=ground.by, at=ground.at)
    stage = ground.stage_of(application)
    assert stage is not None  # noqa: S101 - checked with the line
    there = ground.reviews.get((application.id, reviewer.id, stage.id))
    if there is not None:
        return there
    made = Review(
        application_id=application.id, round_id=ground.round.id, fund_id=ground.round.fund_id,
        stage_id=stage.id, rubric_id=stage.rubric_id, reviewer=reviewer,
        state=ReviewState.SUBMITTED, state_at=ground.at, assigned_at=ground.at, submitted_at=ground.at,
        version_number=ground.texts[application.id][stage.id],
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()  # its relations are read through its keys
    detail = {"user": reviewer.id}
    audit.record("import", made, actor=ground.by, at=ground.at, to_state=made.state, detail=detail)
    ground.reviews[application.id, reviewer.id, stage.id] = made
    taken.reviews += 1
    return made


def _write(ground: Ground, review: Review, entries: dict[int, Entry], taken: Taken) -> None:
    there = {score.criterion_id for score in review.scores}
    for key, entry in entries.items():
        if key in there:
            taken.known += 1
            continue
        row = Score(review_id=review.id, rubric_id=review.rubric_id, criterion_id=key, revision=0)
        put(row, entry, at=ground.at)
        review.scores.append(row)
        taken.scores += 1
    lacks = missing(review.rubric.criteria, sheet_of(review).entries)
    taken.partial += any(lack is Lack.SCORE for _criterion, lack in lacks)
    count(review)
