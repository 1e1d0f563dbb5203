"""All scores of a round, one line a score, read a few hundred proposals at a time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Row, func, select, tuple_

from fundapp.accounts.models import User
from fundapp.applications.models import Application, Conflict
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.core.legible import legible
from fundapp.core.shares import MILLION
from fundapp.reports.columns import Column
from fundapp.reports.measures import tidy
from fundapp.reviews.models import Review, ReviewPurpose, ReviewState, Score
from fundapp.rounds.models import Criterion, Round, Stage

AT_ONCE = 200
"""So many proposals are read at a time, with all their scores."""


class Naming(StrEnum):
    """How reviewers stand in the file: R1, R2 … as in the report of the round, or by name and address."""

    PSEUDONYMS = "pseudonyms"
    NAMES = "names"


COLUMNS = (
    Column("application", _l("Application"), "text", _l("Code of the application.")),
    Column("stage", _l("Stage"), "count", _l("Number of the stage, from 1.")),
    Column("purpose", _l("Purpose"), "text", _l("selection: for the decision; closing: after the grant.")),
    Column("review", _l("Review"), "text", _l("Number of the review; its scores share it.")),
    Column("reviewer", _l("Reviewer"), "text", _l("R1, R2 … as in the report of the round, or the name.")),
    Column("counts", _l("Counts"), "flag", _l("1: it is part of the totals; 0: a tie was found since.")),
    Column("criterion", _l("Criterion"), "text", _l("Key of the criterion; see the list of criteria.")),
    Column("weight", _l("Weight"), "count", _l("Weight of the criterion in per cent.")),
    Column("lowest", _l("Lowest"), "count", _l("Lowest value of its scale.")),
    Column("highest", _l("Highest"), "count", _l("Highest value of its scale.")),
    Column("value", _l("Score"), "count", _l("The score; empty when not applicable.")),
    Column("is_na", _l("Not applicable"), "flag", _l("1: the reviewer could not judge it; never a zero.")),
    Column("expected", _l("Expected"), "count", _l("Score expected at the end of the grant, where asked.")),
    Column("reason", _l("Reason"), "text", _l("What the reviewer wrote for this score.")),
    Column("review_total", _l("Total"), "figure", _l("Weighted total of the review, 0 to 100.")),
    Column("coverage", _l("Coverage"), "percent", _l("Share of the weight that was scored.")),
    Column("confidence", _l("Confidence"), "count", _l("How sure the reviewer is, from 1 to 4.")),
    Column("version", _l("Version"), "count", _l("Version of the application that was read.")),
    Column("submitted_at", _l("Handed in"), "moment", _l("When the review was handed in, with the zone.")),
    Column("minutes", _l("Minutes"), "figure", _l("Minutes with the page in view.")),
)  # fmt: skip
EMAIL = Column("reviewer_email", _l("Address"), "text", _l("Mail address of the reviewer."))
Line = list[Any]


def columns(naming: Naming) -> tuple[Column, ...]:
    """List the columns of a file."""
    return (*COLUMNS, EMAIL) if naming is Naming.NAMES else COLUMNS


@dataclass(frozen=True)
class Known:
    """What the lines of a round refer to, read once: criteria, stages, and who reviewed under what name."""

    criteria: Mapping[int, Criterion]
    places: Mapping[int, int]
    stages: Mapping[int, int]
    people: Mapping[int, tuple[str, ...]]
    zone: str


def lines(
    round: Round, *, only: ColumnElement[bool] | None, naming: Naming, progress: Any = None
) -> Iterator[Line]:
    """Read the scores of handed-in reviews in the order of the applications' codes; nothing is kept."""
    criteria = criteria_of(round)
    known = Known(
        criteria={one.id: one for one in criteria},
        places={one.id: place for place, one in enumerate(criteria)},
        stages={stage.id: stage.number for stage in round.stages},
        people=_people(round, naming),
        zone=round.fund.zone,
    )
    reviewed = select(Review.application_id).where(Review.round_id == round.id, _handed_in())
    wanted = select(Application.code, Application.id).where(
        Application.round_id == round.id, Application.id.in_(reviewed), *([] if only is None else [only])
    )
    total = db.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    done, last = 0, None
    while batch := _batch(wanted, last):
        last = (batch[-1].code, batch[-1].id)
        codes = {row.id: row.code for row in batch}
        for row in _scores(list(codes), known):
            yield _line(row, codes[row.application_id], known)
        done += len(batch)
        if progress is not None:
            progress(done, total)


def _batch(wanted: Any, last: tuple[str, int] | None) -> Sequence[Row[Any]]:
    ordered = wanted.order_by(Application.code, Application.id).limit(AT_ONCE)
    if last is not None:
        ordered = ordered.where(tuple_(Application.code, Application.id) > tuple_(*last))
    return db.session.execute(ordered).all()


def _handed_in() -> ColumnElement[bool]:
    return Review.state == ReviewState.SUBMITTED


def _tied() -> ColumnElement[bool]:
    return (
        select(Conflict.id)
        .where(
            Conflict.application_id == Review.application_id,
            Conflict.user_id == Review.reviewer_id,
            Conflict.bars,
        )
        .correlate(Review)
        .exists()
    )


def _scores(ids: Sequence[int], known: Known) -> list[Row[Any]]:
    order = {id: place for place, id in enumerate(ids)}
    rows: Any = db.session.execute(
        select(
            Review.application_id, Review.stage_id, Review.purpose, Review.id, Review.reviewer_id,
            _tied().label("tied"), Score.criterion_id, Score.value, Score.is_na, Score.expected, Score.reason,
            Review.total_ppm, Review.coverage_ppm, Review.confidence, Review.version_number,
            Review.submitted_at, Review.seconds,
        )
        .join(Score, Score.review_id == Review.id)
        .where(Review.application_id.in_(ids), _handed_in())
    ).all()  # fmt: skip
    return sorted(rows, key=lambda row: (order[row.application_id], row.id, known.places[row.criterion_id]))


def criteria_of(round: Round) -> list[Criterion]:
    """List the criteria that reviews of a round were or are scored on."""
    rubrics = select(Stage.rubric_id).where(Stage.round_id == round.id)
    used = select(Review.rubric_id).where(Review.round_id == round.id)
    return list(
        db.session.scalars(
            select(Criterion)
            .where(Criterion.rubric_id.in_(rubrics) | Criterion.rubric_id.in_(used))
            .order_by(Criterion.rubric_id, Criterion.position)
        )
    )


def _people(round: Round, naming: Naming) -> dict[int, tuple[str, ...]]:
    """Give (name or label, address) of the reviewers; labels are those of the report of the round."""
    first = func.min(Review.id)
    if naming is Naming.NAMES:
        named = select(User.id, User.name, User.email).where(
            User.id.in_(select(Review.reviewer_id).where(Review.round_id == round.id, _handed_in()))
        )
        return {id: (name, email) for id, name, email in db.session.execute(named)}
    counted = (Review.purpose == ReviewPurpose.SELECTION) & ~_tied()
    reported = (
        select(Review.reviewer_id)
        .where(Review.round_id == round.id, _handed_in(), counted)
        .group_by(Review.reviewer_id)
        .order_by(first)
    )
    others = (
        select(Review.reviewer_id)
        .where(Review.round_id == round.id, _handed_in(), ~counted)
        .group_by(Review.reviewer_id)
        .order_by(first)
    )
    ids = dict.fromkeys([*db.session.scalars(reported), *db.session.scalars(others)])
    return {id: (f"R{number}",) for number, id in enumerate(ids, 1)}


def _line(row: Row[Any], code: str, known: Known) -> Line:
    criterion, (name, *email) = known.criteria[row.criterion_id], known.people[row.reviewer_id]
    return [
        code, known.stages[row.stage_id], row.purpose.value, str(row.id), name,
        int(not row.tied), criterion.key, criterion.weight, criterion.lowest, criterion.highest,
        row.value, int(row.is_na), row.expected, legible(row.reason) or None,
        None if row.total_ppm is None else tidy(row.total_ppm * 100 / MILLION),
        None if row.coverage_ppm is None else tidy(row.coverage_ppm * 100 / MILLION),
        row.confidence, row.version_number, clock.local(row.submitted_at, known.zone),
        tidy(row.seconds / 60), *email,
    ]  # fmt: skip
