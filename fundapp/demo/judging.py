"""Reviewers are asked, declare, score with reasons, and hand in."""

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select

from fundapp.applications.models import ConflictKind, ConflictState
from fundapp.core.db import db
from fundapp.demo import content, evidence
from fundapp.demo.cast import Cast
from fundapp.demo.content import Judgement, Proposal
from fundapp.reviews import service as reviews
from fundapp.reviews.models import Review
from fundapp.reviews.sheet import Entry, Overall, Sheet

TIMED = ("saskia", "jonas")
"""Whose pins and time are played: enough to show, and a start takes no longer."""


def ask(cast: Cast, keys: list[str], *, asked: datetime, due: dict[str, datetime] | None = None) -> None:
    """Ask every reviewer for the proposals that the content gives them, in one mail each.

    due: an earlier day agreed with one reviewer, by key.
    """
    given = {key: {one.by for one in content.proposal(key).reviews if one.state != "invited"} for key in keys}
    for number, by in enumerate(sorted(set().union(*given.values()))):
        wanted = [key for key in keys if by in given[key]]
        when = asked + timedelta(minutes=7 * number)
        cast.calendar.plan(when, partial(_ask, cast, by, wanted, (due or {}).get(by)))


def _ask(cast: Cast, by: str, keys: list[str], due_at: datetime | None, at: datetime) -> None:
    rows = [cast.applications[key] for key in keys]
    _made, refused = reviews.assign_all(rows, cast[by], actor=cast["noor"], at=at, due_at=due_at)
    if refused:
        raise ValueError(f"{by}: {refused}")


def judge(cast: Cast, key: str, place: int, accepted: datetime, handed_in: datetime) -> None:
    """Let one reviewer take a proposal on and, as far as the content goes, score it and hand it in."""
    judged = content.proposal(key).reviews[place]
    if judged.state == "invited":
        return
    cast.calendar.plan(accepted, partial(_accept, cast, key, judged))
    if judged.scores:
        cast.calendar.plan(handed_in, partial(_score, cast, key, place))


def review_of(cast: Cast, key: str, by: str) -> Review:
    """Find one person's review of a proposal."""
    wanted = (Review.application_id == cast.applications[key].id, Review.reviewer_id == cast[by].id)
    return db.session.scalars(select(Review).where(*wanted)).one()


def _accept(cast: Cast, key: str, judged: Judgement, at: datetime) -> None:
    reviews.accept(review_of(cast, key, judged.by), actor=cast[judged.by], at=at)


def _score(cast: Cast, key: str, place: int, at: datetime) -> None:
    text = content.proposal(key)
    judged = text.reviews[place]
    review, who = review_of(cast, key, judged.by), cast[judged.by]
    entries = {
        criterion.id: _entry(text, place, criterion.key, criterion.highest, criterion.asks_expected)
        for criterion in review.rubric.criteria
        if criterion.key in judged.scores
    }
    confidence = 2 + (len(text.title) + place) % 3 if judged.state == "submitted" else None
    overall = Overall(confidence, judged.to_applicant, judged.internal)
    sheet = Sheet(entries, overall, overall_shown=Overall().marks())
    if clashes := reviews.save_sheet(review, sheet, actor=who, at=at):
        raise ValueError(f"{judged.by} on {key}: {clashes}")
    if judged.by in TIMED:
        evidence.pin(review, place, at)
        evidence.spend(review, 18 + (7 * len(text.title)) % 25, at)
    if judged.state == "submitted":
        reviews.submit(review, actor=who, at=at + timedelta(minutes=2))


def _entry(text: Proposal, place: int, criterion: str, highest: int, asks_expected: bool) -> Entry:
    """Write one criterion; where asked, the project is expected to come a step further now and then."""
    value = text.reviews[place].scores[criterion]
    rises = (ord(criterion[1]) + len(text.title) + place) % 3 == 0
    return Entry(
        value=value,
        is_na=value is None,
        expected=min(highest, value + rises) if asks_expected and value is not None else None,
        reason=content.reason(text, place, criterion),
        link=content.link(text, criterion) if value is not None else "",
    )


def tie(cast: Cast, key: str, by: str, at: datetime, *, is_sure: bool, note: str) -> None:
    """Let a reviewer say that they have a tie, or that they are not sure; the proposal closes for them."""
    reviews.declare_tie(
        review_of(cast, key, by),
        ConflictState.BARRED if is_sure else ConflictState.UNSURE,
        kind=ConflictKind.COLLABORATOR if is_sure else None,
        note=note,
        actor=cast[by],
        at=at,
    )


def assign(cast: Cast, key: str, by: str, at: datetime) -> None:
    """Ask one reviewer for one proposal: somebody to be told no tie, or a stand-in."""
    reviews.assign(cast.applications[key], cast[by], actor=cast["maarten"], at=at)
