"""The funding line, tried out: what a budget buys under which rules, and what each rule changes.

Pure arithmetic over the ranking: no rows are read or written here. Money is whole cents.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from hashlib import sha256
from itertools import groupby


class Basis(StrEnum):
    """What the ranking goes by."""

    MEAN = "mean"
    MEDIAN = "median"
    EQUAL = "equal"


class Kind(StrEnum):
    """Where an application falls."""

    FUNDED = "funded"
    PARTIAL = "partial"
    RESERVE = "reserve"
    UNDECIDED = "undecided"
    OUT = "out"


class Why(StrEnum):
    """What put it there."""

    FITS = "fits"
    THEME_LEAST = "theme_least"
    MONEY = "money"
    THEME_MOST = "theme_most"
    PARTY = "party"
    THRESHOLD = "threshold"
    SHARED = "shared"


@dataclass(frozen=True)
class Candidate:
    """One ranked application. figures: by basis, on the scale; None where there is none.

    is_tied: chance decides on which side of the line it stands. given_cents: what its party got before.
    """

    id: int
    code: str
    title: str
    asks_cents: int
    figures: Mapping[Basis, float | None]
    theme: str | None = None
    party_id: int | None = None
    given_cents: int = 0
    is_tied: bool = False


@dataclass(frozen=True)
class Rules:
    """What is tried. least, most: cents by theme. party_cap_cents: with what the party got before.

    least_percent: the smallest part of what is asked that is still worth giving, 100 = all or nothing.
    above: the figure must be strictly above it. seed: lots are drawn in the tie band when it is given.
    """

    budget_cents: int
    basis: Basis = Basis.MEAN
    least: Mapping[str, int] = field(default_factory=dict)
    most: Mapping[str, int] = field(default_factory=dict)
    party_cap_cents: int | None = None
    least_percent: int = 100
    reserve: int = 0
    above: float | None = None
    seed: str = ""


@dataclass(frozen=True)
class Place:
    """Where one application falls, with how much, and why. lot: drawn in the tie band only."""

    candidate: Candidate
    rank: int
    kind: Kind
    why: Why
    amount_cents: int = 0
    lot: str = ""

    @property
    def is_in(self) -> bool:
        """Whether it gets money."""
        return self.kind in (Kind.FUNDED, Kind.PARTIAL)


@dataclass(frozen=True)
class Outcome:
    """What the rules lead to: every ranked application in its place, best first."""

    rules: Rules
    places: list[Place]

    @property
    def used_cents(self) -> int:
        """What is given together."""
        return sum(place.amount_cents for place in self.places)

    @property
    def left_cents(self) -> int:
        """What is not given."""
        return self.rules.budget_cents - self.used_cents

    @property
    def by_theme(self) -> dict[str, int]:
        """What goes to each theme, in cents."""
        found: dict[str, int] = defaultdict(int)
        for place in self.places:
            found[place.candidate.theme or ""] += place.amount_cents
        return dict(found)

    @property
    def ids(self) -> set[int]:
        """Which applications get money."""
        return {place.candidate.id for place in self.places if place.is_in}

    def of(self, kind: Kind) -> list[Place]:
        """List the places of one kind, best first."""
        return [place for place in self.places if place.kind is kind]


def lot(seed: str, code: str) -> str:
    """Draw the lot of one application: anybody who knows the seed can draw it again.

    The lower lot goes first. sha256 over "seed|code", in hexadecimal.
    """
    return sha256(f"{seed}|{code}".encode()).hexdigest()


def simulate(candidates: Iterable[Candidate], rules: Rules) -> Outcome:
    """Draw the line under the rules.

    First each theme gets its least from the top of its own ranking. Then the line goes down: what a full
    theme or a capped party cannot take is passed over; the first that the money cannot take ends it.
    Equal figures are funded together or left to people; in the tie band lots break them, if drawn.
    """
    ranked = _ranked(candidates, rules)
    purse = _Purse(rules)
    for theme, least in rules.least.items():
        _fill(theme, least, ranked, purse)
    _go_down(ranked, purse)
    places = _reserved([purse.place(one) for one in ranked], rules.reserve)
    return Outcome(rules, _without_need(places, ranked, rules) if rules.least else places)


def _without_need(places: list[Place], ranked: Sequence["_Ranked"], rules: Rules) -> list[Place]:
    """Say "for its theme" only of those that the line alone would not have reached."""
    plain = _Purse(replace(rules, least={}))
    _go_down(ranked, plain)
    return [
        replace(one, why=Why.FITS)
        if one.why is Why.THEME_LEAST and plain.found[one.candidate.id].kind is one.kind
        else one
        for one in places
    ]


def compare(candidates: Sequence[Candidate], rules: Rules) -> dict[Basis, Outcome]:
    """Draw the same line by each basis."""
    return {basis: simulate(candidates, _by(rules, basis)) for basis in Basis}


def _by(rules: Rules, basis: Basis) -> Rules:
    return replace(rules, basis=basis)


# --- the order --------------------------------------------------------------------


@dataclass(frozen=True)
class _Ranked:
    candidate: Candidate
    figure: float
    rank: int
    group: int
    lot: str


def _ranked(candidates: Iterable[Candidate], rules: Rules) -> list[_Ranked]:
    """Put those with a figure in order; with lots, those in the tie band change places among themselves."""
    known = [(one, figure) for one in candidates if (figure := one.figures.get(rules.basis)) is not None]
    known.sort(key=lambda pair: (-round(pair[1], 6), pair[0].code))
    ranks: dict[int, int] = {}
    for _figure, together in groupby(enumerate(known, 1), key=lambda pair: round(pair[1][1], 6)):
        group = list(together)
        ranks.update((one.id, group[0][0]) for _number, (one, _f) in group)
    lots = {one.id: lot(rules.seed, one.code) for one, _f in known if rules.seed and one.is_tied}
    slots = [number for number, (one, _f) in enumerate(known) if one.id in lots]
    drawn = sorted((known[number] for number in slots), key=lambda pair: lots[pair[0].id])
    for number, pair in zip(slots, drawn, strict=True):
        known[number] = pair
    return [
        _Ranked(
            one, figure, ranks[one.id], -number if one.id in lots else ranks[one.id], lots.get(one.id, "")
        )
        for number, (one, figure) in enumerate(known, 1)
    ]


# --- the money --------------------------------------------------------------------


class _Purse:
    """What is left of the budget, of each theme and of each party, and who got what."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.left = rules.budget_cents
        self.themes: dict[str | None, int] = defaultdict(int)
        self.parties: dict[int, int] = defaultdict(int)
        self.found: dict[int, Place] = {}

    def rooms(self, one: Candidate) -> list[tuple[int, Why]]:
        """Give how much each rule leaves for an application."""
        rooms = [(self.left, Why.MONEY)]
        if one.theme in self.rules.most:
            rooms.append((self.rules.most[one.theme or ""] - self.themes[one.theme], Why.THEME_MOST))
        if self.rules.party_cap_cents is not None and one.party_id is not None:
            taken = one.given_cents + self.parties[one.party_id]
            rooms.append((self.rules.party_cap_cents - taken, Why.PARTY))
        return rooms

    def offer(self, one: Candidate) -> tuple[int, Why]:
        """Give what an application can get, 0 with the tightest reason why not."""
        room, why = min(self.rooms(one), key=lambda pair: pair[0])
        if room >= one.asks_cents:
            return one.asks_cents, Why.FITS
        if room > 0 and room * 100 >= one.asks_cents * self.rules.least_percent:
            return room, why
        return 0, why

    def give(self, ranked: _Ranked, amount: int, why: Why) -> None:
        """Put money to an application."""
        one = ranked.candidate
        self.left -= amount
        self.themes[one.theme] += amount
        if one.party_id is not None:
            self.parties[one.party_id] += amount
        kind = Kind.FUNDED if amount == one.asks_cents else Kind.PARTIAL
        self.found[one.id] = Place(one, ranked.rank, kind, why, amount, ranked.lot)

    def leave(self, ranked: _Ranked, kind: Kind, why: Why) -> None:
        """Say why an application gets nothing."""
        self.found[ranked.candidate.id] = Place(ranked.candidate, ranked.rank, kind, why, 0, ranked.lot)

    def place(self, ranked: _Ranked) -> Place:
        """Give where an application ended."""
        return self.found[ranked.candidate.id]


def _passes(one: _Ranked, rules: Rules) -> bool:
    return rules.above is None or one.figure > rules.above


def _fill(theme: str, least: int, ranked: Sequence[_Ranked], purse: _Purse) -> None:
    """Give a theme its least, from the top of its own ranking."""
    for one in ranked:
        if purse.themes[theme] >= least:
            return
        if one.candidate.theme == theme and one.candidate.id not in purse.found and _passes(one, purse.rules):
            amount, _why = purse.offer(one.candidate)
            if amount:
                purse.give(one, amount, Why.THEME_LEAST)


def _go_down(ranked: Sequence[_Ranked], purse: _Purse) -> None:
    is_open = True
    rest = [one for one in ranked if one.candidate.id not in purse.found]
    for _group, together in groupby(rest, key=lambda one: one.group):
        group = list(together)
        if not _passes(group[0], purse.rules):
            for one in group:
                purse.leave(one, Kind.OUT, Why.THRESHOLD)
        elif not is_open:
            for one in group:
                purse.leave(one, Kind.OUT, Why.MONEY)
        else:
            is_open = _take(group, purse)


def _take(group: Sequence[_Ranked], purse: _Purse) -> bool:
    """Fund a group of equals, whole or not at all; tell whether the line goes on."""
    able = []
    for one in group:
        amount, why = purse.offer(one.candidate)
        if not amount and why is not Why.MONEY:
            purse.leave(one, Kind.OUT, why)
        else:
            able.append(one)
    if len(able) > 1 and not _fit_together(able, purse):
        for one in able:
            purse.leave(one, Kind.UNDECIDED, Why.SHARED)
        return False
    for one in able:
        amount, why = purse.offer(one.candidate)
        if not amount:
            purse.leave(one, Kind.OUT, why)
            return False
        purse.give(one, amount, why)
        if why is Why.MONEY:
            return False
    return True


def _fit_together(group: Sequence[_Ranked], purse: _Purse) -> bool:
    """Tell whether equals can all get what they ask at once."""
    themes: dict[str | None, int] = defaultdict(int)
    parties: dict[int | None, int] = defaultdict(int)
    for one in (ranked.candidate for ranked in group):
        themes[one.theme] += one.asks_cents
        parties[one.party_id] += one.asks_cents
    whole = sum(one.candidate.asks_cents for one in group)
    for ranked in group:
        one = ranked.candidate
        wanted = {Why.MONEY: whole, Why.THEME_MOST: themes[one.theme], Why.PARTY: parties[one.party_id]}
        if any(room < wanted[why] for room, why in purse.rooms(one)):
            return False
    return True


def _reserved(places: list[Place], wanted: int) -> list[Place]:
    """Put the first that only the money kept out on the reserve list, as many as wanted."""
    waiting = [place for place in places if place.kind is Kind.OUT and place.why is Why.MONEY][:wanted]
    chosen = {place.candidate.id for place in waiting}
    return [replace(one, kind=Kind.RESERVE) if one.candidate.id in chosen else one for one in places]
