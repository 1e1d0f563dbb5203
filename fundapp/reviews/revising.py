"""After handing in: scores that move and why, and whether a review still stands for a newer version."""

from collections.abc import Mapping
from datetime import datetime

from flask_babel import gettext as _

from fundapp.accounts.models import User
from fundapp.core.db import db, locked
from fundapp.core.refusals import Refusal
from fundapp.reviews import standings
from fundapp.reviews.models import Review, ReviewState, Score, ScoreChange
from fundapp.reviews.rules import is_judged_now
from fundapp.reviews.scores import Incomplete, check, compare_overall, count, in_words, put
from fundapp.reviews.sheet import Clash, Entry, Sheet, missing, sheet_of
from fundapp.reviews.workflow import workflow


def revise(
    review: Review,
    changed: Mapping[int, Entry],
    reason: str,
    *,
    read: int | None = None,
    actor: User,
    at: datetime,
) -> int:
    """Change scores after handing in; each change is kept with its reason. Gives how many changed.

    changed: entries by criterion id; what says the same as before is left alone. read: the version
    that was read for it. Raises Incomplete when a change leaves something out, and Refusal when
    reviews are closed.
    """
    review = locked(Review, review.id)
    _check_open(review)
    workflow.make("revise", review, actor=actor, at=at, note=reason)
    now = sheet_of(review).entries
    moved = {key: entry for key, entry in changed.items() if entry != now[key]}
    lacks = missing(review.rubric.criteria, {**now, **moved})
    if lacks:
        raise Incomplete([(criterion, lack.value) for criterion, lack in lacks])
    for score in review.scores:
        if score.criterion_id in moved:
            _move(score, moved[score.criterion_id], reason, actor=actor, at=at)
    review.version_number = _read(review, read) or review.version_number
    count(review)
    standings.refresh(review.application, at=at)
    return len(moved)


def revise_sheet(
    review: Review, sheet: Sheet, reason: str, *, read: int | None = None, actor: User, at: datetime
) -> tuple[int, list[Clash]]:
    """Change what one window changed since it was shown, with a reason; all of it or nothing.

    Gives how many criteria changed, and what another window had changed first: then nothing is kept.
    Raises as revise does.
    """
    review = locked(Review, review.id)
    changed, clashes = _changed(review, sheet)
    parts, others = compare_overall(review, sheet.overall, sheet.overall_shown)
    if clashes or others:
        return 0, [*clashes, *others]
    count = revise(review, changed, reason, read=read, actor=actor, at=at)
    for part in parts:
        setattr(review, part, getattr(sheet.overall, part))
    return count, []


def _changed(review: Review, sheet: Sheet) -> tuple[dict[int, Entry], list[Clash]]:
    """Tell what a window changed, and what of that has changed elsewhere."""
    now, changed, clashes = sheet_of(review), {}, []
    for criterion in review.rubric.criteria:
        given, here = sheet.entries.get(criterion.id, Entry()), now.entries[criterion.id]
        base, mark = sheet.shown.get(criterion.id, (0, Entry().mark()))
        if given.mark() == mark or given == here:
            continue
        if now.shown[criterion.id][0] != base:
            clashes.append(Clash(criterion, in_words(given), in_words(here)))
        changed[criterion.id] = given
    return changed, clashes


def _move(score: Score, entry: Entry, reason: str, *, actor: User, at: datetime) -> None:
    check(score.criterion, entry)
    db.session.add(
        ScoreChange(
            review_id=score.review_id,
            criterion_id=score.criterion_id,
            from_value=score.value,
            to_value=entry.value,
            reason=reason.strip(),
            at=at,
            actor_id=actor.id,
        )
    )
    put(score, entry, at=at)


def read_on(review: Review, number: int, *, actor: User, at: datetime) -> None:
    """Say that a newer version was read: a review that is in still stands for it.

    number: the version that was shown. Raises Refusal when there is no such version to read, or
    reviews are closed.
    """
    review = locked(Review, review.id)
    _check_open(review)
    shown = _read(review, number)
    if shown is None:
        raise Refusal(_("There is no such version of this proposal."))
    if review.state is ReviewState.SUBMITTED:
        workflow.make("stand", review, actor=actor, at=at, detail={"version": shown})
    review.version_number = shown


def _read(review: Review, number: int | None) -> int | None:
    """Give the version somebody says to have read, where that is one from what they read before."""
    if number is None:
        return None
    return number if (review.version_number or 1) <= number <= review.application.version_number else None


def _check_open(review: Review) -> None:
    if not is_judged_now(review):
        raise Refusal(_("The reviews of this proposal are closed."))
