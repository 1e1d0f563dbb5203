"""Writing on the score sheet: criterion by criterion, so that two windows lose nothing of each other."""

from collections.abc import Mapping
from datetime import datetime

from flask_babel import gettext as _

from fundapp.accounts.models import User
from fundapp.core.db import db, locked
from fundapp.core.refusals import ChangedMeanwhile, MoveRefused, Refusal
from fundapp.core.shares import ppm
from fundapp.reviews import standings
from fundapp.reviews.models import Review, ReviewState, Score, ScoreChange
from fundapp.reviews.rules import REVIEW, is_under_review
from fundapp.reviews.sheet import Clash, Entry, Overall, Sheet, entry_of, missing, overall_of, sheet_of
from fundapp.reviews.workflow import workflow
from fundapp.rounds.models import Criterion


class Incomplete(Refusal):
    """A review that still lacks something. lacks: pairs (criterion, what it lacks)."""

    def __init__(self, lacks: list[tuple[Criterion, str]]) -> None:
        super().__init__(_("Not handed in yet: something is still missing."))
        self.lacks = lacks


def count(review: Review) -> None:
    """Write a review's total and coverage from its scores."""
    found = standings.total(review)
    review.total_ppm = None if found.total is None else ppm(found.total)
    review.coverage_ppm = ppm(found.coverage)


def save_score(
    review: Review,
    criterion: Criterion,
    *,
    value: int | None,
    is_na: bool = False,
    reason: str = "",
    link: str = "",
    expected: int | None = None,
    base: int,
    actor: User,
    at: datetime,
) -> Score:
    """Keep what is written on one criterion, and give its row.

    value, expected: on the criterion's scale; N/A is the flag and carries no value. base: the revision
    the writer saw, 0 for none. Raises ChangedMeanwhile with both texts when another window wrote
    something else since, and Refusal for a value off the scale or N/A where it is not allowed.
    """
    review = writable(review, actor)
    entry = Entry(value, is_na, expected, reason.strip(), link.strip())
    rows = {score.criterion_id: score for score in review.scores}
    return _save(review, criterion, rows.get(criterion.id), entry, base=base, at=at)


def writable(review: Review, actor: User) -> Review:
    """Hold a review that its reviewer may write on now. Raises MoveRefused."""
    review = locked(Review, review.id)
    if review.state is not ReviewState.ACCEPTED or not REVIEW(actor, review):
        raise MoveRefused(_("This review is not open for writing."))
    if not is_under_review(review.application):
        raise MoveRefused(_("The reviews of this proposal are closed."))
    return review


def _save(
    review: Review, criterion: Criterion, row: Score | None, entry: Entry, *, base: int, at: datetime
) -> Score:
    check(criterion, entry)
    now = entry_of(row)
    if row is not None and row.revision != base and now != entry:
        raise ChangedMeanwhile(yours=in_words(entry), theirs=in_words(now))
    if row is None:
        row = Score(review_id=review.id, rubric_id=review.rubric_id, criterion_id=criterion.id, revision=0)
        review.scores.append(row)
    if row.revision == 0 or now != entry:
        put(row, entry, at=at)
    return row


def put(row: Score, entry: Entry, *, at: datetime) -> None:
    """Write an entry into its row; one revision further."""
    row.value, row.is_na, row.expected = entry.value, entry.is_na, entry.expected
    row.reason, row.link = entry.reason, entry.link
    row.revision, row.saved_at = row.revision + 1, at


def check(criterion: Criterion, entry: Entry) -> None:
    """Refuse what the scale does not have."""
    for value in (entry.value, entry.expected):
        if value is not None and not criterion.lowest <= value <= criterion.highest:
            raise Refusal(
                _(
                    "Choose a score from %(lowest)d to %(highest)d.",
                    lowest=criterion.lowest,
                    highest=criterion.highest,
                )
            )
    if entry.is_na and (entry.value is not None or not criterion.allows_na):
        raise Refusal(_("This criterion has to be scored."))


def in_words(entry: Entry) -> str:
    """Write an entry as one text, to be compared."""
    score = _("N/A") if entry.is_na else "–" if entry.value is None else str(entry.value)
    return "\n".join(part for part in (score, entry.reason, entry.link) if part)


def save_overall(
    review: Review,
    *,
    confidence: int | None,
    to_applicant: str,
    internal: str,
    base: str,
    actor: User,
    at: datetime,
) -> None:
    """Keep what is written about the proposal as a whole.

    base: the mark of what the writer saw (Overall.mark). Raises ChangedMeanwhile with both texts.
    """
    review = writable(review, actor)
    _save_overall(review, Overall(confidence, to_applicant.strip(), internal.strip()), base)


def _save_overall(review: Review, given: Overall, base: str) -> None:
    now = overall_of(review)
    if now.mark() != base and now != given:
        raise ChangedMeanwhile(yours=_whole(given), theirs=_whole(now))
    review.confidence, review.to_applicant, review.internal = (
        given.confidence,
        given.to_applicant,
        given.internal,
    )


def _whole(overall: Overall) -> str:
    return "\n\n".join(part for part in (overall.to_applicant, overall.internal) if part)


def save_sheet(review: Review, sheet: Sheet, *, actor: User, at: datetime) -> list[Clash]:
    """Keep all that was changed in one window; gives what another window had changed first.

    What this window did not touch is left as it is, even where another window changed it.
    """
    review = writable(review, actor)
    rows = {score.criterion_id: score for score in review.scores}
    clashes: list[Clash] = []
    for criterion in review.rubric.criteria:
        given = sheet.entries.get(criterion.id, Entry())
        base, mark = sheet.shown.get(criterion.id, (0, Entry().mark()))
        if given.mark() == mark:
            continue
        try:
            _save(review, criterion, rows.get(criterion.id), given, base=base, at=at)
        except ChangedMeanwhile as clash:
            clashes.append(Clash(criterion, clash.yours, clash.theirs))
    if sheet.overall.mark() != sheet.overall_shown:
        try:
            _save_overall(review, sheet.overall, sheet.overall_shown)
        except ChangedMeanwhile as clash:
            clashes.append(Clash(None, clash.yours, clash.theirs))
    return clashes


def revise(review: Review, changed: Mapping[int, Entry], reason: str, *, actor: User, at: datetime) -> int:
    """Change scores after handing in; each change is kept with its reason. Gives how many changed.

    changed: entries by criterion id; what says the same as before is left alone. Raises Incomplete
    when a change leaves something out, and Refusal when reviews are closed.
    """
    review = locked(Review, review.id)
    if not is_under_review(review.application):
        raise Refusal(_("The reviews of this proposal are closed."))
    workflow.make("revise", review, actor=actor, at=at, note=reason)
    now = sheet_of(review).entries
    moved = {key: entry for key, entry in changed.items() if entry != now[key]}
    lacks = missing(review.rubric.criteria, {**now, **moved})
    if lacks:
        raise Incomplete([(criterion, lack.value) for criterion, lack in lacks])
    for score in review.scores:
        if score.criterion_id in moved:
            _move(score, moved[score.criterion_id], reason, actor=actor, at=at)
    count(review)
    standings.refresh(review.application, at=at)
    return len(moved)


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
