"""Assignments from a file: read line by line, shown with what they would do, made all together or not."""

import csv
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from hashlib import sha256
from io import StringIO
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from fundapp.accounts.models import RoleName, User
from fundapp.applications.models import Application, Conflict
from fundapp.applications.queries import seen
from fundapp.applications.tie_words import explain
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.core.refusals import ChangedMeanwhile, Refusal
from fundapp.core.spreadsheet import harmless
from fundapp.reviews import assigning, pool
from fundapp.reviews.asking import NotAssignable, Wish, check
from fundapp.reviews.models import Review, ReviewPurpose, ReviewState
from fundapp.reviews.workflow import LIVE
from fundapp.rounds.models import Round

MOST_LINES = 5_000
STATES = frozenset(ReviewState)
"""What may stand in a fourth cell: our own file says how each review stands."""
HEADS = frozenset({"application", "code", "proposal", "aanvraag", "voorstel"})


@dataclass(frozen=True)
class Line:
    """What one line would do. kind: ask, again, known, fault. said: what to know before, or what is wrong."""

    number: int
    kind: str
    code: str
    email: str
    said: tuple[str, ...] = ()
    wish: Wish | None = None
    title: str = ""
    name: str = ""


@dataclass(frozen=True)
class Reading:
    """A file with all it would do. loads: (name, new, in all) by person."""

    lines: list[Line]
    loads: list[tuple[str, int, int]]

    @property
    def faults(self) -> list[Line]:
        """Give the lines that can't be carried out; then none is."""
        return [line for line in self.lines if line.kind == "fault"]

    @property
    def wishes(self) -> list[Wish]:
        """Give what would be asked."""
        return [line.wish for line in self.lines if line.wish is not None]

    @cached_property
    def digest(self) -> str:
        """Give what tells whether the consequences are still those that were shown."""
        told = [[line.number, line.kind, line.code, line.email, *line.said] for line in self.lines]
        return sha256(json.dumps([told, self.loads]).encode()).hexdigest()


def read(text: str, user: User, round: Round, *, at: datetime) -> Reading:
    """Read lines (code, mail address, perhaps a date) and say what each would do; changes nothing.

    Raises Refusal for a file without lines, or with too many.
    """
    rows = _rows(text)
    if not rows:
        raise Refusal(_("There is no line to read."))
    if len(rows) > MOST_LINES:
        raise Refusal(_("At most %(num)d lines at once.", num=MOST_LINES))
    desk = _Desk(user, round, at, {row[1][0] for row in rows}, {row[1][1].lower() for row in rows})
    lines = [desk.line(number, cells) for number, cells in rows]
    return Reading(lines, desk.loads(lines))


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """Give the lines with at least two cells each, with their numbers; a heading is left out."""
    first = text.lstrip("\ufeff").partition("\n")[0]
    mark = max(",;\t", key=first.count)
    found = []
    for number, cells in enumerate(csv.reader(StringIO(text.lstrip("\ufeff")), delimiter=mark), 1):
        tidy = [cell.strip() for cell in cells]
        if any(tidy) and not (number == 1 and tidy[0].lower() in HEADS):
            found.append((number, [*tidy, "", ""][: max(3, len(tidy))]))
    return found


class _Desk:
    """What it takes to judge lines: the proposals and people they name, and what was asked before."""

    def __init__(self, user: User, round: Round, at: datetime, codes: set[str], emails: set[str]) -> None:
        self.user, self.round, self.at = user, round, at
        self.applications = {row.code: row for row in _applications(user, round, codes)}
        self.people = {row.email: row for row in _people(emails)}
        self.before = _before(round, [row.id for row in self.applications.values()])
        self.done: set[tuple[str, str]] = set()

    def line(self, number: int, cells: Sequence[str]) -> Line:
        """Judge one line."""
        code, email, due = cells[0], cells[1].lower(), cells[2]
        application, person = self.applications.get(code), self.people.get(email)
        given = {"number": number, "code": code, "email": email}
        given |= {"title": application.title if application else "", "name": person.name if person else ""}
        fault = self._fault(cells, application, person)
        instant = None if fault else self._due(due)
        if fault is None and due and instant is None:
            fault = _("“%(text)s” is not a date to come; write it as 2026-12-01.", text=due)
        if fault is not None or application is None or person is None:
            return Line(kind="fault", said=(fault or "",), **given)  # type: ignore[arg-type]
        return self._outcome(given, Wish(application, person, instant))

    def _fault(
        self, cells: Sequence[str], application: Application | None, person: User | None
    ) -> str | None:
        key, fault = (cells[0], cells[1].lower()), ""
        if any(cell and cell not in STATES for cell in cells[3:]):
            fault = _("There are more than three cells in this line.")
        elif application is None:
            fault = _("There is no such proposal in review in this round.")
        elif person is None or not person.holds(RoleName.REVIEWER, self.round.fund_id):
            fault = _("Nobody with this address reviews for the fund.")
        elif key in self.done:
            fault = _("This stands above already.")
        self.done.add(key)
        return fault or None

    def _due(self, text: str) -> datetime | None:
        """Read a date as the end of that day in the fund's zone; None for what is past or no date."""
        try:
            on = date.fromisoformat(text) if text else None
        except ValueError:
            return None
        wall = datetime.combine(on, time(23, 59, 59)) if on else None
        found = clock.instant(wall, self.round.fund.zone, closing=True) if wall else None
        return found if found and found > self.at else None

    def _outcome(self, given: Mapping[str, Any], wish: Wish) -> Line:
        before = self.before.get((wish.application.id, wish.reviewer.id))
        if before is not None and before.state in LIVE:
            return Line(kind="known", said=(_("Asked already; nothing changes."),), **given)
        try:
            check(wish.application, wish.reviewer, self.user)
        except NotAssignable as fault:
            return Line(kind="fault", said=(fault.message,), **given)
        said = [*self._hints(wish)]
        if before is not None:
            said.append(
                _("Turned it down before: %(why)s", why=before.decline_reason)
                if before.state is ReviewState.DECLINED
                else _("Was taken off it before.")
            )
        return Line(kind="again" if before else "ask", said=tuple(said), wish=wish, **given)

    def _hints(self, wish: Wish) -> list[str]:
        for tie in wish.application.conflicts:
            if tie.user_id == wish.reviewer.id and tie.reasons:
                return [_("Possible tie: %(why)s", why=" ".join(explain(tie.reasons)))]
        return []

    def loads(self, lines: Sequence[Line]) -> list[tuple[str, int, int]]:
        """Give name, new reviews and reviews in all for everybody who is asked."""
        new = Counter(line.wish.reviewer.id for line in lines if line.wish)
        return [
            (row.name, new[row.id], row.to_do + row.done + new[row.id])
            for row in pool.pool(self.user, self.round)
            if new[row.id]
        ]


def _applications(user: User, round: Round, codes: set[str]) -> Sequence[Application]:
    return (
        db.session.scalars(
            select(Application)
            .where(Application.round_id == round.id, Application.code.in_(codes), seen(user))
            .options(
                selectinload(Application.access),
                selectinload(Application.conflicts).joinedload(Conflict.user).lazyload(User.roles),
                joinedload(Application.round),
                joinedload(Application.stage),
            )
        )
        .unique()
        .all()
    )


def _people(emails: set[str]) -> Sequence[User]:
    return db.session.scalars(select(User).where(User.email.in_(emails))).all()


def _before(round: Round, ids: Sequence[int]) -> dict[tuple[int, int], Review]:
    rows = db.session.scalars(
        select(Review)
        .join(Application, Application.id == Review.application_id)
        .where(
            Review.application_id.in_(ids),
            Review.purpose == ReviewPurpose.SELECTION,
            Review.stage_id == Application.stage_id,
        )
    )
    return {(row.application_id, row.reviewer_id): row for row in rows}


def apply(text: str, user: User, round: Round, digest: str, *, at: datetime) -> list[Review]:
    """Carry out a file whose consequences were shown: all of it or nothing.

    Raises Refusal when a line has a fault, and ChangedMeanwhile when something changed since.
    """
    reading = read(text, user, round, at=at)
    if reading.faults:
        raise Refusal(_("Nobody was asked: some lines can't be carried out."))
    if reading.digest != digest:
        raise ChangedMeanwhile(
            _("Something changed since you looked. Nobody was asked; look at what would happen now.")
        )
    return assigning.ask_all(reading.wishes, actor=user, at=at)


def written(user: User, round: Round) -> str:
    """Write the live assignments of a round in the form that can be read in again."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(["application", "reviewer", "due", "state"])
    rows = db.session.execute(
        select(Application.code, User.email, Review.due_at, Review.state)
        .join(Application, Application.id == Review.application_id)
        .join(User, User.id == Review.reviewer_id)
        .where(
            Review.round_id == round.id, Review.state.in_(LIVE),
            Review.purpose == ReviewPurpose.SELECTION, seen(user),
        )
        .order_by(Application.code, User.email)
    )  # fmt: skip
    for code, email, due_at, state in rows:
        on = clock.day(due_at, round.fund.zone).isoformat() if due_at else ""
        writer.writerow([harmless(code or ""), harmless(email), on, state.value])
    return out.getvalue()
