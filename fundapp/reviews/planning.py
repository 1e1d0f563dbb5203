"""A plan of who reviews what in a round: what speaks for and against each pairing, and the best of all."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from hashlib import sha256
from typing import Any

from flask_babel import gettext as _

from fundapp.accounts.models import Absence, User
from fundapp.applications.hints import text_in
from fundapp.applications.mail_domains import workplace
from fundapp.applications.tongue import tongue_of
from fundapp.core import clock
from fundapp.core.refusals import Refusal
from fundapp.reviews import matching, members, planning_rows
from fundapp.reviews.matching import Answer, Case, Judge
from fundapp.reviews.profiles import HOURS_A_REVIEW
from fundapp.reviews.workflow import LIVE
from fundapp.rounds.models import Round

THEME, NO_THEME = 30, 15
"""Points for a theme that is not theirs; where the proposal has none, or they did not say theirs."""
WORD, MOST_WORDS = 8, 3
"""Points saved by each word of theirs that stands in the proposal, up to so many."""
LANGUAGE = 60
"""Points for a language they do not say they read."""
HINT = 80
"""Points for a possible tie."""
MOST = 12
"""Reviews one person holds in a round at most, unless said otherwise."""


@dataclass(frozen=True)
class Settings:
    """What was asked for: reviews for each proposal, and at most so many for one person."""

    wanted: int
    most: int = MOST


@dataclass(frozen=True)
class Why:
    """What speaks for and against one pairing. theme None: nobody can tell."""

    theme: bool | None
    words: tuple[str, ...] = ()
    language: str | None = None
    reads: bool | None = None
    reasons: tuple[Mapping[str, Any], ...] = ()

    @property
    def cost(self) -> int:
        """What it costs, in points."""
        theme = NO_THEME if self.theme is None else 0 if self.theme else THEME
        words = WORD * (MOST_WORDS - min(MOST_WORDS, len(self.words)))
        return theme + words + (LANGUAGE if self.reads is False else 0) + (HINT if self.reasons else 0)


@dataclass(frozen=True)
class Proposal:
    """A proposal as the plan sees it. held: reviews by reviewer; gone: who was asked before in vain."""

    row: Any
    held: Mapping[int, Any]
    gone: frozenset[int]
    barred: frozenset[int]
    hints: Mapping[int, Sequence[Mapping[str, Any]]]
    words: frozenset[str]
    language: str | None


@dataclass(frozen=True)
class Reader:
    """A reviewer as the plan sees them. has: live reviews in this round; room: the most they may hold."""

    row: Any
    house: str
    has: int
    room: int
    is_away: bool


@dataclass
class Table:
    """All that a plan rests on, in the order of codes and names."""

    settings: Settings
    proposals: list[Proposal]
    readers: list[Reader]
    whys: dict[tuple[int, int], Why] = field(default_factory=dict)

    @cached_property
    def digest(self) -> str:
        """Give what tells whether anything changed since the plan was shown."""
        told = [
            [self.settings.wanted, self.settings.most],
            [[one.row.id, sorted(one.held), sorted(one.gone), sorted(one.barred)] for one in self.proposals],
            [[one.row.id, one.house, one.has, one.room, one.is_away] for one in self.readers],
            sorted([*pair, why.cost] for pair, why in self.whys.items()),
        ]
        return sha256(json.dumps(told).encode()).hexdigest()


@dataclass(frozen=True)
class Plan:
    """The best plan, and what it can't meet."""

    table: Table
    answer: Answer

    @cached_property
    def proposals(self) -> dict[int, Proposal]:
        """Give the proposals by id."""
        return {one.row.id: one for one in self.table.proposals}

    @cached_property
    def readers(self) -> dict[int, Reader]:
        """Give the reviewers by id."""
        return {one.row.id: one for one in self.table.readers}

    @cached_property
    def new(self) -> dict[int, list[int]]:
        """Give whom to ask for each proposal, by id."""
        found: dict[int, list[int]] = {}
        for proposal_id, reader_id in self.answer.pairs:
            found.setdefault(proposal_id, []).append(reader_id)
        return found

    def why(self, proposal_id: int, reader_id: int) -> Why:
        """Give what speaks for and against a pairing."""
        return self.table.whys[proposal_id, reader_id]


def plan(user: User | None, round: Round, settings: Settings, *, at: datetime) -> Plan:
    """Make the best plan for the proposals of a round that are in review.

    user: whose eyes it is made with; None for the command line, which sees all. Nothing is written.
    """
    found = table(user, round, settings, at=at)
    cases = [_case(found, proposal) for proposal in found.proposals]
    judges = [Judge(one.row.id, one.house, one.has, 0 if one.is_away else one.room) for one in found.readers]
    return Plan(found, matching.solve(cases, judges, settings.wanted))


def table(user: User | None, round: Round, settings: Settings, *, at: datetime) -> Table:
    """Read all that a plan rests on; five queries. Raises Refusal for numbers that make no sense."""
    if not (1 <= settings.wanted <= 10 and 1 <= settings.most <= 100):
        raise Refusal(_("Ask for 1 to 10 reviews of each proposal, and at most 100 of one person."))
    rows = members.reviewers(round.fund_id)
    proposals = _proposals(user, round, {word for row in rows for word in row.expertise or []})
    has = Counter(reader_id for one in proposals for reader_id in one.held)
    window = _window(round, at)
    away = members.absences([row.id for row in rows], on=window[0])
    readers = [
        Reader(row, house(row), has[row.id], _room(row, settings), is_away(away.get(row.id, []), *window))
        for row in rows
    ]
    found = Table(settings, proposals, readers)
    for proposal in proposals:
        for reader in readers:
            if obstacle(proposal, reader) is None:
                found.whys[proposal.row.id, reader.row.id] = why(proposal, reader.row)
    return found


def _proposals(user: User | None, round: Round, words: set[str]) -> list[Proposal]:
    held: dict[int, list[Any]] = {}
    ties: dict[int, list[Any]] = {}
    for rows, kept in ((planning_rows.reviews(round), held), (planning_rows.ties(round), ties)):
        for row in rows:
            kept.setdefault(row.application_id, []).append(row)
    return [
        _proposal(row, held.get(row.id, []), ties.get(row.id, []), words)
        for row in planning_rows.proposals(user, round)
    ]


def _proposal(row: Any, held: Sequence[Any], ties: Sequence[Any], words: set[str]) -> Proposal:
    text = " ".join((row.title, text_in(row.answers))).casefold()
    return Proposal(
        row=row,
        held={one.reviewer_id: one for one in held if one.state in LIVE},
        gone=frozenset(one.reviewer_id for one in held if one.state not in LIVE),
        barred=frozenset(one.user_id for one in ties if one.bars),
        hints={one.user_id: one.reasons for one in ties if one.is_hint},
        words=frozenset(word for word in words if word.casefold() in text),
        language=tongue_of(text),
    )


def _room(row: Any, settings: Settings) -> int:
    """Give the most reviews somebody may hold in a round: by what was asked for, and by their hours."""
    hours = row.capacity_hours
    return settings.most if hours is None else min(settings.most, hours // HOURS_A_REVIEW)


def _window(round: Round, at: datetime) -> tuple[date, date]:
    """Give the first and last day on which reviews would be written."""
    due, first = round.stage_at(at).reviews_due_at, clock.day(at, round.fund.zone)
    return first, clock.day(due, round.fund.zone) if due and due > at else first


def is_away(away: Sequence[Absence], first: date, last: date) -> bool:
    """Tell whether somebody is away on more than half of the days from first to last."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return 2 * sum(any(one.from_on <= day <= one.until_on for one in away) for day in days) > len(days)


def house(row: Any) -> str:
    """Name where a reviewer works, so that colleagues are told from others: by word, else by address."""
    name = " ".join((row.organisation or "").casefold().split())
    return name or workplace(row.email) or f"person {row.id}"


def obstacle(proposal: Proposal, reader: Reader) -> str | None:
    """Say why somebody can't be asked for a proposal, as a code; None when they can."""
    key = reader.row.id
    if key in proposal.held:
        return "held"
    if key in proposal.barred:
        return "tied"
    if key in proposal.gone:
        return "declined"
    if reader.is_away:
        return "away"
    return "full" if reader.has >= reader.room else None


def why(proposal: Proposal, row: Any) -> Why:
    """Weigh one pairing."""
    theme, themes, languages = proposal.row.theme, row.themes or [], row.languages or []
    return Why(
        theme=theme in themes if theme and themes else None,
        words=tuple(word for word in row.expertise or [] if word in proposal.words),
        language=proposal.language,
        reads=proposal.language in languages if proposal.language and languages else None,
        reasons=tuple(proposal.hints.get(row.id, ())),
    )


def _case(found: Table, proposal: Proposal) -> Case:
    key = proposal.row.id
    costs = {
        one.row.id: found.whys[key, one.row.id].cost
        for one in found.readers
        if (key, one.row.id) in found.whys
    }
    return Case(key, frozenset(proposal.held), costs)
