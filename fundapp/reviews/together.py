"""Reviews of one application side by side: scores, reasons, evidence, movement, and what is discussed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from fundapp.accounts.models import User
from fundapp.applications import conversations, threads
from fundapp.applications.models import Application, Audience, Thread, ThreadKind
from fundapp.applications.rules import staff
from fundapp.core.refusals import MoveRefused
from fundapp.reviews import blind, effort, pins, queries, worklist
from fundapp.reviews.blind import Veil
from fundapp.reviews.drawings import Drawer
from fundapp.reviews.models import ReviewState
from fundapp.reviews.pins import PinState, Placed
from fundapp.reviews.queries import Told
from fundapp.rounds.models import Criterion

conversations.WITHHELD.append(conversations.Withheld(queries.own_open, queries.open_people))


@dataclass(frozen=True)
class Together:
    """What those may read together who have judged, and the office.

    told: reviews that are in. pins: in the newest version, as this person may read it. moved: what was
    changed after handing in. is_own_open: the person's own review is not in, so nothing opens yet.
    """

    title: str
    told: list[Told]
    pins: list[Placed]
    moved: Sequence[Any]
    threads: list[Thread]
    criteria: Sequence[Criterion]
    drawer: Drawer
    is_own_open: bool

    def pins_of(self, review_id: int, criterion_id: int) -> list[Placed]:
        """List what one reviewer pinned to one criterion."""
        return [
            one for one in self.pins if (one.pin.review_id, one.pin.criterion_id) == (review_id, criterion_id)
        ]

    def moved_in(self, review_id: int) -> list[Any]:
        """List what one reviewer changed after handing in."""
        return [row for row in self.moved if row.review_id == review_id]

    @property
    def spent(self) -> str:
        """What all of them spent together, for the office; nobody's own."""
        return effort.sum_told(one.seconds for one in self.told)

    @property
    def stale(self) -> int:
        """How many passages are no longer in the proposal."""
        return sum(one.state is PinState.STALE for one in self.pins)

    def about(self, thread: Thread) -> str:
        """Name the criterion a discussion is about, in words."""
        return next((one.key for one in self.criteria if one.key == thread.about), "")


def together(user: User, application: Application, language: str) -> Together:
    """Put the reviews of an application together for one person; independence first, ties first of all."""
    told = queries.reviews_for(user, application)
    done = [one for one in told if one.state is ReviewState.SUBMITTED]
    is_own_open = len(done) < len(told)
    shown = [] if is_own_open else done
    ids = [one.id for one in shown]
    criteria = application.stage.rubric.criteria
    return Together(
        title=blind.title(user, application),
        told=shown,
        pins=_placed(user, application, ids, language),
        moved=worklist.movement(ids) if ids else [],
        threads=conversations.seen_threads(user, application.id, (ThreadKind.DISCUSSION,)),
        criteria=criteria,
        drawer=Drawer(criteria),
        is_own_open=is_own_open,
    )


def _placed(user: User, application: Application, ids: list[int], language: str) -> list[Placed]:
    found = pins.pins_of(ids)
    if not found:
        return []
    version = worklist.versions(application.id, application.version_number)[application.version_number]
    veil = Veil(user, version, application)
    known = pins.texts(version.form.definition, veil.answers, language)
    return pins.place(found, version.number, known, veil.cover)


def discuss(
    application: Application, *, subject: str, body: str, about: str, actor: User, at: datetime
) -> Thread:
    """Open a discussion among those who judged an application and the office.

    about: the key of a criterion, or empty. Raises MoveRefused for who has not handed in, and Refusal
    when nothing is said.
    """
    told = queries.reviews_for(actor, application)
    own = [one for one in told if one.reviewer_id == actor.id]
    is_in = any(one.state is ReviewState.SUBMITTED for one in own)
    if any(one.state is not ReviewState.SUBMITTED for one in own) or not (is_in or staff(actor, application)):
        raise MoveRefused(_("A discussion opens once your own review is handed in."))
    keys = {one.key for one in application.stage.rubric.criteria}
    return threads.open_thread(
        application,
        kind=ThreadKind.DISCUSSION,
        audience=Audience.REVIEWERS,
        subject=subject,
        body=body,
        about=about if about in keys else None,
        actor=actor,
        at=at,
    )
