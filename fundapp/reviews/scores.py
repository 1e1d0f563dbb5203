"""Writing on the score sheet: criterion by criterion, so that two windows lose nothing of each other."""

from collections.abc import Mapping
from datetime import datetime

from flask_babel import gettext as _

from fundapp.accounts.models import User
from fundapp.core.db import locked
from fundapp.core.refusals import ChangedMeanwhile, MoveRefused, Refusal
from fundapp.core.shares import ppm
from fundapp.reviews import standings
from fundapp.reviews.models import Review, ReviewState, Score
from fundapp.reviews.rules import REVIEW, is_judged_now
from fundapp.reviews.sheet import BLANK, PARTS, Clash, Entry, Overall, Sheet, entry_of, overall_of
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
    if not is_judged_now(review):
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
    base: Mapping[str, str],
    actor: User,
    at: datetime,
) -> None:
    """Keep what is written about the proposal as a whole.

    base: the marks of what the writer saw (Overall.marks). Raises ChangedMeanwhile with both texts.
    """
    review = writable(review, actor)
    given = Overall(confidence, to_applicant.strip(), internal.strip())
    clashes = keep_overall(review, given, base)
    if clashes:
        raise ChangedMeanwhile(
            yours="\n\n".join(clash.yours for clash in clashes),
            theirs="\n\n".join(clash.theirs for clash in clashes),
        )


def keep_overall(review: Review, given: Overall, base: Mapping[str, str]) -> list[Clash]:
    """Write the parts that one window changed; gives the parts that another window changed first."""
    changed, clashes = compare_overall(review, given, base)
    for part in changed:
        setattr(review, part, getattr(given, part))
    return clashes


def compare_overall(review: Review, given: Overall, base: Mapping[str, str]) -> tuple[list[str], list[Clash]]:
    """Tell which parts of the whole one window changed, and which of these another window changed first."""
    now, changed, clashes = overall_of(review), [], []
    marks, here = given.marks(), now.marks()
    for part in PARTS:
        shown = base.get(part, BLANK[part])
        if marks[part] in (shown, here[part]):
            continue
        if here[part] == shown:
            changed.append(part)
        else:
            clashes.append(Clash(None, part_in_words(given, part), part_in_words(now, part), part))
    return changed, clashes


def part_in_words(overall: Overall, part: str) -> str:
    """Write one part of the whole as text, to be compared."""
    return str(overall.sure or "–") if part == "confidence" else str(getattr(overall, part))


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
    return [*clashes, *keep_overall(review, sheet.overall, sheet.overall_shown)]
