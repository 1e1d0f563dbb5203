"""The desk of one review: the proposal with its pins, the sheet, what is missing, what changed since."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fundapp.accounts.models import User
from fundapp.applications import differences, reading
from fundapp.applications.differences import SectionChanges
from fundapp.applications.models import ApplicationVersion
from fundapp.reviews import blind, effort, pins, queries, worklist
from fundapp.reviews.blind import Veil
from fundapp.reviews.drawings import Drawer
from fundapp.reviews.models import Review, ReviewState
from fundapp.reviews.pins import Placed
from fundapp.reviews.queries import Told
from fundapp.reviews.rules import is_judged_now
from fundapp.reviews.sheet import Lack, Sheet, missing, sheet_of
from fundapp.reviews.worklist import Neighbours
from fundapp.rounds.models import Criterion


@dataclass(frozen=True)
class Written:
    """The sheet as it stands: what is scored, and what keeps it from being handed in."""

    sheet: Sheet
    lacks: list[tuple[Criterion, Lack]]

    @property
    def count(self) -> int:
        """How many criteria there are."""
        return len(self.sheet.entries)

    @property
    def scored(self) -> int:
        """How many have a score, N/A included."""
        return sum(entry.is_scored for entry in self.sheet.entries.values())

    @property
    def unscored(self) -> list[Criterion]:
        """Criteria without a score."""
        return [criterion for criterion, lack in self.lacks if lack is Lack.SCORE]

    @property
    def unreasoned(self) -> list[Criterion]:
        """Criteria with a score but no reason."""
        return [criterion for criterion, lack in self.lacks if lack is Lack.REASON]


def written(review: Review) -> Written:
    """Read the sheet of a review, with what is still missing."""
    sheet = sheet_of(review)
    return Written(sheet, missing(review.rubric.criteria, sheet.entries))


@dataclass(frozen=True)
class Desk:
    """The proposal beside the sheet.

    version: what is shown. read: the version the reviewer said to have read. changes: what the
    applicant changed since that one. told: others' reviews, only once one's own is in. estimate,
    spent: time in words. quotable: what passages can be pinned from, (label, text) by field.
    """

    title: str
    applicant: str
    version: ApplicationVersion
    read: int
    changes: list[SectionChanges]
    sections: list[reading.Part]
    quotable: dict[str, tuple[str, str]]
    written: Written
    pins: list[Placed]
    drawer: Drawer
    told: list[Told]
    moved: list[Any]
    near: Neighbours
    estimate: str
    spent: str
    is_open: bool
    is_in: bool
    is_blind: bool

    @property
    def is_newer(self) -> bool:
        """Whether the applicant sent another version after the one that was read."""
        return self.read < self.version.number

    @property
    def counts(self) -> list[int]:
        """How many passages are pinned in each part of the proposal."""
        return pins.count_by_part(self.sections, self.pins)

    def pins_on(self, criterion: Criterion) -> list[Placed]:
        """List the passages pinned to one criterion."""
        return [one for one in self.pins if one.pin.criterion_id == criterion.id]


def desk(user: User, review: Review, language: str, file_link: Callable[[int], str] | None = None) -> Desk:
    """Put the desk of one review together: the newest version while reviews are open, else the one read.

    file_link: gives the address of an attachment by its id.
    """
    application, is_in = review.application, review.state is ReviewState.SUBMITTED
    is_open = is_judged_now(review)
    newest = application.version_number
    read = review.version_number or newest
    shown = newest if is_open else read
    versions = worklist.versions(application.id, shown, read)
    version = versions[shown]
    veil = Veil(user, version, application, *versions.values())
    quotable = pins.texts(version.form.definition, veil.answers, language)
    placed = pins.place(pins.pins_of([review.id]), version.number, quotable, veil.cover)
    others = queries.reviews_for(user, application) if is_in else []
    sheet = written(review)
    return Desk(
        title=blind.title(user, application),
        applicant=blind.applicant(user, application),
        version=version,
        read=read,
        changes=_changes(versions[read], version, veil, language) if read < shown else [],
        sections=pins.marked(veil.sections(language, file_link), placed),
        quotable=quotable,
        written=sheet,
        pins=placed,
        drawer=Drawer(review.rubric.criteria),
        told=[one for one in others if one.reviewer_id != user.id],
        moved=worklist.movement([review.id]) if is_in else [],
        near=worklist.neighbours(user, review),
        estimate=effort.spell(effort.estimate(effort.count_words(veil.answers), sheet.count)),
        spent=effort.spell(review.seconds // 60),
        is_open=is_open,
        is_in=is_in,
        is_blind=veil.is_blind,
    )


def _changes(
    older: ApplicationVersion, newer: ApplicationVersion, veil: Veil, language: str
) -> list[SectionChanges]:
    return differences.between(
        newer.form.definition, veil.covered(older.answers), veil.answers, language, without=veil.hidden
    )
